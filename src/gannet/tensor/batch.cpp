#include "gannet/tensor/batch.h"

#include <ATen/ops/cat.h>

#include <string>
#include <vector>

#include "gannet/base/error.h"

namespace gannet {
namespace {

// The axes by their usual letters: -1 in an expected shape reads as the letter.
const char* axis_letters(size_t rank) {
  switch (rank) {
    case 1:
      return "N";
    case 2:
      return "ND";
    case 3:
      return "NCT";
    case 4:
      return "NCHW";
    default:
      return "";
  }
}

}  // namespace

Condition concat(std::span<const Condition> conditions) {
  Condition result;
  for (const auto& [name, tensor] : kConditionFields) {
    std::vector<Tensor> parts;
    for (const Condition& c : conditions)
      if ((c.*tensor).defined()) parts.push_back(c.*tensor);
    if (!parts.empty()) result.*tensor = at::cat(parts);
  }
  return result;
}

Condition slice(const Condition& condition, int64_t from, int64_t to) {
  return condition.map([&](const Tensor& x) { return x.slice(0, from, to); });
}

Condition replaced(Condition condition, const Condition& fixed) {
  for (const auto& [name, tensor] : kConditionFields)
    if ((fixed.*tensor).defined()) condition.*tensor = fixed.*tensor;
  return condition;
}

Tensor pad_batch(const Tensor& x, int64_t n) {
  if (!x.defined() || x.size(0) >= n) return x;
  Shape repeat(x.sizes().begin(), x.sizes().end());
  repeat[0] = n - x.size(0);
  return at::cat({x, x.slice(0, -1).expand(repeat)});
}

Condition pad_batch(const Condition& condition, int64_t n) {
  return condition.map([n](const Tensor& x) { return pad_batch(x, n); });
}

void check_shape(const Tensor& x, at::IntArrayRef expected, std::string_view name) {
  const auto fits = [&] {
    if (!x.defined() || x.dim() != static_cast<int64_t>(expected.size())) return false;
    for (size_t i = 0; i < expected.size(); ++i)
      if (expected[i] != -1 && x.size(static_cast<int64_t>(i)) != expected[i]) return false;
    return true;
  };
  if (fits()) return;
  const std::string letters = axis_letters(expected.size());
  std::string wanted = "[";
  for (size_t i = 0; i < expected.size(); ++i) {
    if (i) wanted += ", ";
    if (expected[i] != -1)
      wanted += std::to_string(expected[i]);
    else
      wanted += letters.empty() ? std::string("any") : letters.substr(i, 1);
  }
  throw Error(std::string(name) + " is " +
                  (x.defined() ? to_string(x.sizes().vec()) : "undefined") + ", expected " +
                  wanted + "]",
              "");
}

}  // namespace gannet
