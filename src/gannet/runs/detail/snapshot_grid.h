// The grid of samples that every snapshot draws again, from the same latents and conditions
// (setup_snapshot_image_grid of StyleGAN), and the grid of real samples to compare it with.
#pragma once

#include <string>
#include <vector>

#include "gannet/data/dataset.h"
#include "gannet/formats/image.h"
#include "gannet/runs/detail/grid_figures.h"
#include "gannet/training/gan.h"

namespace gannet {

struct GridLayout {
  int64_t rows, columns;
  int64_t cells() const { return rows * columns; }
};
// Where there are classes, each column is of one class, repeated if there are fewer than columns.
GridLayout grid_layout(const DatasetInfo& info, bool image_to_image);

// One sample of the data for each cell, row by row.
struct RealSamples {
  Tensor x;                           // [cells, ...]
  Condition cond;                     // all that the data has but labels
  std::vector<std::string> captions;  // with cond.tokens
};
// Pairs are spread over the whole set. Of labelled data, samples of each column's class, in the
// order of the set; of other data, the first samples.
RealSamples real_samples(const Dataset& data, const GridLayout& grid);

class SnapshotGrid {
 public:
  // The data is read here, and not kept.
  SnapshotGrid(const Recipe& recipe, const Dataset& data, uint64_t seed, std::string loss);

  Image reals() const;           // of image-to-image recipes: input and target of each pair
  std::string captions() const;  // one a line, "" where the data has none
  // One sample a cell, on the CPU.
  Tensor samples(Gan& gan) const;
  // Of image-to-image recipes: input, output and target; of points in the plane over D's surface
  // (detail/discriminator_surface.h), with the real ones.
  Image fakes(Gan& gan, const Tensor& samples) const;
  Image fakes(Gan& gan) const { return fakes(gan, samples(gan)); }
  GridFigures figures(Gan& gan, const Tensor& samples) const;  // without copies

 private:
  Condition conditions(Gan& gan, const DatasetInfo& info, const GridLayout& grid) const;

  DatasetInfo info_;
  RealSamples reals_;
  Address address_;  // of the latents and drawn conditions
  bool image_to_image_;
  std::string loss_;
};

}  // namespace gannet
