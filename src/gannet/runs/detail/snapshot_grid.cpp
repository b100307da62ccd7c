#include "gannet/runs/detail/snapshot_grid.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/tensor.h>

#include <algorithm>

#include "gannet/models/sampling.h"
#include "gannet/runs/detail/discriminator_surface.h"
#include "gannet/tensor/image_grid.h"

namespace gannet {
namespace {

constexpr int64_t kMostTried = 10000;  // samples that are searched for the next of a class

// Reads the next sample of this class from number `first` on, or some other one where none is near;
// returns the number after it.
int64_t read_of_class(const Dataset& data, int64_t first, int64_t label, Sample& into) {
  const int64_t most = std::min(data.size(), kMostTried + 1);
  int64_t number = first;
  for (int64_t tried = 0; tried < most; ++tried) {
    data.get(number++ % data.size(), into);
    if (into.label == label) break;
  }
  return number;
}

std::vector<Sample> read_cells(const Dataset& data, const GridLayout& grid) {
  const DatasetInfo& info = data.info();
  const bool pairs = !info.input_image.empty();
  const bool by_class = !info.classes.empty() && !info.is_points() && !pairs;
  std::vector<Sample> samples(static_cast<size_t>(grid.cells()));
  int64_t next = 0;
  for (int64_t i = 0; i < grid.cells(); ++i) {
    Sample& sample = samples[static_cast<size_t>(i)];
    if (by_class)
      next = read_of_class(data, next, i % grid.columns, sample);
    else
      data.get(pairs ? i * data.size() / grid.cells() : i % data.size(), sample);
  }
  return samples;
}

template <class T>
Tensor stacked(const std::vector<Sample>& samples, std::vector<T> Sample::*part, Shape shape) {
  std::vector<T> all;
  for (const Sample& sample : samples)
    all.insert(all.end(), (sample.*part).begin(), (sample.*part).end());
  shape.insert(shape.begin(), static_cast<int64_t>(samples.size()));
  return at::tensor(all).view(shape);
}

}  // namespace

GridLayout grid_layout(const DatasetInfo& info, bool image_to_image) {
  if (info.is_points()) return {32, 32};  // one plot of so many points
  const auto columns = [&](int64_t most, int64_t without) {
    return info.classes.empty() ? without : std::min(most, info.classes_count());
  };
  if (info.is_audio()) return {4, columns(6, 4)};
  if (info.is_video()) return {8, columns(2, 2)};  // a video is a strip of its frames
  if (image_to_image) return {8, 3};               // each cell is three images wide
  return {8, columns(16, 8)};
}

RealSamples real_samples(const Dataset& data, const GridLayout& grid) {
  const DatasetInfo& info = data.info();
  const std::vector<Sample> samples = read_cells(data, grid);
  RealSamples reals{.x = stacked(samples, &Sample::values, info.dims)};
  if (!info.input_image.empty())
    reals.cond.input_image = stacked(samples, &Sample::input_image, info.input_image);
  if (info.attributes > 0)
    reals.cond.attributes = stacked(samples, &Sample::attributes, {info.attributes});
  if (info.tokens == 0) return reals;
  reals.cond.tokens = stacked(samples, &Sample::tokens, {info.tokens});
  for (const Sample& sample : samples) reals.captions.push_back(sample.caption);
  return reals;
}

SnapshotGrid::SnapshotGrid(const Recipe& recipe, const Dataset& data, uint64_t seed,
                           std::string loss)
    : info_(data.info()),
      reals_(real_samples(data, grid_layout(data.info(), recipe.image_to_image))),
      address_{.seed = seed, .purpose = Purpose::grid},
      image_to_image_(recipe.image_to_image),
      loss_(std::move(loss)) {}

Image SnapshotGrid::reals() const {
  const GridLayout grid = grid_layout(info_, image_to_image_);
  const Tensor x = image_to_image_ ? hstack({reals_.cond.input_image, reals_.x}) : reals_.x;
  return draw_grid(x, grid.rows, grid.columns);
}

std::string SnapshotGrid::captions() const {
  std::string lines;
  for (const std::string& caption : reals_.captions) lines += caption + "\n";
  return lines;
}

// Drawn, but for classes by column and what only data has: sentences, input images, and attributes
// that the recipe does not draw.
Condition SnapshotGrid::conditions(Gan& gan, const DatasetInfo& info,
                                   const GridLayout& grid) const {
  const int64_t n = grid.cells();
  const Condition drawn = gan.conditions(info, address_, 0, n);
  Condition fixed{.tokens = info.tokens > 0 ? reals_.cond.tokens : Tensor()};
  if (drawn.labels.defined())  // points have more columns than classes
    fixed.labels = at::arange(n, at::kLong).remainder(std::min(grid.columns, info.classes_count()));
  if (gan.has_input("attributes") && !drawn.attributes.defined())
    fixed.attributes = reals_.cond.attributes.to(gan.setup().tensor);
  if (image_to_image_) fixed.input_image = reals_.cond.input_image.to(gan.setup().tensor);
  return replaced(drawn, fixed);
}

Tensor SnapshotGrid::samples(Gan& gan) const {
  const DatasetInfo info = gan.condition_info(info_);
  const GridLayout grid = grid_layout(info, image_to_image_);
  return draw_samples(gan, gan.latents(address_, 0, grid.cells()), conditions(gan, info, grid),
                      address_)
      .to(at::kCPU, at::kFloat);
}

Image SnapshotGrid::fakes(Gan& gan, const Tensor& samples) const {
  // A recipe's own classes may make other columns than the data's.
  const int64_t rows = grid_layout(info_, image_to_image_).rows;
  const Tensor shown =
      image_to_image_ ? hstack({reals_.cond.input_image, samples, reals_.x}) : samples;
  const Tensor background =
      info_.is_points() ? reals_.x : Tensor();  // real points behind the fakes
  return draw_grid(shown, rows, samples.size(0) / rows, background,
                   discriminator_surface(gan, info_, loss_));
}

GridFigures SnapshotGrid::figures(Gan& gan, const Tensor& samples) const {
  const DatasetInfo info = gan.condition_info(info_);
  GridFigures figures{.diversity = diversity(samples, reals_.x, info_.is_points())};
  const GridLayout grid = grid_layout(info, image_to_image_);
  const bool by_class = gan.has_input("labels") && info.classes_count() > 1 && grid.rows >= 4 &&
                        !info_.is_points() && !image_to_image_;
  if (!by_class || !figures.diversity) return figures;
  for (int64_t column = 0; column < std::min(grid.columns, info.classes_count()); ++column)
    if (const auto value =
            diversity(samples.slice(0, column, {}, grid.columns), reals_.x, /*points=*/false))
      figures.classes[info.classes[static_cast<size_t>(column)]] = *value;
  return figures;
}

}  // namespace gannet
