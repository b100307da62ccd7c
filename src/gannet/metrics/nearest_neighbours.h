// Nearest neighbours by Euclidean distance.
#pragma once

#include <cstdint>
#include <vector>

#include "gannet/tensor/batch.h"

namespace gannet {

// The k nearest of references that are added in parts, for queries [Q, ...], flattened.
class NearestSearch {
 public:
  NearestSearch(const Tensor& queries, int64_t k);

  // references [R, ...], indices `first` on. skip int64 [Q]: an index that is not a query's own
  // neighbour (itself), or undefined.
  void add(const Tensor& references, int64_t first, const Tensor& skip = {});

  Tensor indices() const { return indices_; }  // int64 [Q, k], the nearest first; -1: none yet
  Tensor distances() const;                    // float64 [Q, k], Euclidean

 private:
  Tensor queries_, square_;     // float64 [Q, D], [Q, 1]
  Tensor indices_, distances_;  // squared
};

}  // namespace gannet
