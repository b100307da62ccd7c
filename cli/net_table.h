// Options and networks as text, for `recipes show` and `train --dry-run`.
#pragma once

#include <string>

#include "cli/command.h"
#include "gannet/runs/plan.h"

namespace gannet::cli {

std::string options_text(Fields& options);  // "--lr  0.0002  learning rate", a line each
std::string net_text(const NetTable& net);  // layer, output, parameters, FLOPs, settings

}  // namespace gannet::cli
