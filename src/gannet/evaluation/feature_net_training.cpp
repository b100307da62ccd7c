#include "gannet/evaluation/feature_net_training.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/replication_pad2d.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "gannet/base/error.h"
#include "gannet/data/loader.h"
#include "gannet/data/raw_samples.h"
#include "gannet/evaluation/feature_net.h"
#include "gannet/tensor/on_device.h"
#include "gannet/training/classifier.h"
#include "gannet/training/optimizer.h"

namespace gannet {
namespace {

constexpr int64_t kBlock = 1000;

std::shared_ptr<const Dataset> open_part(const FeatureNetTraining& training, const char* split) {
  SourceOptions options = training.source;
  options.split = split;
  std::shared_ptr<const Dataset> data = open_dataset(training.data, options);
  if (!data->info().is_image() || data->info().classes_count() < 2)
    throw Error("expected images of two classes or more", training.data);
  return data;
}

// Each image moved by up to `most` pixels each way, its edges repeated.
Tensor shifted(const Tensor& x, int64_t most, const Address& address) {
  const Tensor padded = at::replication_pad2d(x, {most, most, most, most});
  std::vector<Tensor> moved;
  for (int64_t i = 0; i < x.size(0); ++i) {
    const uint32_t place = integer(address, static_cast<uint32_t>(i),
                                   static_cast<uint32_t>((2 * most + 1) * (2 * most + 1)));
    const int64_t top = place / (2 * most + 1), left = place % (2 * most + 1);
    moved.push_back(padded[i].slice(1, top, top + x.size(2)).slice(2, left, left + x.size(3)));
  }
  return at::stack(moved);
}

void fit(Net& net, Net& average, std::shared_ptr<const Dataset> data,
         const FeatureNetTraining& training,
         const std::function<void(const std::string&)>& on_progress) {
  const int64_t batch = std::min(training.batch, data->size());
  Loader loader(std::move(data),
                {.seed = training.seed, .batch = batch, .mirror = training.mirror});
  const Shape& dims = net.spec().nodes().at(0).shape;
  const int64_t shift = training.shift < 0 ? std::min(dims[1], dims[2]) / 14 : training.shift;
  const Minibatches batches = [&](int64_t number) {
    Batch of = loader.get(number);
    if (shift > 0)
      of.real = shifted(of.real, shift,
                        {.seed = training.seed,
                         .step = static_cast<uint32_t>(number),
                         .purpose = Purpose::augment_real});
    return of;
  };
  const double decay = training.average > 0 ? std::pow(0.5, 1 / training.average) : 0;
  const auto on_step = [&](int64_t step, double loss) {
    // Of few steps the average is over few.
    const auto done = static_cast<double>(step + 1);
    update_ema(net, average, std::min(decay, done / (done + 10)));
    if (!on_progress || (step + 1) % 100 != 0) return;
    char line[128];
    std::snprintf(line, sizeof line, "step %lld of %lld, loss %.4f",
                  static_cast<long long>(step + 1), static_cast<long long>(training.steps), loss);
    on_progress(line);
  };
  fit_classifier(net, batches, {.steps = training.steps, .lr = training.lr, .on_step = on_step});
}

double accuracy_of(Net& net, const Dataset& data) {
  double right = 0;
  for (int64_t from = 0; from < data.size(); from += kBlock) {
    std::vector<int64_t> numbers, labels;
    Sample sample;
    for (int64_t i = from; i < std::min(from + kBlock, data.size()); ++i) {
      data.get(i, sample);
      numbers.push_back(i);
      labels.push_back(sample.label);
    }
    const Tensor scores = class_scores(net, read_network_samples(data, numbers));
    right += accuracy(scores, at::tensor(labels, at::kLong)) * static_cast<double>(numbers.size());
  }
  return right / static_cast<double>(data.size());
}

}  // namespace

FeatureNetReport train_feature_net(const FeatureNetTraining& training,
                                   const std::function<void(const std::string&)>& on_progress) {
  const std::shared_ptr<const Dataset> data = open_part(training, "train"),
                                       test = open_part(training, "test");
  const DatasetInfo& of = data->info();
  if (test->info().dims != of.dims || test->info().classes != of.classes)
    throw Error("its parts train and test have other images or classes", training.data);
  const auto net_of = [&] {
    return std::make_unique<Net>(
        feature_net_spec(of.dims, of.classes_count(), training.width, training.features),
        training.seed, 0, tensors_on(training.device));
  };
  const auto net = net_of(), average = net_of();
  fit(*net, *average, data, training, on_progress);
  const double right = accuracy_of(*average, *test);
  write_feature_net(training.out,
                    {.data = data->name(),
                     .train_hash = data->hash(),
                     .test_hash = test->hash(),
                     .dims = of.dims,
                     .classes = of.classes,
                     .width = training.width,
                     .features = training.features,
                     .test_accuracy = right,
                     .test_images = test->size(),
                     .steps = training.steps,
                     .batch = training.batch,
                     .seed = training.seed},
                    *average);
  return {right, test->size(), average->spec().parameter_count()};
}

}  // namespace gannet
