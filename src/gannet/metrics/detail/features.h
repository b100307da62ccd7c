// Features [N, D] in parts: float64 rows and squared distances between them, without ever holding
// all of N x N or all rows in float64.
#pragma once

#include <functional>
#include <string_view>

#include "gannet/tensor/batch.h"

namespace gannet {

// Throws Error unless x is [N, D] of at least `least` samples, in floating point or uint8, and all
// finite.
void check_features(const Tensor& x, std::string_view name, int64_t least = 1);
// Throws Error unless both are that, with as many columns and of one type.
void check_features(const Tensor& real, const Tensor& fake, int64_t least = 1);

// Rows [from, to) as float64 [n, D]. uint8 counts as pixels in [0, 1], as torchvision's ToTensor
// takes it.
Tensor feature_rows(const Tensor& x, int64_t from, int64_t to);

// So many rows of D columns are read at a time: 32 MB at most.
int64_t rows_at_once(int64_t columns);

// f(from, to) for all of n in parts.
void for_parts(int64_t n, int64_t part, const std::function<void(int64_t from, int64_t to)>& f);

// Squared Euclidean distances between rows of a and of b, in parts. Of uint8 in units of 1 / 255,
// and exact. Floating-point rows are taken relative to the mean of a.
class Distances {
 public:
  Distances(const Tensor& a, const Tensor& b);

  using Part = std::function<void(int64_t a, int64_t b, const Tensor& squared)>;
  // f(first row of a, first row of b, float64 [n, m]) for all parts, b's in the inner loop.
  void for_each(const Part& f) const;
  // The same for a == b, and for half of all parts: those with b >= a.
  void for_each_upper(const Part& f) const;

  // |row|^2 of a or b, as the distances have them: their rounding error is some 1e-16 of it.
  Tensor squared_norms(const Tensor& x) const;

  // One in the units of the features is this in units of the distances.
  double unit() const;

 private:
  Tensor rows(const Tensor& x, int64_t from, int64_t to) const;
  void for_parts_of(bool upper, const Part& f) const;

  Tensor a_, b_, centre_;
};

}  // namespace gannet
