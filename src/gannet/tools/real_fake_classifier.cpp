#include "gannet/tools/real_fake_classifier.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/data/files/network_input.h"
#include "gannet/training/classifier.h"

namespace gannet {

struct RealFakeClassifier::State {
  Shape dims;
  uint64_t seed;
  uint64_t lessons = 0;
  Net net;

  State(Shape shape, uint64_t number)
      : dims(std::move(shape)), seed(number), net(small_classifier("critic", dims, 2), number) {}

  Tensor batch(const std::vector<Image>& images) const {
    std::vector<Tensor> all;
    for (const Image& p : images) {
      if (p.width != dims[2] || p.height != dims[1])
        throw Error("image is " + std::to_string(p.width) + "x" + std::to_string(p.height) +
                        ", this critic knows " + std::to_string(dims[2]) + "x" +
                        std::to_string(dims[1]),
                    "");
      all.push_back(as_network_input(p, dims));
    }
    return all.empty() ? at::zeros({0, dims[0], dims[1], dims[2]}) : at::cat(all);
  }
};

RealFakeClassifier::RealFakeClassifier(int64_t width, int64_t height, int64_t channels,
                                       uint64_t seed)
    : state_(std::make_unique<State>(Shape{channels, height, width}, seed)) {}

RealFakeClassifier::~RealFakeClassifier() = default;

void RealFakeClassifier::learn(const std::vector<Image>& real, const std::vector<Image>& made,
                               int64_t steps) {
  constexpr int64_t kMostBatch = 64;
  const Tensor x = at::cat({state_->batch(made), state_->batch(real)});
  const Tensor labels = at::cat({at::zeros({static_cast<int64_t>(made.size())}, at::kLong),
                                 at::ones({static_cast<int64_t>(real.size())}, at::kLong)});
  const int64_t batch = std::min(kMostBatch, x.size(0));
  fit_classifier(state_->net, minibatches(x, labels, batch, state_->seed + ++state_->lessons),
                 {.steps = steps});
}

std::vector<double> RealFakeClassifier::realness(const std::vector<Image>& images) const {
  std::vector<double> all;
  if (images.empty()) return all;
  const Tensor odds = log_odds(class_scores(state_->net, state_->batch(images)));
  for (int64_t i = 0; i < odds.size(0); ++i) all.push_back(odds[i].item<double>());
  return all;
}

}  // namespace gannet
