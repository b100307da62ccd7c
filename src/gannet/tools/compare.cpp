#include "gannet/tools/compare.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/argsort.h>
#include <ATen/ops/avg_pool1d.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/data/fitted_samples.h"
#include "gannet/evaluation/feature_extractor.h"
#include "gannet/metrics/two_sample.h"
#include "gannet/tensor/device.h"
#include "gannet/tensor/image_grid.h"
#include "gannet/tensor/random.h"
#include "gannet/training/classifier.h"

namespace gannet {
namespace {

constexpr int64_t kFewest = 20;
constexpr int64_t kBatch = 32, kEpochs = 12, kMostSteps = 600;

enum Draw : uint32_t { choice = 10, order, noise, simulated };

Address draws(uint64_t seed, Draw what) {
  return {.seed = seed, .purpose = Purpose::metric, .layer = what};
}

struct LabelledSamples {
  Tensor x, labels;  // float64 [2 n, dims...] and [2 n], 1 of A and 0 of B, in random order
  int64_t each = 0;
};

LabelledSamples mixed_samples(const Dataset& a, const Dataset& b, bool same,
                              const ComparisonRequest& request) {
  const int64_t most = same ? a.size() / 2 : std::min(a.size(), b.size());
  const int64_t n = std::min(most, request.limit);
  if (n < kFewest)
    throw Error("expected at least " + std::to_string(same ? 2 * kFewest : kFewest) +
                    " samples, found " + std::to_string(same ? a.size() : most),
                (a.size() <= b.size() ? request.a : request.b).source);
  const Address first = draws(request.seed, choice);
  Address second = first;
  second.call = same ? 0 : 1;
  const Tensor x =
      at::cat({read_samples(a, random_choice(a.size(), 0, n, first)),
               read_samples(b, random_choice(b.size(), same ? n : 0, same ? 2 * n : n, second))});
  const Tensor labels = at::cat({at::ones({n}, at::kDouble), at::zeros({n}, at::kDouble)});
  const Tensor mixed =
      at::tensor(random_choice(2 * n, 0, 2 * n, draws(request.seed, order)), at::kLong);
  const at::Device device = torch_device(request.device);
  return {x.index_select(0, mixed).to(device), labels.index_select(0, mixed).to(device), n};
}

// The classifier's input: standardized by the mean and deviation of the training half.
Tensor normalized(const Tensor& x, const Tensor& training, bool images) {
  if (images) return (x * 2 - 1).to(at::kFloat);
  const Tensor half = x.index_select(0, training);
  const Tensor mean = half.mean(0, /*keepdim=*/true);
  const Tensor deviation = (half - mean).square().mean(0, true).sqrt();
  return ((x - mean) / deviation.masked_fill(deviation.eq(0), 1)).to(at::kFloat);
}

struct Classified {
  TestResult test;
  Tensor samples, labels, scores;  // those it did not learn from
};

Classified classify(const LabelledSamples& samples, const Shape& dims, uint64_t seed,
                    const Permutations& how) {
  // Half of each set, so that guessing is right half of the time.
  const Tensor ones = samples.labels.nonzero().squeeze(1),
               zeros = samples.labels.eq(0).nonzero().squeeze(1);
  const int64_t half = samples.each / 2;
  const Tensor training = at::cat({ones.slice(0, 0, half), zeros.slice(0, 0, half)});
  const Tensor rest = at::cat({ones.slice(0, half), zeros.slice(0, half)});
  const Tensor x = normalized(samples.x, training, dims.size() >= 3);
  Net net(small_classifier("C", dims, 2), seed, 0, x.options());
  const int64_t batch = std::min(kBatch, training.size(0));
  const int64_t steps = std::min(kMostSteps, kEpochs * (training.size(0) / batch));
  fit_classifier(net,
                 minibatches(x.index_select(0, training),
                             samples.labels.index_select(0, training).to(at::kLong), batch, seed),
                 {.steps = std::max<int64_t>(steps, 100)});
  const Tensor scores = log_odds(class_scores(net, x.index_select(0, rest)));
  const Tensor labels = samples.labels.index_select(0, rest);
  return {classifier_test(scores, labels, how), samples.x.index_select(0, rest), labels, scores};
}

// Of a side the samples whose scores say so most.
Tensor surest_of(const Classified& all, double label, int64_t count) {
  const Tensor side = all.labels.eq(label).nonzero().squeeze(1);
  const Tensor scores = all.scores.index_select(0, side) * (label > 0 ? 1 : -1);
  const Tensor order = scores.argsort(/*dim=*/0, /*descending=*/true).slice(0, 0, count);
  return all.samples.index_select(0, side.index_select(0, order));
}

Image picture_of(const Classified& all) {
  constexpr int64_t kColumns = 8, kMostRows = 2;  // of each side
  const int64_t each = all.labels.size(0) / 2;
  const int64_t rows = std::clamp<int64_t>(each / kColumns, 1, kMostRows),
                columns = std::min(each, kColumns);
  const Tensor both =
      at::cat({surest_of(all, 1, rows * columns), surest_of(all, 0, rows * columns)});
  return draw_grid((both * 2 - 1).to(at::kFloat).to(at::kCPU), 2 * rows, columns);
}

// Samples as what distances are of: their features, else themselves. Null: no feature net.
using Extractor = std::unique_ptr<FeatureExtractor>;
Tensor compared(const Tensor& x, const Extractor& extractor) {
  return extractor ? extractor->extract(x).features.to(at::kDouble) : x;
}

Extractor open_features(const ComparisonRequest& request, const Dataset& a, const Dataset& b) {
  if (request.features == "pixels") return nullptr;
  const bool first = a.size() > b.size();
  Extractor extractor = open_feature_extractor({.name = request.features,
                                                .dims = a.info().dims,
                                                .source = (first ? request.a : request.b).source,
                                                .hash = (first ? a : b).hash(),
                                                .device = request.device});
  return extractor->name() == "pixels" ? nullptr : std::move(extractor);
}

std::vector<std::pair<std::string, TestResult>> tests_by_distances(const Tensor& distances,
                                                                   const Tensor& labels,
                                                                   bool points,
                                                                   const Permutations& how) {
  std::vector<std::pair<std::string, TestResult>> all = {
      {"mmd", kernel_test(distances, labels, how)},
      {"energy", energy_test(distances, labels, how)},
      {"1nn", nearest_neighbour_test(distances, labels, how)}};
  if (points) all.emplace_back("friedman_rafsky", spanning_tree_test(distances, labels, how));
  return all;
}

// Samples that are not quite of their distribution: images blurred by 3x3 pixels, sounds by 3
// samples, points with noise of half their spread.
Tensor changed(const Tensor& x, uint64_t seed, int64_t simulation) {
  if (x.dim() >= 4) {
    const Tensor images = x.flatten(1, -3);
    return at::avg_pool2d(images, {3, 3}, {1, 1}, {1, 1}, false, /*count_include_pad=*/false)
        .reshape(x.sizes());
  }
  if (x.dim() == 3) return at::avg_pool1d(x, {3}, {1}, {1}, false, /*count_include_pad=*/false);
  Address address = draws(seed, noise);
  address.step = static_cast<uint32_t>(simulation);
  const Tensor spread = (x - x.mean(0, true)).square().mean(0, true).sqrt();
  return x + 0.5 * spread * normal(address, 0, x.size(0), {x.size(1)}, x.options());
}

const char* change_of(const Shape& dims) {
  return dims.size() >= 3   ? "blurred by 3x3 pixels"
         : dims.size() == 2 ? "blurred by 3 samples"
                            : "with noise of half their spread";
}

void simulate_power(const Dataset& data, const ComparisonRequest& request,
                    const Extractor& extractor, Comparison& result) {
  constexpr int64_t kPermutations = 99;
  const bool points = data.info().dims.size() == 1;
  const int64_t n = std::min(result.samples, data.size() / 2);
  const at::Device device = torch_device(request.device);
  const Tensor labels =
      at::cat({at::ones({n}, at::kDouble), at::zeros({n}, at::kDouble)}).to(device);
  result.change = change_of(data.info().dims);
  result.power_samples = n;
  for (int64_t i = 0; i < request.simulations; ++i) {
    Address chosen = draws(request.seed, simulated);
    chosen.step = static_cast<uint32_t>(i);
    const Tensor x = read_samples(data, random_choice(data.size(), 0, 2 * n, chosen)).to(device);
    const Tensor both = at::cat({x.slice(0, 0, n), changed(x.slice(0, n), request.seed, i)});
    const auto tests = tests_by_distances(
        squared_distances(compared(both, extractor), points), labels, points,
        {.seed = request.seed + static_cast<uint64_t>(i), .count = kPermutations});
    if (result.power.empty())
      for (const auto& [name, test] : tests) result.power.push_back({.test = name});
    for (size_t t = 0; t < tests.size(); ++t)
      if (tests[t].second.p_value <= kPowerLevel)
        result.power[t].share += 1 / static_cast<double>(request.simulations);
  }
}

}  // namespace

Comparison compare_samples(const ComparisonRequest& request) {
  const SamplePair both =
      open_sample_pair(request.a.source, request.a.options, request.b.source, request.b.options);
  const auto &a = both.a.data, &b = both.b.data;
  const Shape& dims = a->info().dims;
  if (request.picture && (dims.size() != 3 || (dims[0] != 1 && dims[0] != 3)))
    throw UsageError("a picture is of images, the samples are " + to_string(dims), "--out",
                     "leave it out");
  Comparison result{.total_a = a->size(), .total_b = b->size(), .shape = dims};
  for (const FittedSamples* side : {&both.a, &both.b})
    result.notes.insert(result.notes.end(), side->notes.begin(), side->notes.end());
  result.same_source = a->hash() == b->hash();
  const LabelledSamples samples = mixed_samples(*a, *b, result.same_source, request);
  result.samples = samples.each;
  const Permutations how{.seed = request.seed, .count = request.permutations};
  const bool points = dims.size() == 1;
  const Extractor extractor = open_features(request, *a, *b);
  if (extractor) result.features = extractor->name(), result.feature_hash = extractor->hash();
  const Tensor distances = squared_distances(compared(samples.x, extractor), /*scaled=*/points);
  const auto add = [&](std::string name, const TestResult& test) {
    result.tests.push_back({std::move(name), test.statistic, test.p_value});
  };
  for (const auto& [name, test] : tests_by_distances(distances, samples.labels, points, how))
    add(name, test);
  const Classified classified = classify(samples, dims, request.seed, how);
  add("classifier", classified.test);
  if (request.picture) result.surest = picture_of(classified);
  if (request.simulations > 0)
    simulate_power(a->size() > b->size() ? *a : *b, request, extractor, result);
  return result;
}

}  // namespace gannet
