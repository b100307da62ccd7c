#include "cli/signals.h"

#include <atomic>
#include <csignal>

#include "gannet/base/temporary_files.h"

namespace gannet::cli {
namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

// Ends the process as if nothing handled the signal, without half-written files.
void end_by(int signal) {
  remove_temporary_files();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void on_signal(int signal) {
  // A closed terminal sends SIGHUP twice, by itself and by its shell: no user's impatience.
  if (!interrupted.exchange(true) || signal == SIGHUP) return;
  end_by(signal);
}

void handle(void (*handler)(int)) {
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action = {};
    // nohup, and a shell's disown, mean that the run stays.
    if (signal == SIGHUP && sigaction(signal, nullptr, &action) == 0 &&
        action.sa_handler == SIG_IGN)
      continue;
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigaction(signal, &action, nullptr);
  }
}

}  // namespace

void remove_files_on_signals() { handle(end_by); }
void watch_signals() { handle(on_signal); }

bool was_interrupted() { return interrupted; }

}  // namespace gannet::cli
