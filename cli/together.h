// A command in several processes, as a launcher started them (training/processes.h).
#pragma once

#include <functional>

#include "cli/command.h"
#include "gannet/base/error.h"

namespace gannet {
class Processes;
}

namespace gannet::cli {

// Another process of the group says what went wrong; this one ends with a status alone.
struct Quiet {
  int status;
};

// Runs command(null) where the environment knows of no other processes. Else meets them: process 0
// runs command(group), and the others follow it, silent but for errors of their own. Of an error
// that several meet one line is shown in all. Throws what the command throws, or Quiet.
int together(const Arguments& arguments, const std::function<int(Processes*)>& command);

}  // namespace gannet::cli
