// Samples of one source in the shape of another's or of a network, for tools that put both side by
// side. Not for training.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gannet/data/raw_samples.h"

namespace gannet {

struct FittedSamples {
  std::shared_ptr<const Dataset> data;
  std::vector<std::string> notes;  // what was done, a line each: "SOURCE: ..."
};

// As open_samples(), with images of dims [C, H, W]: those of folders, zips and drawn sets are
// opened at that size unless the options name one, all others resampled by an antialiasing filter;
// grey becomes colour, or colour grey (luma). Other kinds of data, and images of another shape (H :
// W), as they are.
FittedSamples open_samples_as(const std::string& source, SourceOptions options, const Shape& dims);

// Two sources in one shape: images in the smaller size of both and in colour where one is, audio
// clips at the lower rate and the shorter length, tables in their common columns; value_range auto
// is one range for both. Throws UsageError where there is none.
struct SamplePair {
  FittedSamples a, b;
};
SamplePair open_sample_pair(const std::string& a, SourceOptions of_a, const std::string& b,
                            SourceOptions of_b);

}  // namespace gannet
