#include "gannet/models/input_images.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/data/chw.h"
#include "gannet/data/registry.h"
#include "gannet/image/resample.h"
#include "gannet/metrics/image_quality.h"
#include "gannet/tensor/image_grid.h"

namespace gannet {
namespace {

constexpr int64_t kLeastMeasured = 11;  // pixels a side without the border: ssim's window
constexpr Colour kBackground = {255, 255, 255};

Tensor tensor_of(const Image& image) {
  std::vector<float> planes;
  to_chw(image, planes);
  return at::tensor(planes, at::kFloat).view({image.channels, image.height, image.width});
}

// uint8 [H, W, C]
Tensor bytes_of(const Tensor& image) { return to_bytes(image.unsqueeze(0))[0]; }

FullReferenceMetrics& operator+=(FullReferenceMetrics& sum, const FullReferenceMetrics& more) {
  sum.l1 += more.l1;
  sum.psnr += more.psnr;
  sum.ssim += more.ssim;
  sum.detail += more.detail;
  return sum;
}

FullReferenceMetrics divided(const FullReferenceMetrics& sum, double by) {
  return {sum.l1 / by, sum.psnr / by, sum.ssim / by, sum.detail / by};
}

}  // namespace

InputImages::InputImages(const Model& model) : model_(&model), result_(model.info.dims) {}

const Shape& InputImages::result_shape() const { return result_; }

void InputImages::give(const Image& input) {
  const DatasetInfo& shape = model_->info;
  Image image = with_channels(on_background(input, kBackground), shape.input_image.at(0));
  const int64_t scale = model_->gan->tiling().scale;
  if (scale == 0)
    image = resized(image, shape.input_image.at(2), shape.input_image.at(1), Filter::lanczos);
  else
    result_ = {shape.dims[0], image.height * scale, image.width * scale};
  input_ = tensor_of(image);
  data_ = nullptr;
}

void InputImages::give(const std::string& source, SourceOptions options) {
  const DatasetInfo& shape = model_->info;
  if (options.image_size < 0 && takes_image_size(source) && options.files.crop != "none" &&
      shape.dims.at(1) == shape.dims.at(2))
    options.image_size = shape.dims[1];
  data_ = prepared(*model_->recipe, open_dataset(source, options), *model_->options);
  const DatasetInfo& given = data_->info();
  const bool any_size = model_->gan->tiling().scale > 0;
  if (given.input_image.empty() || given.input_image[0] != shape.input_image[0] ||
      given.dims[0] != shape.dims[0] ||
      (!any_size && (given.input_image != shape.input_image || given.dims != shape.dims)))
    throw Error("the network makes " + to_string(shape.dims) + " from " +
                    to_string(shape.input_image) + ", and this is " + to_string(given.dims) +
                    (given.input_image.empty() ? " without a given image"
                                               : " with " + to_string(given.input_image)),
                source, "the data that it was trained on, or like it");
  result_ = given.dims;
  input_ = Tensor();
  sum_ = {};
}

Sample InputImages::sample_of(uint64_t seed) const {
  Sample sample;
  data_->get(static_cast<int64_t>(seed % static_cast<uint64_t>(data_->size())), sample);
  return sample;
}

Tensor InputImages::of(std::span<const uint64_t> seeds) const {
  if (!input_.defined() && !data_)
    throw UsageError("this network makes images from images, and none is given",
                     std::string(model_->recipe->name), "--input IMAGE, or --data SRC");
  if (input_.defined()) {
    const int64_t n = static_cast<int64_t>(seeds.size());
    return input_.unsqueeze(0).expand({n, input_.size(0), input_.size(1), input_.size(2)});
  }
  std::vector<Tensor> images;
  for (const uint64_t seed : seeds)
    images.push_back(
        at::tensor(sample_of(seed).input_image, at::kFloat).view(data_->info().input_image));
  return at::stack(images);
}

Tensor InputImages::around(std::span<const uint64_t> seeds, const Tensor& made) const {
  std::vector<Tensor> all{of(seeds), made.to(at::kCPU, at::kFloat)};
  if (data_) {
    std::vector<Tensor> real;
    for (const uint64_t seed : seeds)
      real.push_back(at::tensor(sample_of(seed).values, at::kFloat).view(result_));
    all.push_back(at::stack(real));
  }
  return beside(all);
}

FullReferenceMetrics InputImages::compared(const Tensor& made, const Tensor& real) const {
  const int64_t border = model_->gan->tiling().scale;
  const Tensor a = luma(made, border), b = luma(real, border);
  return {.l1 = mean_absolute_error(made, real),
          .psnr = psnr(a, b),
          .ssim = ssim(a, b),
          .detail = gradient_energy(a) / gradient_energy(b)};
}

void InputImages::measure(std::span<const uint64_t> seeds, const Tensor& made) {
  const int64_t scale = model_->gan->tiling().scale;
  if (!data_ || std::min(result_[1], result_[2]) - 2 * scale < kLeastMeasured) return;
  for (size_t i = 0; i < seeds.size(); ++i) {
    const Sample sample = sample_of(seeds[i]);
    const Tensor real = bytes_of(at::tensor(sample.values, at::kFloat).view(result_));
    sum_.made += compared(bytes_of(made[static_cast<int64_t>(i)]), real);
    if (scale > 0) {
      const Image small = from_chw(sample.input_image, data_->info().input_image);
      const Image large = resized(small, result_[2], result_[1], Filter::bicubic);
      if (!sum_.bicubic) sum_.bicubic.emplace();
      *sum_.bicubic += compared(bytes_of(tensor_of(large)), real);
    }
    ++sum_.samples;
  }
}

std::optional<ImageQuality> InputImages::image_quality() const {
  if (sum_.samples == 0) return std::nullopt;
  const auto n = static_cast<double>(sum_.samples);
  ImageQuality mean{
      .samples = sum_.samples, .made = divided(sum_.made, n), .bicubic = std::nullopt};
  if (sum_.bicubic) mean.bicubic = divided(*sum_.bicubic, n);
  return mean;
}

}  // namespace gannet
