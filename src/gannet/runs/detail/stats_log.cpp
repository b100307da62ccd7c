#include "gannet/runs/detail/stats_log.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "gannet/base/machine.h"

namespace gannet {
namespace {

using nlohmann::json;

json object(const std::vector<std::pair<std::string, double>>& named) {
  json result = json::object();
  for (const auto& [name, value] : named) result[name] = value;
  return result;
}

}  // namespace

StatsLog::StatsLog(const RunDirectory& run, const EventFile& events, double seconds)
    : run_(run), events_(events), seconds_before_(seconds), tick_seconds_(seconds) {}

void StatsLog::start(int64_t images_seen) { tick_images_ = images_seen; }

double StatsLog::seconds() const {
  return seconds_before_ +
         std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
}

TickReport StatsLog::write(const Trainer& trainer, const Tick& tick) {
  const double now = seconds();
  const double rate =
      static_cast<double>(tick.images_seen - tick_images_) / std::max(1e-9, now - tick_seconds_);
  tick_images_ = tick.images_seen;
  tick_seconds_ = now;
  const json line = {{"step", tick.step},
                     {"kimg", static_cast<double>(tick.images_seen) / 1000},
                     {"seconds", now},
                     {"img_per_s", rate},
                     {"loss", object(tick.loss)},
                     {"score", object(tick.scalars)},
                     {"grad_norm", object(tick.gradient_norm)},
                     {"memory_mb", resident_memory().now_mb}};
  append_file(run_.stats(), as_bytes(line.dump() + "\n"));
  events_.add_scalars(tick.step, line);

  TickReport report{
      .kimg = trainer.kimg(),
      .kimg_total = static_cast<double>(trainer.steps_total() * trainer.options().batch) / 1000,
      .images_per_second = rate};
  report.seconds_left = (report.kimg_total - report.kimg) * 1000 / rate;
  for (const auto& [name, value] : tick.loss) report.figures.emplace_back("loss " + name, value);
  report.figures.insert(report.figures.end(), tick.scalars.begin(), tick.scalars.end());
  return report;
}

}  // namespace gannet
