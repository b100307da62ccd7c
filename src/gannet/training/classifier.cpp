#include "gannet/training/classifier.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>

#include "gannet/base/error.h"
#include "gannet/losses/auxiliary.h"
#include "gannet/tensor/on_device.h"
#include "gannet/training/optimizer.h"
#include "gannet/training/options.h"

namespace gannet {
namespace {

constexpr int64_t kLargest = 64, kSmallest = 8;  // sides of images, in pixels
constexpr int64_t kBlock = 256;                  // samples scored at a time
constexpr int64_t kLossRead = 50;                // steps of a GPU, which is waited for then

void image_features(NetSpec& net, int64_t width) {
  const auto shorter = [&] { return std::min(net.shape()[1], net.shape()[2]); };
  for (int64_t by = shorter() / kLargest; by > 1; --by)
    if (net.shape()[1] % by == 0 && net.shape()[2] % by == 0) {
      net.avg_pool(by);
      break;
    }
  for (int64_t channels = width; shorter() >= kSmallest;
       channels = std::min(2 * channels, 8 * width))
    net.conv_down(channels).leaky_relu(0.2);
}

void audio_features(NetSpec& net, int64_t width) {
  for (int64_t channels = width; net.shape()[1] >= 16; channels = std::min(2 * channels, 8 * width))
    net.conv(channels, 25, {.stride = 4, .padding = 11}).leaky_relu(0.2);
}

}  // namespace

NetSpec small_classifier(std::string name, const Shape& dims, int64_t classes, int64_t width) {
  NetSpec net(std::move(name), dims);
  if (dims.size() == 4) net.reshape({dims[0] * dims[1], dims[2], dims[3]});
  if (dims.size() >= 3) image_features(net, width);
  if (dims.size() == 2) audio_features(net, width);
  net.dense(4 * width).leaky_relu(0.2);
  if (dims.size() == 1) net.dense(4 * width).leaky_relu(0.2);
  return net.dense(classes);
}

Minibatches minibatches(Tensor x, Tensor labels, int64_t batch, uint64_t seed) {
  const int64_t each = x.size(0) / batch;
  if (batch < 1 || each < 1)
    throw Error(std::to_string(x.size(0)) + " samples, expected at least a batch of " +
                    std::to_string(batch),
                "");
  return [=](int64_t number) -> Batch {
    const Permutation order(
        {.seed = seed, .step = static_cast<uint32_t>(number / each), .purpose = Purpose::order},
        static_cast<uint32_t>(x.size(0)));
    std::vector<int64_t> chosen;
    for (int64_t i = number % each * batch; static_cast<int64_t>(chosen.size()) < batch; ++i)
      chosen.push_back(order(static_cast<uint32_t>(i)));
    const Tensor rows = at::tensor(chosen, at::kLong).to(x.device());
    return {.real = x.index_select(0, rows),
            .cond = {.labels = labels.to(x.device()).index_select(0, rows)}};
  };
}

void fit_classifier(Net& net, const Minibatches& batches, const Fit& fit) {
  Options options;
  options.b1 = 0.9;
  const auto optimizer = make_optimizer(net, fit.lr, options);
  for (int64_t step = 0; step < fit.steps; ++step) {
    const Batch batch = batches(step);
    net.gradients.zero_();
    net.set_mode({.training = true,
                  .requires_grad = true,
                  .draws = {.step = static_cast<uint32_t>(step), .purpose = Purpose::dropout}});
    const at::TensorOptions to = net.parameters.options();
    const Tensor scores = net(moved(batch.real, to));
    const Tensor loss = classification_loss(scores, moved(batch.cond.labels, to));
    loss.backward();
    optimizer->step({.lr = 1 - static_cast<double>(step) / static_cast<double>(fit.steps)});
    if (!to.device().is_cpu() && (step + 1) % kLossRead != 0 && step + 1 < fit.steps) continue;
    const auto value = loss.item<double>();
    if (!std::isfinite(value))
      throw Error("the classifier's loss is not a number at step " + std::to_string(step),
                  net.name(), "are there numbers of very unlike sizes in the data?");
    if (fit.on_step) fit.on_step(step, value);
  }
}

Tensor class_scores(Net& net, const Tensor& x) {
  const at::NoGradGuard no_grad;
  std::vector<Tensor> blocks;
  for (int64_t from = 0; from < x.size(0); from += kBlock) {
    net.set_mode({});
    const Tensor block = x.slice(0, from, std::min(from + kBlock, x.size(0)));
    blocks.push_back(net(moved(block, net.parameters.options())).main);
  }
  return at::cat(blocks);
}

double accuracy(const Tensor& scores, const Tensor& labels) {
  return scores.argmax(1).eq(labels.to(scores.device())).to(at::kDouble).mean().item<double>();
}

Tensor log_odds(const Tensor& scores) {
  check_shape(scores, {-1, 2}, "scores");
  return scores.select(1, 1) - scores.select(1, 0);
}

}  // namespace gannet
