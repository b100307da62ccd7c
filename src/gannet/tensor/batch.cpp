#include "gannet/tensor/batch.h"

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
