// How a run ends: done, done early, collapsed, or sent back to an earlier state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gannet/base/error.h"
#include "gannet/runs/detail/run_writer.h"

namespace gannet {

// What is thrown where the watchdog stopped a run.
Error collapsed(const RunDirectory& run, const std::string& why);

// Where a run at `step` that the watchdog stopped, or whose loss is not finite, is to go back to;
// none where it ends here.
std::optional<RollBack> way_back(const RunDirectory& run, const Config& config, int64_t step,
                                 const Watchdog& watchdog, const std::string& why);

// Of a run that came to its end: says how, and writes the plots, the report and, last, DONE.
void write_end(const RunDirectory& run, int64_t step, const RunWriter& writer,
               ProgressListener& listener);

// The plots and report.html of a run that is over, whose DONE will say `end` where it has none yet;
// what stands in the way is a warning.
void write_pictures_of_run(const RunDirectory& run, ProgressListener& listener,
                           const std::string& end = "");

// Was a run that is over ended by --stop-when or --patience?
bool ended_early(const RunDirectory& run);

}  // namespace gannet
