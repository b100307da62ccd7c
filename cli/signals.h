// SIGINT, SIGTERM and SIGHUP (unless it is ignored, as under nohup) as a question that a run asks
// after each step. A second one but SIGHUP ends the process at once.
#pragma once

namespace gannet::cli {

void watch_signals();
bool was_interrupted();

}  // namespace gannet::cli
