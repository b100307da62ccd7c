// SIGINT, SIGTERM and SIGHUP (unless it is ignored, as under nohup).
#pragma once

namespace gannet::cli {

// They end the process, and its temporary files are removed.
void remove_files_on_signals();

// From now on they are a question that a run asks after each step. A second one but SIGHUP ends the
// process at once.
void watch_signals();
bool was_interrupted();

}  // namespace gannet::cli
