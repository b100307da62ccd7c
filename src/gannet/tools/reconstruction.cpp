#include "gannet/tools/reconstruction.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "gannet/base/error.h"
#include "gannet/data/input_range.h"
#include "gannet/data/raw_samples.h"
#include "gannet/data/registry.h"
#include "gannet/models/model_file.h"
#include "gannet/models/network_path.h"
#include "gannet/models/sampling.h"
#include "gannet/tensor/image_grid.h"
#include "gannet/tensor/random.h"

namespace gannet {
namespace {

// Each row of pairs is a row of real images above a row of their reconstructions.
Image draw_pairs(const Tensor& real, const Tensor& reconstructed, int64_t columns, int64_t rows) {
  std::vector<Tensor> bands;
  for (int64_t row = 0; row < rows; ++row) {
    bands.push_back(real.slice(0, row * columns, (row + 1) * columns));
    bands.push_back(reconstructed.slice(0, row * columns, (row + 1) * columns));
  }
  return draw_grid(at::cat(bands), 2 * rows, columns);
}

// At the network's size and range, where the options leave them open.
std::unique_ptr<Dataset> open_data(const std::string& source, SourceOptions options,
                                   const DatasetInfo& info) {
  if (options.image_size < 0 && info.is_image() && takes_image_size(source))
    options.image_size = {info.dims[2], info.dims[1]};
  options.files.value_range = range_option(info.value_range, options.files.value_range);
  std::unique_ptr<Dataset> data = open_dataset(source, options);
  if (data->info().dims != info.dims)
    throw Error("the data is " + to_string(data->info().dims) + ", the network draws " +
                    to_string(info.dims),
                source, info.is_image() ? "--image-size brings images to one size" : "");
  return data;
}

[[noreturn]] void fail_without_encoder(const Model& model, const Path& network) {
  throw UsageError(
      std::string(model.recipe->name) + " has no encoder: it cannot reconstruct images",
      network.string(), "--cfg vae can");
}

// Of all samples the ELBO and the mean squared error, float64 [N]; of the first ones the pictures.
struct Reconstructed {
  Tensor elbo, errors;
  Tensor real, drawn;
};

Reconstructed reconstruct_samples(const Model& model, const Dataset& data,
                                  const ReconstructionReport& report, int64_t in_grid) {
  std::vector<Tensor> elbos, errors, real, drawn;
  for (int64_t first = 0; first < report.samples; first += kSampleBlock) {
    const int64_t n = std::min(kSampleBlock, report.samples - first);
    std::vector<int64_t> numbers(static_cast<size_t>(n));
    std::iota(numbers.begin(), numbers.end(), first);
    const Tensor x = read_network_samples(data, numbers).to(model.gan->setup().tensor);
    const auto output = model.gan->reconstruct(
        x, model.gan->latents({.seed = report.seed, .purpose = Purpose::sample}, first, n));
    if (!output) fail_without_encoder(model, report.network);
    elbos.push_back(output->elbo.to(at::kDouble));
    errors.push_back((output->samples - x).square().flatten(1).mean(1).to(at::kDouble));
    if (first < in_grid) {
      real.push_back(x);
      drawn.push_back(output->samples);
    }
  }
  return {at::cat(elbos), at::cat(errors), at::cat(real).slice(0, 0, in_grid),
          at::cat(drawn).slice(0, 0, in_grid)};
}

}  // namespace

ReconstructionReport reconstruct(const Path& network, const std::string& source,
                                 const SourceOptions& options, int64_t samples, uint64_t seed,
                                 int64_t columns, int64_t rows, const std::string& device) {
  ReconstructionReport report{.network = network_path(network), .seed = seed};
  const Model model = open_model(report.network, device);
  if (!model.info.is_image()) fail_without_encoder(model, report.network);
  const std::unique_ptr<Dataset> data = open_data(source, options, model.info);
  report.data = data->name();
  report.samples = std::min(samples, data->size());
  const int64_t in_grid = std::min(columns * rows, report.samples) / columns * columns;
  if (in_grid == 0)
    throw UsageError("fewer images than columns of the grid", std::to_string(report.samples));

  const at::NoGradGuard no_grad;
  for (Net* net : model.gan->nets()) net->set_mode({.training = false});
  const Reconstructed all = reconstruct_samples(model, *data, report, in_grid);
  report.elbo = all.elbo.mean().item<double>();
  if (report.samples > 1)
    report.elbo_error =
        all.elbo.std().item<double>() / std::sqrt(static_cast<double>(report.samples));
  report.bits_per_value =
      -report.elbo / (static_cast<double>(count(model.info.dims)) * std::numbers::ln2);
  report.rms_error = std::sqrt(all.errors.mean().item<double>());
  report.grid = draw_pairs(all.real, all.drawn, columns, in_grid / columns);
  return report;
}

}  // namespace gannet
