// Rows of a table by number, for layers with labels or tokens.
#pragma once

#include <ATen/core/Tensor.h>

namespace gannet {

// int64 numbers [...], table [K, E] -> [..., E]. Throws Error for a number that is not in [0, K).
at::Tensor look_up(const at::Tensor& table, const at::Tensor& numbers);

}  // namespace gannet
