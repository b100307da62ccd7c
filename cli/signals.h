// SIGINT and SIGTERM as a question that a run asks after each step. A second signal ends the
// process at once.
#pragma once

namespace gannet::cli {

void watch_signals();
bool was_interrupted();

}  // namespace gannet::cli
