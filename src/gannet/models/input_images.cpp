#include "gannet/models/input_images.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "gannet/base/error.h"
#include "gannet/data/chw.h"
#include "gannet/data/input_range.h"
#include "gannet/data/registry.h"
#include "gannet/image/resample.h"
#include "gannet/image/transparency.h"
#include "gannet/metrics/image_quality.h"
#include "gannet/tensor/image_grid.h"

namespace gannet {
namespace {

constexpr int64_t kLeastMeasured = 11;  // pixels a side without the border: ssim's window
constexpr Colour kBackground = {255, 255, 255};

constexpr int64_t kMostTranslated = int64_t{1} << 22;  // pixels of an input that is not tiled

std::string join_notes(const std::string& a, const std::string& b) {
  return a.empty() || b.empty() ? a + b : a + "; " + b;
}

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
  sum.gradient_energy_ratio += more.gradient_energy_ratio;
  return sum;
}

FullReferenceMetrics operator/(const FullReferenceMetrics& sum, double n) {
  return {sum.l1 / n, sum.psnr / n, sum.ssim / n, sum.gradient_energy_ratio / n};
}

// Throws Error unless the network takes this data's input images and gives images like its targets.
void check_pairs(const DatasetInfo& network, bool any_size, const DatasetInfo& data,
                 const std::string& source) {
  const bool channels_fit = !data.input_image.empty() &&
                            data.input_image[0] == network.input_image[0] &&
                            data.dims[0] == network.dims[0];
  const bool sizes_fit = data.input_image == network.input_image && data.dims == network.dims;
  if (channels_fit && (any_size || sizes_fit)) return;
  throw Error(
      "the network makes " + to_string(network.dims) + " from " + to_string(network.input_image) +
          ", and this is " + to_string(data.dims) +
          (data.input_image.empty() ? " without an input image"
                                    : " from " + to_string(data.input_image)),
      source,
      data.input_image.empty()
          ? "--pairs side where each image holds input and target, else pairs in two folders"
          : "the data that it was trained on, or like it");
}

// As stored images were resampled in training; where that is not known, the shorter side as the
// network's.
ImageSize size_at_training_scale(const Image& image, const DatasetInfo& info) {
  const double known = info.image_scale;
  const double shorter = static_cast<double>(std::min(info.input_image[1], info.input_image[2]));
  const double scale =
      known > 0 ? known : shorter / static_cast<double>(std::min(image.width, image.height));
  const auto side = [scale](int64_t length) {
    return std::max<int64_t>(1, std::llround(static_cast<double>(length) * scale));
  };
  const ImageSize size{side(image.width), side(image.height)};
  if (size.width * size.height > kMostTranslated || std::max(size.width, size.height) > 0xffff)
    throw Error("an image of " + size_text(size) + " for this network is more than " +
                    std::to_string(kMostTranslated) + " pixels",
                "", "make it smaller");
  return size;
}

// What was done to an image of size `from`.
std::string fitting_text(ImageSize from, ImageSize size, const DatasetInfo& info, int64_t step) {
  std::string text;
  if (size != from)
    text = "resampled from " + size_text(from) + " to " + size_text(size) +
           (info.image_scale > 0 ? ", the scale of training"
                                 : ", its shorter side as the network's images");
  const auto whole = [step](int64_t side) { return step < 1 || side % step == 0; };
  if (!whole(size.width) || !whole(size.height))
    text = join_notes(text, "padded by reflection to multiples of " + std::to_string(step) +
                                ", and the output cut to " + size_text(size));
  const bool as_learned = size.height == info.input_image[1] && size.width == info.input_image[2];
  return text.empty() && !as_learned ? "taken whole, at " + size_text(size) : text;
}

}  // namespace

InputImages::InputImages(const Model& model) : model_(&model), output_shape_(model.info.dims) {}

const Shape& InputImages::output_shape() const { return output_shape_; }

