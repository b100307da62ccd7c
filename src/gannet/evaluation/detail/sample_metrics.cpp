#include "gannet/evaluation/detail/sample_metrics.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "gannet/base/error.h"
#include "gannet/metrics/image_quality.h"
#include "gannet/metrics/log_mel.h"
#include "gannet/metrics/modes.h"
#include "gannet/metrics/precision_recall.h"
#include "gannet/tensor/on_device.h"
#include "gannet/training/classifier.h"

namespace gannet {
namespace {

constexpr int64_t kBatch = 64, kEpochs = 10, kLeastSteps = 500, kMostSteps = 2000, kWidth = 32;
constexpr double kStep = 1e-4;      // epsilon of path lengths
constexpr int64_t kLeastSide = 11;  // ssim's window
constexpr int64_t kClips = 64;      // at a time

// In [-1, 1]; points as they are.
Tensor network_range(const Tensor& x) {
  if (x.scalar_type() == at::kByte) return x.to(at::kFloat) / 127.5 - 1;
  return x.dim() >= 4 ? (x * 2 - 1).to(at::kFloat) : x.to(at::kFloat);
}

void check_classes(SampleFeatures& a, SampleFeatures& b) {
  for (SampleFeatures* side : {&a, &b})
    if (!side->labels().defined() || side->labels().lt(0).any().item<bool>())
      throw Error("these samples have no classes", "", "--metrics fd,kid,prdc need none");
  if (a.source().classes().size() != b.source().classes().size())  // names: metric_checks.h
    throw Error("real and fake samples are of " + std::to_string(a.source().classes().size()) +
                    " and " + std::to_string(b.source().classes().size()) + " classes",
                "");
}

}  // namespace

MetricValue classification_accuracy(SampleFeatures& train, SampleFeatures& test, uint64_t seed,
                                    const std::string& device) {
  check_classes(train, test);
  const auto classes = static_cast<int64_t>(train.source().classes().size());
  Tensor x = network_range(train.samples()), y = network_range(test.samples());
  if (x.dim() == 2) {  // points
    const Tensor mean = x.mean(0, true), scale = x.std(0, true, true).clamp_min(1e-12);
    x = (x - mean) / scale;
    y = (y - mean) / scale;
  }
  const int64_t batch = std::min(kBatch, x.size(0));
  const int64_t steps = std::clamp(kEpochs * x.size(0) / batch, kLeastSteps, kMostSteps);
  Net net(small_classifier("C", train.source().dims(), classes, kWidth), seed, 0,
          tensors_on(device));
  fit_classifier(net, minibatches(x, train.labels(), batch, seed), {.steps = steps});
  const double right = accuracy(class_scores(net, y), test.labels());
  return {right,
          std::sqrt(right * (1 - right) / static_cast<double>(y.size(0))),
          {{"steps", static_cast<double>(steps)},
           {"batch", static_cast<double>(batch)},
           {"width", static_cast<double>(kWidth)},
           {"trained_on", static_cast<double>(x.size(0))},
           {"classes", static_cast<double>(classes)}}};
}

MetricValue intra_class_distance(SampleFeatures& real, SampleFeatures& fake) {
  check_classes(real, fake);
  const auto classes = static_cast<int64_t>(real.source().classes().size());
  const IntraClassDistances found =
      intra_class_frechet(real.features(), real.labels(), fake.features(), fake.labels(), classes);
  return {found.mean,
          found.error,
          {{"classes", static_cast<double>(classes)},
           {"largest", std::ranges::max(found.of_class)},
           {"smallest", std::ranges::min(found.of_class)}}};
}

MetricValue of_modes(const std::string& metric, SampleFeatures& fake, const Modes& modes) {
  const ModeCount found = count_modes(fake.samples(), modes);
  MetricValue value{
      0, {}, {{"modes_total", static_cast<double>(found.modes_total)}, {"sigma", modes.sigma}}};
  if (metric == "modes")
    value.value = static_cast<double>(found.modes);
  else if (metric == "high_quality") {
    value.value = found.high_quality;
    value.error = share_error(found.high_quality, fake.size());
  } else if (metric == "mode_spread") {
    value.value = found.mean_spread;
    std::vector<double> known = found.spread;
    std::erase_if(known, [](double x) { return std::isnan(x); });
    value.details["modes"] = static_cast<double>(known.size());
    if (known.empty()) return value;
    value.details["smallest"] = std::ranges::min(known);
    value.details["largest"] = std::ranges::max(known);
  } else {
    const LabelModes counts = nearest_mode_counts(fake.samples(), modes);
    value.value = counts.reverse_kl;
    if (std::isfinite(counts.error)) value.error = counts.error;
  }
  return value;
}

LabelModes stacked_modes(const Tensor& images, const FeatureNet& classifier) {
  const auto classes = static_cast<int64_t>(classifier.info().classes.size());
  int64_t total = 1;
  Tensor label = at::zeros({images.size(0)}, at::kLong);
  for (int64_t channel = 0; channel < images.size(1); ++channel) {
    const Tensor one = images.slice(1, channel, channel + 1).contiguous();
    label = label * classes + classifier(one).scores.argmax(1);
    total *= classes;
  }
  return count_label_modes(label, total);
}

MetricValue mel_distance(SampleFeatures& real, SampleFeatures& fake) {
  const double rate = real.source().rate();
  const auto spectra = [&](SampleFeatures& side) {      // [N C, bands]: means over time
    const Tensor clips = side.samples().flatten(0, 1);  // [N C, T]
    std::vector<Tensor> parts;
    for (int64_t from = 0; from < clips.size(0); from += kClips)
      parts.push_back(log_mel(clips.slice(0, from, std::min(from + kClips, clips.size(0))), rate)
                          .to(at::kDouble)
                          .mean(2));
    return at::cat(parts);
  };
  const Tensor b = spectra(fake), difference = b.mean(0) - spectra(real).mean(0);
  // To first order each clip adds the mean over the bands of its own value, with the band's sign.
  const auto n = static_cast<double>(b.size(0));
  const double spread = (b * difference.sign()).mean(1).std().item<double>();
  MetricValue value{difference.abs().mean().item<double>(),
                    {},
                    {{"bands", static_cast<double>(difference.numel())}, {"rate", rate}}};
  if (n > 1) value.error = spread / std::sqrt(n);
  return value;
}

MetricValue paired_quality(const std::string& metric, const SampleSources& sources, int64_t n) {
  const auto chosen = [&](const FullReferenceMetrics& of) {
    return metric == "psnr" ? of.psnr : of.ssim;
  };
  if (sources.network != nullptr) {
    const auto found = sources.network->quality(n);
    if (!found) throw Error("its samples are made from no images, and have no targets", "");
    return {chosen(found->outputs), {}, {{"pairs", static_cast<double>(found->images)}}};
  }
  double sum = 0, squares = 0;
  for (int64_t i = 0; i < n; ++i) {
    const auto of = [&](const SampleSource& source) {
      const Tensor x = source.read({i})[0].permute({1, 2, 0});
      return luma(x.scalar_type() == at::kByte ? x : (x * 255).round().clamp(0, 255).to(at::kByte));
    };
    const Tensor a = of(*sources.real), b = of(*sources.fake);
    const double one = metric == "psnr" ? psnr(a, b) : ssim(a, b);
    sum += one;
    squares += one * one;
  }
  const auto count = static_cast<double>(n);
  const double mean = sum / count, variance = std::max(0.0, squares / count - mean * mean);
  MetricValue value{mean, {}, {{"pairs", count}}};
  if (n > 1) value.error = std::sqrt(variance / (count - 1));
  return value;
}

MetricValue path_length(const NetworkSamples& network, const FeatureExtractor& extractor,
                        int64_t n) {
  const NetworkSamples::Steps steps = network.path_steps(n, kStep);
  const Tensor difference = extractor.extract(steps.after).features.to(at::kDouble) -
                            extractor.extract(steps.before).features.to(at::kDouble);
  const Tensor lengths = std::get<0>((difference.square().sum(1) / (kStep * kStep)).sort());
  // numpy.percentile(..., interpolation="lower") and "higher", and what lies between.
  const auto last = static_cast<double>(n - 1);
  const auto low = static_cast<int64_t>(std::floor(0.01 * last)),
             high = static_cast<int64_t>(std::ceil(0.99 * last));
  const Tensor kept = lengths.slice(0, low, high + 1);
  MetricValue value{kept.mean().item<double>(), {}, {}};
  if (kept.numel() > 1)
    value.error = kept.std().item<double>() / std::sqrt(static_cast<double>(kept.numel()));
  value.details = {{"epsilon", kStep},
                   {"paths", static_cast<double>(n)},
                   {"kept", static_cast<double>(kept.numel())},
                   {"of_all", lengths.mean().item<double>()}};
  return value;
}

MetricValue reconstruction_error(const NetworkSamples& network, SampleFeatures& real) {
  const Tensor x = network_range(real.samples()), again = network.reconstructed(x);
  if (!again.defined())
    throw UsageError("this network has no encoder: it reconstructs nothing",
                     network.sampler().file().string(), "--cfg vae has one");
  const Tensor errors = (again - x).square().flatten(1).mean(1).to(at::kDouble);
  return {std::sqrt(errors.mean().item<double>()), {}, {}};
}

}  // namespace gannet
