#include "gannet/training/discriminator_input.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>

#include "gannet/base/error.h"

namespace gannet {
namespace {

// Of Step::uniform and Step::noise.
constexpr uint32_t kRealCall = 13, kFakeCall = 12, kPoolCall = 12;

}  // namespace

DiscriminatorInput::DiscriminatorInput(const Options& options, const Shape& sample,
                                       const at::TensorOptions& tensor)
    : options_(options), parts_(parse_augmentation(options.aug)) {
  if (parts_.any() && sample.size() != 3 && sample.size() != 2)
    throw UsageError("--aug is for images and audio clips, the samples are " + to_string(sample),
                     "--aug " + options.aug);
  if (const int64_t batch = options.batch / std::max<int64_t>(1, options.accumulate);
      batch % options.pack != 0)
    throw UsageError(
        "a round's batch is " + std::to_string(batch) + ", expected a multiple of --pack",
        "--pack " + std::to_string(options.pack));
  if (options.pool > 0) {
    Shape all = sample;
    all.insert(all.begin(), options.pool);
    pool_ = at::zeros(all, tensor);
    pooled_ = at::zeros({}, at::kLong);
  }
}

Tensor DiscriminatorInput::operator()(const Tensor& samples, Side side, Step& step) const {
  const bool real = side == Side::real;
  Tensor x = samples;
  if (parts_.any())
    x = augment(
        x, parts_,
        step.uniform({kAugmentDraws}, 0, real ? Purpose::augment_real : Purpose::augment_fake));
  if (const double noise = step.scheduled().noise; noise > 0) {
    const Shape shape(x.sizes().begin() + 1, x.sizes().end());
    x = x + noise * step.noise(shape, real ? kRealCall : kFakeCall);
  }
  if (options_.pack == 1) return x;
  Shape packed(x.sizes().begin(), x.sizes().end());
  packed[0] /= options_.pack;
  packed[1] *= options_.pack;
  return x.reshape(packed);
}

Tensor DiscriminatorInput::recalled(const Tensor& fakes, Step& step) {
  if (!pool_.defined()) return fakes;
  const Tensor u = step.uniform({2}, kPoolCall, Purpose::noise).to(at::kCPU, at::kDouble);
  Tensor shown = fakes.detach().clone();
  int64_t filled = pooled_.item<int64_t>();
  for (int64_t i = 0; i < shown.size(0); ++i) {
    const Tensor own = fakes[i].detach();
    if (filled < options_.pool) {
      pool_[filled++].copy_(own);
    } else if (u[i][0].item<double>() < 0.5) {
      const auto place = static_cast<int64_t>(u[i][1].item<double>() * static_cast<double>(filled));
      shown[i].copy_(pool_[place]);
      pool_[place].copy_(own);
    }
  }
  pooled_.fill_(filled);
  return shown;
}

std::map<std::string, Tensor*> DiscriminatorInput::state() {
  if (!pool_.defined()) return {};
  return {{"pool", &pool_}, {"pooled", &pooled_}};
}

}  // namespace gannet
