#include "gannet/tools/reconstruction.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "gannet/base/error.h"
#include "gannet/data/files/collection.h"
#include "gannet/data/raw_samples.h"
#include "gannet/models/model_file.h"
#include "gannet/tensor/image_grid.h"
#include "gannet/tensor/random.h"
#include "gannet/models/sampling.h"

namespace gannet {
namespace {

// Each row of pairs is a row of real pictures and below it what was made of them.
Picture draw_pairs(const Tensor& real, const Tensor& rebuilt, int64_t columns, int64_t rows) {
  std::vector<Tensor> lines;
  for (int64_t row = 0; row < rows; ++row) {
    lines.push_back(real.slice(0, row * columns, (row + 1) * columns));
    lines.push_back(rebuilt.slice(0, row * columns, (row + 1) * columns));
  }
  return draw_grid(at::cat(lines), 2 * rows, columns);
}

}  // namespace

RebuildReport rebuild(const Path& network, const std::string& source, const SourceOptions& options,
                      int64_t samples, uint64_t seed, int64_t columns, int64_t rows) {
  RebuildReport report{.network = network_file(network), .seed = seed};
  Model model = open_model(report.network);
  SourceOptions asked = options;
  if (asked.image_size < 0 && model.shape.is_image() && takes_image_size(source))
    asked.image_size = model.shape.dims[2];
  const std::unique_ptr<Dataset> data = open_dataset(source, asked);
  report.data = data->name();
  if (data->shape().dims != model.shape.dims)
    throw Error("the data is " + to_string(data->shape().dims) + ", the network draws " +
                    to_string(model.shape.dims),
                source, model.shape.is_image() ? "--image-size brings pictures to one size" : "");
  report.samples = std::min(samples, data->size());
  const int64_t shown = std::min(columns * rows, report.samples) / columns * columns;
  if (shown == 0)
    throw UsageError("fewer pictures than columns of the grid", std::to_string(report.samples));

  const at::NoGradGuard no_grad;
  for (Net* net : model.gan->nets()) net->enter({.training = false});
  std::vector<Tensor> bounds, errors, kept_real, kept;
  for (int64_t first = 0; first < report.samples; first += kSampleBlock) {
    const int64_t n = std::min(kSampleBlock, report.samples - first);
    std::vector<int64_t> numbers(static_cast<size_t>(n));
    std::iota(numbers.begin(), numbers.end(), first);
    const Tensor x = read_network_samples(*data, numbers).to(model.gan->setup().tensor);
    const auto made = model.gan->rebuild(
        x, model.gan->latents({.seed = seed, .purpose = Purpose::sample}, first, n));
    if (!made)
      throw UsageError(
          std::string(model.recipe->name) + " has no encoder: it cannot draw a picture again",
          report.network.string(), "--cfg vae can");
    bounds.push_back(made->bound.to(at::kDouble));
    errors.push_back((made->samples - x).square().flatten(1).mean(1).to(at::kDouble));
    if (first < shown) {
      kept_real.push_back(x);
      kept.push_back(made->samples);
    }
  }
  const Tensor bound = at::cat(bounds);
  report.bound = bound.mean().item<double>();
  if (report.samples > 1)
    report.bound_error =
        bound.std().item<double>() / std::sqrt(static_cast<double>(report.samples));
  report.bits_per_value =
      -report.bound / (static_cast<double>(count(model.shape.dims)) * std::numbers::ln2);
  report.rms_error = std::sqrt(at::cat(errors).mean().item<double>());
  report.grid = draw_pairs(at::cat(kept_real).slice(0, 0, shown), at::cat(kept).slice(0, 0, shown),
                           columns, shown / columns);
  return report;
}

}  // namespace gannet
