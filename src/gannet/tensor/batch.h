// The tensors of a training step: batches and their conditions.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "gannet/tensor/dataset_info.h"

namespace gannet {

using at::Tensor;

// The condition of N samples; a field is undefined where the data has none of it.
struct Condition {
  Tensor labels;          // int64 [N]
  Tensor attributes;      // float [N, K]
  Tensor tokens;          // int64 [N, T]
  Tensor input_image;     // float [N, C, h, w], in [-1, 1]
  Tensor text_embedding;  // float [N, W]: encoded tokens (Gan::encode_text)

  // f(name, tensor) for each defined field.
  template <class F>
  void for_each(F&& f) const;
  // The condition with f(tensor) in the place of each defined field.
  template <class F>
  Condition map(F&& f) const;
};

// The fields of a condition. Nets have inputs of the same names.
struct ConditionField {
  std::string_view name;
  Tensor Condition::*tensor;
};
inline constexpr ConditionField kConditionFields[] = {
    {"labels", &Condition::labels},
    {"attributes", &Condition::attributes},
    {"tokens", &Condition::tokens},
    {"input_image", &Condition::input_image},
    {"text_embedding", &Condition::text_embedding},
};

template <class F>
void Condition::for_each(F&& f) const {
  for (const auto& [name, tensor] : kConditionFields)
    if ((this->*tensor).defined()) f(name, this->*tensor);
}

template <class F>
Condition Condition::map(F&& f) const {
  Condition result;
  for (const auto& [name, tensor] : kConditionFields)
    if ((this->*tensor).defined()) result.*tensor = f(this->*tensor);
  return result;
}

// Conditions with the same fields, concatenated along the samples.
Condition concat(std::span<const Condition> conditions);
// Samples [from, to).
Condition slice(const Condition& condition, int64_t from, int64_t to);
// `condition` with the defined fields of `fixed` in the place of its own.
Condition replaced(Condition condition, const Condition& fixed);
// Filled up to n samples with copies of the last one; x undefined stays so.
Tensor pad_batch(const Tensor& x, int64_t n);
Condition pad_batch(const Condition& condition, int64_t n);

// real: [N, C, H, W] in [-1, 1] (images), [N, C, T, H, W] in [-1, 1] (videos of T frames), [N, C,
// T] in [-1, 1] (audio), [N, D] standardized (points).
struct Batch {
  Tensor real;
  Condition cond;
  int64_t size() const { return real.size(0); }
};

// Throws Error("NAME is [64, 1, 28, 28], expected [N, 3, 28, 28]") unless x has these sizes; -1 is
// any.
void check_shape(const Tensor& x, at::IntArrayRef expected, std::string_view name);

}  // namespace gannet
