// `gannet sample --nearest`: is a sample a copy of a training image? The nearest training images of
// each sample, and the distances between training images to compare with. No torch in here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gannet/data/source_options.h"
#include "gannet/formats/image.h"

namespace gannet {

struct Neighbour {
  int64_t number = 0;   // in the data
  double distance = 0;  // root of the mean squared difference of values, in units of black to white
};

struct MemorizationReport {
  std::vector<std::vector<Neighbour>> neighbours;  // of each sample, the nearest first
  std::vector<Image> images;                       // of each sample: itself, then its neighbours
  std::vector<double> real_distances;  // of some real images to the nearest other one, ascending
  int64_t data_size = 0;

  // The share of real_distances below this one.
  double share_below(double distance) const;
};

// samples: images of one size, which the data is opened at. Throws Error where the data's shape
// is another.
MemorizationReport nearest_training_images(const std::vector<Image>& samples,
                                           const std::string& data, SourceOptions options,
                                           int64_t neighbours = 4, uint64_t seed = 0,
                                           const std::string& device = "auto");

}  // namespace gannet