std::string InputImages::set_source(const Image& image, std::optional<Colour> background) {
  const DatasetInfo& info = model_->info;
  const int64_t scale = model_->gan->tiling().scale;
  const bool keeps_alpha = image.channels == 4 && scale > 0 && !background;
  const Image flat =
      keeps_alpha ? visible_colours(image) : on_background(image, background.value_or(kBackground));
  const Image colours = with_channels(flat, info.input_image.at(0));
  std::string done;
  if (image.channels == 4 && !keeps_alpha && !background)
    done = "its transparent parts are laid on white (--background)";
  alpha_.reset();
  data_ = nullptr;
  if (scale > 0) {
    image_ = tensor_of(colours);
    output_shape_ = {info.dims[0], image.height * scale, image.width * scale};
    if (keeps_alpha)
      alpha_ = resized(alpha_of(image), output_shape_[2], output_shape_[1], Filter::bicubic);
    return done;
  }
  const ImageSize size = size_at_training_scale(colours, info);
  image_ = tensor_of(resized(colours, size.width, size.height, Filter::lanczos));
  output_shape_ = {info.dims[0], size.height, size.width};
  return join_notes(done, fitting_text({image.width, image.height}, size, info,
                                       model_->gan->tiling().multiple_of));
}

void InputImages::set_source(const std::string& data, SourceOptions options) {
  const DatasetInfo& info = model_->info;
  if (options.image_size < 0 && takes_image_size(data) && options.files.crop != "none")
    options.image_size = {info.dims.at(2), info.dims.at(1)};
  options.files.value_range = range_option(info.value_range, options.files.value_range);
  data_ = prepared(*model_->recipe, open_dataset(data, options), *model_->options);
  check_pairs(info, model_->gan->tiling().scale > 0, data_->info(), data);
  output_shape_ = data_->info().dims;
  image_ = Tensor();
  alpha_.reset();
  sum_ = {};
}

Sample InputImages::sample_of(uint64_t seed) const {
  Sample sample;
  data_->get(static_cast<int64_t>(seed % static_cast<uint64_t>(data_->size())), sample);
  return sample;
}

Tensor InputImages::batch(std::span<const uint64_t> seeds) const {
  if (!single_image() && !data_)
    throw UsageError("this network makes images from images, and none is given",
                     std::string(model_->recipe->name), "--input IMAGE, or --data SRC");
  if (single_image()) {
    const int64_t n = static_cast<int64_t>(seeds.size());
    return image_.unsqueeze(0).expand({n, image_.size(0), image_.size(1), image_.size(2)});
  }
  std::vector<Tensor> images;
  for (const uint64_t seed : seeds)
    images.push_back(
        at::tensor(sample_of(seed).input_image, at::kFloat).view(data_->info().input_image));
  return at::stack(images);
}

Tensor InputImages::with_targets(std::span<const uint64_t> seeds, const Tensor& outputs) const {
  std::vector<Tensor> columns{batch(seeds), outputs.to(at::kCPU, at::kFloat)};
  if (data_) {
    std::vector<Tensor> targets;
    for (const uint64_t seed : seeds)
      targets.push_back(at::tensor(sample_of(seed).values, at::kFloat).view(output_shape_));
    columns.push_back(at::stack(targets));
  }
  return hstack(columns);
}

FullReferenceMetrics InputImages::metrics_of(const Tensor& output, const Tensor& target) const {
  const int64_t border = model_->gan->tiling().scale;
  const Tensor a = luma(output, border), b = luma(target, border);
  return {.l1 = mean_absolute_error(output, target),
          .psnr = psnr(a, b),
          .ssim = ssim(a, b),
          .gradient_energy_ratio = gradient_energy(a) / gradient_energy(b)};
}

void InputImages::measure(std::span<const uint64_t> seeds, const Tensor& outputs) {
  const int64_t scale = model_->gan->tiling().scale;
  if (!data_ || std::min(output_shape_[1], output_shape_[2]) - 2 * scale < kLeastMeasured) return;
  for (size_t i = 0; i < seeds.size(); ++i) {
    const Sample sample = sample_of(seeds[i]);
    const Tensor target = bytes_of(at::tensor(sample.values, at::kFloat).view(output_shape_));
    sum_.outputs += metrics_of(bytes_of(outputs[static_cast<int64_t>(i)]), target);
    if (scale > 0) {
      const Image small = from_chw(sample.input_image, data_->info().input_image);
      const Image large = resized(small, output_shape_[2], output_shape_[1], Filter::bicubic);
      if (!sum_.bicubic) sum_.bicubic.emplace();
      *sum_.bicubic += metrics_of(bytes_of(tensor_of(large)), target);
    }
    ++sum_.images;
  }
}

std::optional<ImageQuality> InputImages::image_quality() const {
  if (sum_.images == 0) return std::nullopt;
  const auto n = static_cast<double>(sum_.images);
  ImageQuality mean{.images = sum_.images, .outputs = sum_.outputs / n, .bicubic = std::nullopt};
  if (sum_.bicubic) mean.bicubic = *sum_.bicubic / n;
  return mean;
}

}  // namespace gannet
