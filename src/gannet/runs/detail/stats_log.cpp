#include "gannet/runs/detail/stats_log.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "gannet/tensor/on_device.h"

namespace gannet {
namespace {

using nlohmann::json;

json object(const std::vector<std::pair<std::string, double>>& named) {
  json result = json::object();
  for (const auto& [name, value] : named) result[name] = value;
  return result;
}

}  // namespace

StatsLog::StatsLog(const RunDirectory& run, const EventFile& events, Before before)
    : run_(run), events_(events), before_(std::move(before)), tick_seconds_(before_.seconds) {}

void StatsLog::start(const Trainer& trainer) {
  tick_step_ = trainer.step();
  tick_seconds_ = seconds();
}

void StatsLog::show_metrics(std::vector<std::pair<std::string, double>> metrics) {
  if (!metrics.empty()) metrics_ = std::move(metrics);
}

double StatsLog::seconds() const {
  return before_.seconds +
         std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
}

StatsLog::Written StatsLog::write(const Trainer& trainer, const Tick& tick) {
  const double now = seconds();
  const double passed = std::max(1e-9, now - tick_seconds_);
  const double rate =
      static_cast<double>((tick.step - tick_step_) * trainer.options().batch) / passed;
  const double left =
      before_.step_times.seconds_left(tick_step_, tick.step, passed, trainer.steps_total());
  tick_step_ = tick.step;
  tick_seconds_ = now;
  json line = {{"step", tick.step},
               {"kimg", static_cast<double>(tick.images_seen) / 1000},
               {"seconds", now},
               {"img_per_s", rate},
               {"loss", object(tick.loss)},
               {"score", object(tick.scalars)},
               {"grad_norm", object(tick.gradient_norm)},
               {"memory_mb", memory_use(trainer.gan().setup().tensor.device()).now_mb}};
  append_file(run_.stats(), as_bytes(line.dump() + "\n"));
  events_.add_scalars(tick.step, line);

  TickReport report{
      .kimg = trainer.kimg(),
      .kimg_total = static_cast<double>(trainer.steps_total() * trainer.options().batch) / 1000,
      .images_per_second = rate,
      .seconds_left = left,
      .figures = metrics_};
  for (const auto& [name, value] : tick.loss) report.figures.emplace_back("loss " + name, value);
  report.figures.insert(report.figures.end(), tick.scalars.begin(), tick.scalars.end());
  return {std::move(line), std::move(report)};
}

}  // namespace gannet
