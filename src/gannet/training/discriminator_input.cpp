#include "gannet/training/discriminator_input.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>

#include "gannet/base/error.h"
#include "gannet/tensor/process_group.h"
#include "gannet/tensor/recording.h"

namespace gannet {

DiscriminatorInput::DiscriminatorInput(const Options& options, const Shape& sample,
                                       const at::TensorOptions& tensor)
    : options_(options), augmentation_(parse_augmentation(options.aug)) {
  if (augmentation_.any() && sample.size() != 3 && sample.size() != 2)
    throw UsageError("--aug is for images and audio clips, the samples are " + to_string(sample),
                     "--aug " + options.aug);
  if (const int64_t batch = options.batch / std::max<int64_t>(1, options.accumulate);
      batch % options.pack != 0)
    throw UsageError(
        "a round's batch is " + std::to_string(batch) + ", expected a multiple of --pack",
        "--pack " + std::to_string(options.pack), "--pack 1");
  if (options.pool > 0) {
    Shape all = sample;
    all.insert(all.begin(), options.pool);
    pool_ = at::zeros(all, tensor);
    pool_size_ = at::zeros({}, at::kLong);
  }
}

Tensor DiscriminatorInput::operator()(const Tensor& samples, Side side, Step& step) const {
  const bool real = side == Side::real;
  Tensor x = samples;
  if (augmentation_.any()) {
    const Purpose purpose = real ? Purpose::augment_real : Purpose::augment_fake;
    x = augment(x, augmentation_, step.uniform(purpose, {kAugmentDraws}));
  }
  if (const Tensor noise = step.noise(); noise.defined()) {
    const Purpose purpose = real ? Purpose::instance_noise_real : Purpose::instance_noise_fake;
    x = x + noise * step.normal(purpose, Shape(x.sizes().begin() + 1, x.sizes().end()));
  }
  if (options_.pack == 1) return x;
  Shape packed(x.sizes().begin(), x.sizes().end());
  packed[0] /= options_.pack;
  packed[1] *= options_.pack;
  return x.reshape(packed);
}

Tensor DiscriminatorInput::sample_from_pool(const Tensor& fakes, Step& step) {
  if (!pool_.defined()) return fakes;
  takes_from_host("choices of the image pool");
  // One by one in the order of the whole batch, on every process alike.
  const Tensor u = all_gather(step.uniform_on_cpu(Purpose::image_pool, {2}), step.group());
  const Tensor all = all_gather(fakes.detach(), step.group());
  Tensor sampled = all.clone();
  int64_t size = pool_size_.item<int64_t>();
  for (int64_t i = 0; i < sampled.size(0); ++i) {
    const Tensor current = all[i];
    if (size < options_.pool) {
      pool_[size++].copy_(current);
    } else if (u[i][0].item<double>() < 0.5) {
      const auto place = static_cast<int64_t>(u[i][1].item<double>() * static_cast<double>(size));
      sampled[i].copy_(pool_[place]);
      pool_[place].copy_(current);
    }
  }
  pool_size_.fill_(size);
  return own_part(sampled, step.group());
}

std::map<std::string, Tensor*> DiscriminatorInput::state() {
  if (!pool_.defined()) return {};
  return {{"pool", &pool_}, {"pooled", &pool_size_}};
}

}  // namespace gannet
