#include "gannet/models/input_images.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/data/files/collection.h"
#include "gannet/data/files/images.h"
#include "gannet/data/planes.h"
#include "gannet/image/resample.h"
#include "gannet/metrics/image_quality.h"
#include "gannet/tensor/image_grid.h"

namespace gannet {
namespace {

constexpr int64_t kLeastMeasured = 11;  // pixels a side without the border: ssim's window
constexpr Colour kBackground = {255, 255, 255};

Tensor tensor_of(const Picture& picture) {
  std::vector<float> planes;
  to_planes(picture, planes);
  return at::tensor(planes, at::kFloat).view({picture.channels, picture.height, picture.width});
}

// uint8 [H, W, C]
Tensor bytes_of(const Tensor& picture) { return to_bytes(picture.unsqueeze(0))[0]; }

LikenessFigures& operator+=(LikenessFigures& sum, const LikenessFigures& more) {
  sum.l1 += more.l1;
  sum.psnr += more.psnr;
  sum.ssim += more.ssim;
  sum.detail += more.detail;
  return sum;
}

LikenessFigures divided(const LikenessFigures& sum, double by) {
  return {sum.l1 / by, sum.psnr / by, sum.ssim / by, sum.detail / by};
}

}  // namespace

GivenPictures::GivenPictures(const Model& model) : model_(&model), result_(model.shape.dims) {}

const Shape& GivenPictures::result_shape() const { return result_; }

void GivenPictures::give(const Picture& input) {
  const DataShape& shape = model_->shape;
  Picture picture = with_channels(on_background(input, kBackground), shape.image.at(0));
  const int64_t scale = model_->gan->tiling().scale;
  if (scale == 0)
    picture = resized(picture, shape.image.at(2), shape.image.at(1), Filter::lanczos);
  else
    result_ = {shape.dims[0], picture.height * scale, picture.width * scale};
  input_ = tensor_of(picture);
  data_ = nullptr;
}

void GivenPictures::give(const std::string& source, SourceOptions options) {
  const DataShape& shape = model_->shape;
  if (options.image_size < 0 && takes_image_size(source) && options.pictures.crop != "none" &&
      shape.dims.at(1) == shape.dims.at(2))
    options.image_size = shape.dims[1];
  data_ = prepared(*model_->recipe, open_dataset(source, options), *model_->options);
  const DataShape& given = data_->shape();
  const bool any_size = model_->gan->tiling().scale > 0;
  if (given.image.empty() || given.image[0] != shape.image[0] || given.dims[0] != shape.dims[0] ||
      (!any_size && (given.image != shape.image || given.dims != shape.dims)))
    throw Error(
        "the network makes " + to_string(shape.dims) + " from " + to_string(shape.image) +
            ", and this is " + to_string(given.dims) +
            (given.image.empty() ? " without a given picture" : " with " + to_string(given.image)),
        source, "the data that it was trained on, or like it");
  result_ = given.dims;
  input_ = Tensor();
  sum_ = {};
}

Sample GivenPictures::sample_of(uint64_t seed) const {
  Sample sample;
  data_->get(static_cast<int64_t>(seed % static_cast<uint64_t>(data_->size())), sample);
  return sample;
}

Tensor GivenPictures::of(std::span<const uint64_t> seeds) const {
  if (!input_.defined() && !data_)
    throw UsageError("this network makes pictures from pictures, and none is given",
                     std::string(model_->recipe->name), "--input PICTURE, or --data SRC");
  if (input_.defined()) {
    const int64_t n = static_cast<int64_t>(seeds.size());
    return input_.unsqueeze(0).expand({n, input_.size(0), input_.size(1), input_.size(2)});
  }
  std::vector<Tensor> images;
  for (const uint64_t seed : seeds)
    images.push_back(at::tensor(sample_of(seed).image, at::kFloat).view(data_->shape().image));
  return at::stack(images);
}

Tensor GivenPictures::around(std::span<const uint64_t> seeds, const Tensor& made) const {
  std::vector<Tensor> all{of(seeds), made.to(at::kCPU, at::kFloat)};
  if (data_) {
    std::vector<Tensor> real;
    for (const uint64_t seed : seeds)
      real.push_back(at::tensor(sample_of(seed).values, at::kFloat).view(result_));
    all.push_back(at::stack(real));
  }
  return beside(all);
}

LikenessFigures GivenPictures::compared(const Tensor& made, const Tensor& real) const {
  const int64_t border = model_->gan->tiling().scale;
  const Tensor a = luma(made, border), b = luma(real, border);
  return {.l1 = mean_absolute_error(made, real),
          .psnr = psnr(a, b),
          .ssim = ssim(a, b),
          .detail = gradient_energy(a) / gradient_energy(b)};
}

void GivenPictures::measure(std::span<const uint64_t> seeds, const Tensor& made) {
  const int64_t scale = model_->gan->tiling().scale;
  if (!data_ || std::min(result_[1], result_[2]) - 2 * scale < kLeastMeasured) return;
  for (size_t i = 0; i < seeds.size(); ++i) {
    const Sample sample = sample_of(seeds[i]);
    const Tensor real = bytes_of(at::tensor(sample.values, at::kFloat).view(result_));
    sum_.made += compared(bytes_of(made[static_cast<int64_t>(i)]), real);
    if (scale > 0) {
      const Picture small = from_planes(sample.image, data_->shape().image);
      const Picture large = resized(small, result_[2], result_[1], Filter::bicubic);
      if (!sum_.bicubic) sum_.bicubic.emplace();
      *sum_.bicubic += compared(bytes_of(tensor_of(large)), real);
    }
    ++sum_.samples;
  }
}

std::optional<Likeness> GivenPictures::likeness() const {
  if (sum_.samples == 0) return std::nullopt;
  const auto n = static_cast<double>(sum_.samples);
  Likeness mean{.samples = sum_.samples, .made = divided(sum_.made, n), .bicubic = std::nullopt};
  if (sum_.bicubic) mean.bicubic = divided(*sum_.bicubic, n);
  return mean;
}

}  // namespace gannet
