#include "cli/signals.h"

#include <atomic>
#include <csignal>

namespace gannet::cli {
namespace {

std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void on_signal(int signal) {
  // A closed terminal sends SIGHUP twice, by itself and by its shell: no user's impatience.
  if (!interrupted.exchange(true) || signal == SIGHUP) return;
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace

void watch_signals() {
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action = {};
    // nohup, and a shell's disown, mean that the run stays.
    if (signal == SIGHUP && sigaction(signal, nullptr, &action) == 0 &&
        action.sa_handler == SIG_IGN)
      continue;
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    sigaction(signal, &action, nullptr);
  }
}

bool was_interrupted() { return interrupted; }

}  // namespace gannet::cli
