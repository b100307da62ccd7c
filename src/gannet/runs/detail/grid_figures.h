// What the watchdog reads of a snapshot's grid: how unlike its samples are, and how many are near
// copies of the training set. All on the CPU, of samples that were brought there to be drawn.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "gannet/data/dataset.h"

namespace gannet {

struct GridFigures {
  // 1 - the mean cosine of two samples around the mean of the real ones, over that of the real
  // ones: 1 as diverse as they, 0 all the same. Of points, whose columns are no picture, the
  // standard deviation over that of the real ones. None where the real ones are all the same.
  std::optional<double> diversity;
  std::map<std::string, double> classes;  // the same of each class, where columns are of one each
  std::optional<double> copies;  // share of the samples; none where the set is too large to search
};

// samples, reals: [N, ...] and [M, ...] in one range.
std::optional<double> diversity(const Tensor& samples, const Tensor& reals, bool points);

// Samples of which the nearest training sample is nearer than a third of the distance from that
// one to its own nearest other, as a share.
class CopyCheck {
 public:
  // The data must outlive it; it is read with the first call.
  explicit CopyCheck(const Dataset& data) : data_(data) {}
  // None for a set of more than 50,000 samples or 16 million numbers, or of fewer than 3 samples.
  std::optional<double> share(const Tensor& samples);

 private:
  const Dataset& data_;
  Tensor all_;  // [N, D]
};

}  // namespace gannet
