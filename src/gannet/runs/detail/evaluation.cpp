#include "gannet/runs/detail/evaluation.h"
#include "gannet/data/registry.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>

#include "gannet/metrics/modes.h"
#include "gannet/models/sampling.h"
#include "gannet/runs/detail/snapshot_grid.h"
#include "gannet/runs/metric_history.h"

namespace gannet {
namespace {

using nlohmann::json;

constexpr int64_t kMetricSamples = 10000;

struct ModeCounts {
  ModeCount fake, real;
};

ModeCounts count_modes_of(Gan& gan, const Dataset& data, const Modes& modes, uint64_t seed) {
  const DatasetInfo& info = data.info();
  const Address address{.seed = seed, .purpose = Purpose::metric};
  const auto in_own_units = [&](const Tensor& x) {
    return x.to(at::kCPU, at::kDouble) * at::tensor(info.scale, at::kDouble) +
           at::tensor(info.mean, at::kDouble);
  };
  const Tensor fakes = draw_samples(gan, gan.latents(address, 0, kMetricSamples), {}, address);
  const Tensor reals = real_samples(data, {kMetricSamples / 100, 100}).x;
  return {.fake = count_modes(in_own_units(fakes), modes),
          .real = count_modes(in_own_units(reals), modes)};
}

}  // namespace

Evaluation::Evaluation(const RunDirectory& run, const Config& config, const Dataset& data)
    : run_(run), config_(config), data_(data) {}

std::vector<std::pair<std::string, double>> Evaluation::write(Trainer& trainer,
                                                              const Path& network) const {
  const Modes modes = known_modes(config_.run.data);
  if (config_.run.metrics == "none" || modes.centres.empty()) return {};
  const uint64_t seed = config_.options->seed;
  const ModeCounts counts = count_modes_of(trainer.gan(), data_, modes, seed);
  const json protocol = {{"n_fake", kMetricSamples}, {"n_real", kMetricSamples},
                         {"sigma", modes.sigma},     {"modes_total", modes.centres.size()},
                         {"within", "3 sigma"},      {"seed", seed},
                         {"precision", "float32"}};
  std::string lines;
  const auto add = [&](const char* metric, double fake, double real) {
    lines += json{{"metric", metric},       {"value", fake},
                  {"real", real},           {"step", trainer.step()},
                  {"kimg", trainer.kimg()}, {"network", network.filename().string()},
                  {"protocol", protocol}}
                 .dump() +
             "\n";
  };
  add("modes", static_cast<double>(counts.fake.modes), static_cast<double>(counts.real.modes));
  add("high_quality", counts.fake.high_quality, counts.real.high_quality);
  append_file(run_.metrics(), as_bytes(lines));
  if (const std::string best = best_by_metrics(run_.metrics()); !best.empty())
    replace_link(run_.best(), best);
  return {{"modes", static_cast<double>(counts.fake.modes)},
          {"high_quality", counts.fake.high_quality}};
}

std::string best_by_metrics(const Path& metrics) {
  const MetricHistory history = read_metric_history(metrics);
  const NetworkMetrics* best = history.best();
  return best == nullptr ? "" : best->network;
}

}  // namespace gannet
