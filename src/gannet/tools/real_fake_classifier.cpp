#include "gannet/tools/real_fake_classifier.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/data/files/network_input.h"
#include "gannet/tensor/on_device.h"
#include "gannet/tools/detail/real_fake.h"

namespace gannet {

struct RealFakeClassifier::State {
  Shape dims;
  uint64_t seed;
  uint64_t fits = 0;  // calls of fit(): each has an order of its own
  std::unique_ptr<Net> net;

  State(Shape shape, uint64_t number, const std::string& device)
      : dims(std::move(shape)),
        seed(number),
        net(real_fake_net(dims, number, tensors_on(device))) {}

  Tensor batch(const std::vector<Image>& images) const {
    std::vector<Tensor> all;
    for (const Image& p : images) {
      if (p.width != dims[2] || p.height != dims[1])
        throw Error("image is " + std::to_string(p.width) + "x" + std::to_string(p.height) +
                        ", this classifier takes " + std::to_string(dims[2]) + "x" +
                        std::to_string(dims[1]),
                    "");
      all.push_back(as_network_input(p, dims));
    }
    return all.empty() ? at::zeros({0, dims[0], dims[1], dims[2]}) : at::cat(all);
  }
};

RealFakeClassifier::RealFakeClassifier(int64_t width, int64_t height, int64_t channels,
                                       uint64_t seed, const std::string& device)
    : state_(std::make_unique<State>(Shape{channels, height, width}, seed, device)) {}

RealFakeClassifier::~RealFakeClassifier() = default;

void RealFakeClassifier::fit(const std::vector<Image>& real, const std::vector<Image>& fake,
                             int64_t steps) {
  constexpr int64_t kMostBatch = 64;
  const Tensor x = state_->batch(real), y = state_->batch(fake);
  const int64_t batch = std::min(kMostBatch, x.size(0) + y.size(0));
  fit_real_fake(*state_->net, x, y, batch, state_->seed + ++state_->fits, {.steps = steps});
}

std::vector<double> RealFakeClassifier::realness(const std::vector<Image>& images) const {
  std::vector<double> all;
  if (images.empty()) return all;
  const Tensor odds = fake_log_odds(*state_->net, state_->batch(images)).to(at::kCPU);
  for (int64_t i = 0; i < odds.size(0); ++i) all.push_back(-odds[i].item<double>());
  return all;
}

}  // namespace gannet
