// A small classifier and its training: of real against fake images, or of the classes of a data
// set. Not a recipe: no run directory, nothing to resume.
#pragma once

#include <functional>

#include "gannet/nn/net.h"

namespace gannet {

// Scores [N, classes] of samples of these dims: convolutions that halve images (over 64 pixels
// they are averaged down first), videos and audio clips, dense layers for points. `width`: channels
// of the first one.
NetSpec small_classifier(std::string name, const Shape& dims, int64_t classes, int64_t width = 16);

// Minibatch number 0, 1, 2, ...: samples in `real`, their classes in cond.labels.
using Minibatches = std::function<Batch(int64_t)>;

// Of samples in memory, in an order that is a function of (seed, epoch); an epoch's tail is
// dropped. x [N, ...], labels int64 [N].
Minibatches minibatches(Tensor x, Tensor labels, int64_t batch, uint64_t seed);

struct Fit {
  int64_t steps = 500;
  double lr = 1e-3;  // of Adam, falling to 0 linearly
  std::function<void(int64_t step, double loss)> on_step = nullptr;  // after each; of nets on
  // a GPU after every 50th
};

// The samples may be on the CPU, wherever the net is. Minimizes the cross-entropy
// (losses/auxiliary.h). Throws Error where it diverges.
void fit_classifier(Net& net, const Minibatches& batches, const Fit& fit);

// [N, classes] on the net's device, in evaluation mode, without gradients, in blocks.
Tensor class_scores(Net& net, const Tensor& x);

// Share of the rows whose largest score is that of their label.
double accuracy(const Tensor& scores, const Tensor& labels);

// Two classes as one number a sample: the log of the odds of class 1. scores [N, 2] -> [N].
Tensor log_odds(const Tensor& scores);

}  // namespace gannet
