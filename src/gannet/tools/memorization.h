// `gannet sample --nearest`: is a sample a copy of a training image? Its nearest neighbours among
// them, and how near real images are to each other. No torch in here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gannet/data/source_options.h"
#include "gannet/formats/image.h"

namespace gannet {

struct Neighbour {
  int64_t number = 0;   // in the data
  double distance = 0;  // root of the mean squared difference of values; 1 is black against white
};

struct MemorizationReport {
  std::vector<std::vector<Neighbour>> of_samples;  // the nearest first
  std::vector<Image> images;                       // of each sample: itself, then its neighbours
  std::vector<double> real;  // ascending: from some real images to their nearest other one
  int64_t data_size = 0;

  // The share of real images that are nearer to another one than `distance`.
  double nearer_than(double distance) const;
};

// samples: images of one size, which the data is opened at. Throws Error where the data's shape
// is another.
MemorizationReport find_nearest_training_images(const std::vector<Image>& samples,
                                                const std::string& data, SourceOptions options,
                                                int64_t neighbours = 4, uint64_t seed = 0);

}  // namespace gannet
