#include "cli/together.h"

#include <c10/util/Exception.h>
#include <fcntl.h>
#include <unistd.h>

#include <optional>

#include "cli/signals.h"
#include "gannet/runs/session.h"
#include "gannet/tensor/torch_error.h"
#include "gannet/training/processes.h"

namespace gannet::cli {
namespace {

class Silent : public ProgressListener {
  bool interrupted() override { return was_interrupted(); }
};

void drop_output() {
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) dup2(nowhere, STDOUT_FILENO);
  silence_warnings();
}

// Process 0's options hold for all, so that others would be lost without a word.
void check_arguments(const Arguments& arguments, Processes& group) {
  std::string own;
  for (const std::string& argument : arguments) own += argument + '\n';
  const std::string first = group.broadcast(own);
  if (!any(first != own, &group)) return;
  if (first == own) throw LostProcess("another process has other options", "");
  size_t at = 0, line = 0;
  for (; at < own.size() && at < first.size() && own[at] == first[at]; ++at)
    if (own[at] == '\n') line = at + 1;
  const auto word = [&](const std::string& text) {
    return line < text.size() ? text.substr(line, text.find('\n', line) - line) : "no more";
  };
  throw UsageError(
      "its options are others than those of process 0: " + word(own) + " for " + word(first), "",
      "the same command for all");
}

std::string named(const Processes& group, const std::string& text) {
  if (group.rank() == 0) return text;
  return "process " + std::to_string(group.rank()) + " of " + std::to_string(group.size()) + ": " +
         text;
}

// What this process shows of an error.
template <class E>
[[noreturn]] void leave(Processes& group, const E& error, int status) {
  const std::string text = group.leave(error.what());
  if (text.empty()) throw Quiet{status};
  throw E(named(group, text), "", error.hint());
}

[[noreturn]] void leave(Processes& group, const LostProcess& error) {
  const std::string text = group.leave("");
  if (text.empty()) throw Quiet{1};
  throw Error(
      text, error.where(),
      error.hint().empty() ? "gannet resume RUN goes on from the last state" : error.hint());
}

int run(const Arguments& arguments, const std::function<int(Processes*)>& command,
        Processes& group) {
  check_arguments(arguments, group);
  if (group.rank() > 0) {
    watch_signals();
    Silent silent;
    return follow(group, silent);
  }
  try {
    const int status = command(&group);
    end_followers(group, status);
    return status;
  } catch (const Interrupted&) {
    end_followers(group, 130);
    throw;
  }
}

}  // namespace

int together(const Arguments& arguments, const std::function<int(Processes*)>& command) {
  const std::optional<ProcessPlace> place = place_in_environment();
  if (!place) return command(nullptr);
  if (place->rank > 0) drop_output();
  const std::unique_ptr<Processes> group = Processes::join(*place);
  try {
    return run(arguments, command, *group);
  } catch (const Interrupted&) {
    throw;
  } catch (const LostProcess& error) {
    leave(*group, error);
  } catch (const UsageError& error) {
    leave(*group, error, 2);
  } catch (const Error& error) {
    leave(*group, error, 1);
  } catch (const c10::Error& error) {
    leave(*group, plain_error(error, ""), 1);
  } catch (const std::exception& error) {
    leave(*group, Error(error.what(), ""), 1);
  }
}

}  // namespace gannet::cli
