#include "gannet/tools/compare.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/data/fitted_samples.h"
#include "gannet/metrics/two_sample.h"
#include "gannet/tensor/device.h"
#include "gannet/training/classifier.h"

namespace gannet {
namespace {

constexpr int64_t kFewest = 20;
constexpr int64_t kBatch = 32, kEpochs = 12, kMostSteps = 600;

enum Draw : uint32_t { choice = 10, order };

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

TestResult test_by_classifier(const LabelledSamples& samples, const Shape& dims, uint64_t seed,
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
  return classifier_test(scores, samples.labels.index_select(0, rest), how);
}

}  // namespace

Comparison compare_samples(const ComparisonRequest& request) {
  const SamplePair both =
      open_sample_pair(request.a.source, request.a.options, request.b.source, request.b.options);
  const auto &a = both.a.data, &b = both.b.data;
  const Shape& dims = a->info().dims;
  Comparison result{.total_a = a->size(), .total_b = b->size(), .shape = dims};
  for (const FittedSamples* side : {&both.a, &both.b})
    result.notes.insert(result.notes.end(), side->notes.begin(), side->notes.end());
  result.same_source = a->hash() == b->hash();
  const LabelledSamples samples = mixed_samples(*a, *b, result.same_source, request);
  result.samples = samples.each;
  const Permutations how{.seed = request.seed, .count = request.permutations};
  const Tensor distances = squared_distances(samples.x, /*scaled=*/dims.size() == 1);
  const auto add = [&](std::string name, const TestResult& test) {
    result.tests.push_back({std::move(name), test.statistic, test.p_value});
  };
  add("mmd", kernel_test(distances, samples.labels, how));
  add("classifier", test_by_classifier(samples, dims, request.seed, how));
  add("1nn", nearest_neighbour_test(distances, samples.labels, how));
  return result;
}

}  // namespace gannet
