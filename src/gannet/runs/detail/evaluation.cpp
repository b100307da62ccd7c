#include "gannet/runs/detail/evaluation.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>

#include <cmath>

#include "gannet/data/registry.h"
#include "gannet/metrics/modes.h"
#include "gannet/metrics/precision_recall.h"
#include "gannet/models/sampling.h"
#include "gannet/runs/detail/snapshot_grid.h"
#include "gannet/runs/metric_history.h"

namespace gannet {
namespace {

using nlohmann::json;

constexpr int64_t kMetricSamples = 10000;

struct ModeCounts {
  ModeCount fake, real;
  double fake_kl = 0, real_kl = 0;
};

ModeCounts count_modes_of(Gan& gan, const Dataset& data, const Modes& modes, uint64_t seed) {
  const DatasetInfo& info = data.info();
  const Address address{.seed = seed, .purpose = Purpose::metric};
  const auto in_own_units = [&](const Tensor& x) {
    return x.to(at::kCPU, at::kDouble) * at::tensor(info.scale, at::kDouble) +
           at::tensor(info.mean, at::kDouble);
  };
  const Condition conditions = gan.conditions(gan.condition_info(info), address, 0, kMetricSamples);
  const Tensor fakes =
      in_own_units(draw_samples(gan, gan.latents(address, 0, kMetricSamples), conditions, address));
  const Tensor reals = in_own_units(real_samples(data, {kMetricSamples / 100, 100}).x);
  return {.fake = count_modes(fakes, modes),
          .real = count_modes(reals, modes),
          .fake_kl = nearest_mode_counts(fakes, modes).reverse_kl,
          .real_kl = nearest_mode_counts(reals, modes).reverse_kl};
}

bool counts_modes(const Config& config) {
  const std::string& metrics = config.run.metrics;
  return (metrics == "default" || metrics == "modes") &&
         !known_modes(config.run.data).centres.empty();
}

std::vector<json> mode_lines(Gan& gan, const Dataset& data, const Config& config) {
  const Modes modes = known_modes(config.run.data);
  const uint64_t seed = config.options->seed;
  const ModeCounts counts = count_modes_of(gan, data, modes, seed);
  const json protocol = {{"n_fake", kMetricSamples}, {"n_real", kMetricSamples},
                         {"sigma", modes.sigma},     {"modes_total", modes.centres.size()},
                         {"within", "3 sigma"},      {"seed", seed},
                         {"precision", "float32"}};
  const auto line = [&](const char* metric, double fake, double real) {
    return json{{"metric", metric},
                {"value", std::isnan(fake) ? json() : json(fake)},
                {"real", real},
                {"better", better_text(better_of(metric))},
                {"protocol", protocol}};
  };
  json quality = line("high_quality", counts.fake.high_quality, counts.real.high_quality);
  quality["error"] = share_error(counts.fake.high_quality, kMetricSamples);
  return {
      line("modes", static_cast<double>(counts.fake.modes), static_cast<double>(counts.real.modes)),
      std::move(quality), line("reverse_kl", counts.fake_kl, counts.real_kl),
      line("mode_spread", counts.fake.mean_spread, counts.real.mean_spread)};
}

}  // namespace

RunEvaluation::RunEvaluation(const RunDirectory& run, const Config& config, const Dataset& data)
    : run_(run), config_(config), data_(data), metrics_(config, data) {}

std::vector<std::pair<std::string, double>> RunEvaluation::write(Trainer& trainer,
                                                                 const Path& network) {
  SnapshotMetrics::Result found = metrics_.measure(network);
  notes_ = std::move(found.problems);
  if (counts_modes(config_)) found.lines = mode_lines(trainer.gan(), data_, config_);
  if (found.lines.empty()) return {};
  std::string lines;
  std::vector<std::pair<std::string, double>> values;
  for (json& line : found.lines) {
    line["step"] = trainer.step();
    line["kimg"] = trainer.kimg();
    line["network"] = network.filename().string();
    lines += line.dump() + "\n";
    if (line["value"].is_number()) values.emplace_back(line["metric"], line["value"]);
  }
  append_file(run_.metrics(), as_bytes(lines));
  if (const std::string best = best_by_metrics(run_.metrics()); !best.empty())
    replace_link(run_.best(), best);
  return values;
}

std::string best_by_metrics(const Path& metrics) {
  const MetricHistory history = read_metric_history(metrics);
  const NetworkMetrics* best = history.best();
  return best == nullptr ? "" : best->network;
}

}  // namespace gannet
