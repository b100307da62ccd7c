#include "gannet/image/resample.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "gannet/base/error.h"

namespace gannet {
namespace {

constexpr int kBits = 22;  // of a weight behind the point; 8 + 22 leave two for weights above 1
constexpr int32_t kHalf = 1 << (kBits - 1);
constexpr int64_t kMostSide = 65535;

double box(double x) { return x > -0.5 && x <= 0.5 ? 1 : 0; }

double triangle(double x) { return std::max(0.0, 1 - std::abs(x)); }

double cubic(double x) {  // Keys 1981, equation 4, a = -1/2
  constexpr double a = -0.5;
  x = std::abs(x);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

double sinc(double x) {
  return x == 0 ? 1 : std::sin(x * std::numbers::pi) / (x * std::numbers::pi);
}

double lanczos3(double x) { return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0; }

struct Kernel {
  std::string_view name;
  double support;  // zero outside [-support, support]
  double (*at)(double);
};
constexpr Kernel kKernels[] = {
    {"box", 0.5, box}, {"bilinear", 1, triangle}, {"bicubic", 2, cubic}, {"lanczos", 3, lanczos3}};

// Output sample o is the sum of weights[o * width + i] in[first[o] + i] over i < count[o].
struct Taps {
  size_t width = 0;
  std::vector<int64_t> first, count;
  std::vector<int32_t> weights;
};

Taps make_taps(int64_t in, int64_t out, const Kernel& kernel) {
  const double ratio = static_cast<double>(in) / static_cast<double>(out);
  const double stretch = std::max(ratio, 1.0), support = kernel.support * stretch;
  Taps taps;
  taps.width = 2 * static_cast<size_t>(std::ceil(support)) + 1;
  taps.weights.resize(taps.width * static_cast<size_t>(out));
  std::vector<double> weights(taps.width);
  for (int64_t o = 0; o < out; ++o) {
    const double centre = (static_cast<double>(o) + 0.5) * ratio;
    const auto low = std::max<int64_t>(0, static_cast<int64_t>(centre - support + 0.5));
    const auto high = std::min<int64_t>(in, static_cast<int64_t>(centre + support + 0.5));
    const auto count = static_cast<size_t>(high - low);
    double sum = 0;
    for (size_t i = 0; i < count; ++i) {
      weights[i] = kernel.at((static_cast<double>(low) + static_cast<double>(i) - centre + 0.5) *
                             (1 / stretch));
      sum += weights[i];
    }
    for (size_t i = 0; i < count; ++i) {
      const double scaled = weights[i] / sum * (1 << kBits);
      taps.weights[static_cast<size_t>(o) * taps.width + i] =
          static_cast<int32_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    }
    taps.first.push_back(low);
    taps.count.push_back(high - low);
  }
  return taps;
}

uint8_t to_byte(int32_t sum) { return static_cast<uint8_t>(std::clamp(sum >> kBits, 0, 255)); }

template <int kChannels>
void shrink_row(const uint8_t* from, uint8_t* to, const Taps& taps) {
  for (size_t o = 0; o < taps.first.size(); ++o) {
    const int32_t* weights = taps.weights.data() + o * taps.width;
    const uint8_t* pixel = from + taps.first[o] * kChannels;
    int32_t sums[kChannels];
    std::fill_n(sums, kChannels, kHalf);
    for (int64_t i = 0; i < taps.count[o]; ++i, pixel += kChannels)
      for (int c = 0; c < kChannels; ++c) sums[c] += pixel[c] * weights[i];
    for (int c = 0; c < kChannels; ++c) *to++ = to_byte(sums[c]);
  }
}

Image resized_across(const Image& image, int64_t width, const Kernel& kernel) {
  if (width == image.width) return image;
  const Taps taps = make_taps(image.width, width, kernel);
  Image result{width, image.height, image.channels, {}};
  result.pixels.resize(static_cast<size_t>(width * image.height * image.channels));
  const auto row = image.channels == 1   ? shrink_row<1>
                   : image.channels == 3 ? shrink_row<3>
                                         : shrink_row<4>;
  for (int64_t y = 0; y < image.height; ++y)
    row(image.pixels.data() + y * image.width * image.channels,
        result.pixels.data() + y * width * image.channels, taps);
  return result;
}

Image resized_down(const Image& image, int64_t height, const Kernel& kernel) {
  if (height == image.height) return image;
  const Taps taps = make_taps(image.height, height, kernel);
  const auto row = static_cast<size_t>(image.width * image.channels);
  Image result{image.width, height, image.channels, {}};
  result.pixels.resize(row * static_cast<size_t>(height));
  std::vector<int32_t> sums(row);
  for (size_t y = 0; y < static_cast<size_t>(height); ++y) {
    std::ranges::fill(sums, kHalf);
    for (size_t i = 0; i < static_cast<size_t>(taps.count[y]); ++i) {
      const int32_t weight = taps.weights[y * taps.width + i];
      const uint8_t* from = image.pixels.data() + (static_cast<size_t>(taps.first[y]) + i) * row;
      for (size_t x = 0; x < row; ++x) sums[x] += from[x] * weight;
    }
    std::ranges::transform(sums, result.pixels.begin() + static_cast<std::ptrdiff_t>(y * row),
                           to_byte);
  }
  return result;
}

}  // namespace

const std::vector<std::string_view>& filter_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const Kernel& kernel : kKernels) all.push_back(kernel.name);
    return all;
  }();
  return names;
}

Filter find_filter(std::string_view name) {
  const auto found = std::ranges::find(kKernels, name, &Kernel::name);
  if (found == std::end(kKernels))
    throw UsageError(
        "unknown filter '" + std::string(name) + "', expected box, bilinear, bicubic or lanczos",
        "--filter");
  return static_cast<Filter>(found - std::begin(kKernels));
}

Image resized(const Image& image, int64_t width, int64_t height, Filter filter) {
  if (width < 1 || height < 1 || width > kMostSide || height > kMostSide || image.width < 1 ||
      image.height < 1)
    throw Error("an image of " + std::to_string(image.width) + "x" + std::to_string(image.height) +
                    " cannot be resized to " + std::to_string(width) + "x" + std::to_string(height),
                "");
  const Kernel& kernel = kKernels[static_cast<size_t>(filter)];
  // Samples are rounded and clamped in between, so the order shows where a filter overshoots. It is
  // Pillow's (13).
  if (height < image.height && width >= image.width)
    return resized_across(resized_down(image, height, kernel), width, kernel);
  return resized_down(resized_across(image, width, kernel), height, kernel);
}

}  // namespace gannet
