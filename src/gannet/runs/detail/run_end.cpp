#include "gannet/runs/detail/run_end.h"

#include <string_view>

#include "gannet/base/spelling.h"
#include "gannet/runs/detail/event_file.h"
#include "gannet/runs/plots.h"

namespace gannet {
namespace {

constexpr std::string_view kEarly = "done early";

}  // namespace

Error collapsed(const RunDirectory& run, const std::string& why) {
  const bool tried = roll_backs(run) >= kMostRollBacks;
  return Error("collapsed: " + why, run.path().string(),
               tried ? "it went back three times; a new run with other options: docs/watchdog.md"
                     : "from the last healthy state with half the learning rates: gannet resume " +
                           shell_word(run.path().string()) + " --on-collapse rollback");
}

std::optional<RollBack> way_back(const RunDirectory& run, const Config& config, int64_t step,
                                 const Watchdog& watchdog, const std::string& why) {
  if (config.run.on_collapse != "rollback" || roll_backs(run) >= kMostRollBacks) return {};
  return RollBack{watchdog.suspect_since().value_or(step + 1), why};
}

void write_end(const RunDirectory& run, int64_t step, const RunWriter& writer,
               ProgressListener& listener) {
  const Watch& watch = writer.watch();
  const std::string collapse = watch.collapse(), &alike = watch.watchdog().alike(),
                    &early = writer.done_early();
  std::string end = "done";
  if (!early.empty()) end = kEarly;
  end += " at step " + std::to_string(step) + (early.empty() ? "" : ": " + early);
  if (!early.empty()) listener.line(end);
  if (!collapse.empty()) {
    end = "collapsed: " + collapse;
    listener.warning("the run is over, and collapsed: " + collapse);
  } else if (!alike.empty()) {
    end = "alike: " + alike;
    listener.warning("watchdog: " + alike + "; try a longer run");
  }
  EventFile(run.events()).end(step, collapse.empty());
  write_pictures_of_run(run, listener, end);
  write_file(run.done(), end + "\n");  // last: a run that is done is whole, whenever it is killed
}

void write_pictures_of_run(const RunDirectory& run, ProgressListener& listener,
                           const std::string& end) {
  try {
    write_plots({run.path()}, run.path());
    write_file(run.file("report.html"), run_report(run.path(), /*over=*/true, end));
  } catch (const Error& error) {  // the run itself is whole
    listener.warning("no plots and report: " + std::string(error.what()) +
                     "; gannet runs report and gannet runs plot make them");
  }
}

bool ended_early(const RunDirectory& run) { return read_text(run.done()).starts_with(kEarly); }

}  // namespace gannet
