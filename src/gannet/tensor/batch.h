// The tensors of a training step: batches and their conditions.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string_view>

#include "gannet/tensor/dataset_info.h"

namespace gannet {

using at::Tensor;

// What goes with a sample besides itself; undefined where absent.
// labels int64 [N], attributes float [N, K], tokens int64 [N, T], input_image float [N, C, h, w];
// text_embedding float [N, W]: encoded tokens (Gan::encode_text).
struct Condition {
  Tensor labels, attributes, tokens, input_image, text_embedding;
};

// real: [N, C, H, W] in [-1, 1] (images), [N, C, T, H, W] in [-1, 1] (videos of T frames), [N, C,
// T] in [-1, 1] (audio), [N, D] standardised (points).
struct Batch {
  Tensor real;
  Condition cond;
  int64_t size() const { return real.size(0); }
};

// Throws Error("NAME is [64, 1, 28, 28], expected [N, 3, 28, 28]") unless x has these sizes; -1 is
// any.
void check_shape(const Tensor& x, at::IntArrayRef expected, std::string_view name);

}  // namespace gannet
