#include "gannet/runs/detail/watch.h"

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

#include "gannet/runs/detail/json_lines.h"
#include "gannet/runs/detail/options_file.h"

namespace gannet {

using nlohmann::json;

namespace {

std::vector<json> metrics_of_step(const RunDirectory& run, int64_t step) {
  std::vector<json> all = read_json_lines(run.metrics());
  std::erase_if(all, [&](const json& line) { return line.value("step", int64_t{-1}) != step; });
  return all;
}

}  // namespace

Watch::Watch(const RunDirectory& run, Config& config, ProgressListener& listener)
    : run_(run), config_(config), listener_(listener), watchdog_(to_json(config)) {}

void Watch::start(int64_t steps_total) {
  const auto last = [&](const json& line) {
    return line.value("step", int64_t{-1}) == steps_total;  // it was killed at its end
  };
  for (const json& line : read_json_lines(run_.stats())) watchdog_.tick(line, last(line));
  for (const json& line : read_json_lines(run_.snapshots())) {
    watchdog_.snapshot(line, last(line));
    watchdog_.metrics(metrics_of_step(run_, line.value("step", int64_t{-1})));
  }
  watchdog_.new_findings();
  watchdog_.ended_findings();
  // One who asks for a stop has been told; who asks to go back wants that now.
  stops_ = config_.run.on_collapse == "rollback" && !watchdog_.active().empty();
}

void Watch::tick(const json& line, bool last) {
  watchdog_.tick(line, last);
  report();
}

void Watch::snapshot(const json& line, bool last) {
  watchdog_.snapshot(line, last);
  watchdog_.metrics(metrics_of_step(run_, line.value("step", int64_t{-1})));
  report();
}

std::string Watch::collapse() const {
  const std::vector<Finding> found = watchdog_.active();
  if (found.empty()) return "";
  const size_t more = found.size() - 1;
  return found[0].saw + ", since " + json(found[0].since_kimg).dump() + " kimg" +
         (more == 0 ? ""
                    : ", and " + std::to_string(more) + (more == 1 ? " sign" : " signs") + " more");
}

void Watch::report() {
  for (const Finding& found : watchdog_.new_findings()) {
    listener_.warning("watchdog: " + found.text());
    log("watchdog: " + found.text());
    if (config_.run.on_collapse != "warn") stops_ = true;
  }
  for (const Finding& ended : watchdog_.ended_findings()) {
    listener_.line("watchdog: over: " + ended.rule);
    log("watchdog: over: " + ended.rule);
  }
}

void Watch::log(const std::string& line) { append_file(run_.log(), as_bytes(line + "\n")); }

int64_t roll_backs(const RunDirectory& run) {
  std::set<std::string> whys;  // one for each, with its number
  for (const json& change : read_options(run).value("changes", json::array()))
    if (change.is_object() && change.contains("why")) whys.insert(change["why"].dump());
  return static_cast<int64_t>(whys.size());
}

OptionChanges roll_back(const RunDirectory& run, Config& config, const RollBack& back) {
  for (const int64_t step : run.states())
    if (step >= back.before) std::filesystem::remove(run.state(step));
  OptionChanges changes;
  for (const FieldText& field : list_fields(*config.options))
    if (field.name == "lr" || field.name == "glr" || field.name == "dlr")
      if (const double rate = std::atof(field.value.c_str()); rate > 0)
        changes.emplace_back(field.name, json(rate / 2).dump());
  return changes;
}

}  // namespace gannet
