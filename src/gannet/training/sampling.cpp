#include "gannet/training/sampling.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>

#include <algorithm>

namespace gannet {
namespace {

// Fills up a block with copies of its last sample.
Tensor padded(const Tensor& x) {
  if (!x.defined() || x.size(0) == kSampleBlock) return x;
  Shape repeat(x.sizes().begin(), x.sizes().end());
  repeat[0] = kSampleBlock - x.size(0);
  return at::cat({x, x.slice(0, -1).expand(repeat)});
}

Condition padded(const Condition& c) {
  return {padded(c.labels), padded(c.vector), padded(c.tokens), padded(c.image)};
}

}  // namespace

Condition slice(const Condition& c, int64_t from, int64_t to) {
  const auto cut = [&](const Tensor& x) { return x.defined() ? x.slice(0, from, to) : x; };
  return {cut(c.labels), cut(c.vector), cut(c.tokens), cut(c.image)};
}

Tensor draw_samples(Gan& gan, const Tensor& z, const Condition& condition, const Address& draws,
                    int64_t first) {
  const at::NoGradGuard no_grad;
  std::vector<Tensor> blocks;
  for (int64_t from = 0; from < z.size(0); from += kSampleBlock) {
    const int64_t to = std::min(from + kSampleBlock, z.size(0));
    for (Net* net : gan.nets())
      net->enter({.training = false, .draws = draws, .first_sample = first + from});
    const Tensor block =
        gan.sample(padded(z.slice(0, from, to)), padded(slice(condition, from, to)));
    blocks.push_back(block.slice(0, 0, to - from));
  }
  return at::cat(blocks);
}

}  // namespace gannet
