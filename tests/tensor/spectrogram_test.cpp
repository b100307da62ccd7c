#include "gannet/tensor/spectrogram.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cos.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cmath>

#include "gannet/base/error.h"

namespace gannet {
namespace {

constexpr double kTurn = 6.283185307179586;

TEST(Spectrogram, IsTheTransformByItsDefinition) {
  const Tensor t = at::arange(200, at::kDouble);
  const Tensor x = (at::sin(t * 0.7) + 0.3 * at::cos(t * t * 0.01)).view({1, 200});
  constexpr int64_t window = 16, hop = 7;
  const Tensor found = spectrogram(x, window, hop);
  ASSERT_EQ(found.sizes().vec(), (std::vector<int64_t>{1, 9, 1 + 200 / hop}));
  const double* values = x.const_data_ptr<double>();
  for (int64_t frame = 0; frame < found.size(2); ++frame)
    for (int64_t k = 0; k < found.size(1); ++k) {
      double re = 0, im = 0;
      for (int64_t i = 0; i < window; ++i) {
        const int64_t at = frame * hop + i - window / 2;
        if (at < 0 || at >= 200) continue;
        const double hann = 0.5 - 0.5 * std::cos(kTurn * static_cast<double>(i) / window);
        const double angle = kTurn * static_cast<double>(k * i) / window;
        re += values[at] * hann * std::cos(angle);
        im -= values[at] * hann * std::sin(angle);
      }
      EXPECT_NEAR(found[0][k][frame].item<double>(), std::hypot(re, im) * 4 / window, 1e-12);
    }
}

TEST(Spectrogram, AFullSineHasMagnitudeOneAtItsFrequency) {
  const Tensor t = at::arange(1024, at::kDouble);
  const Tensor magnitudes = spectrogram(at::sin(t * (kTurn * 8 / 64)).view({1, 1024}), 64, 16);
  EXPECT_NEAR(magnitudes[0][8][32].item<double>(), 1, 1e-9);
  EXPECT_LT(magnitudes[0][20][32].item<double>(), 1e-9);
}

TEST(Spectrogram, RefusesWindowsThatAreNone) {
  EXPECT_THROW(spectrogram(at::zeros({1, 9}), 7, 1), Error);
  EXPECT_THROW(spectrogram(at::zeros({1, 9}), 8, 0), Error);
  EXPECT_THROW(spectrogram(at::zeros({1, 1, 9}), 8, 1), Error);
}

TEST(Spectrogram, ImageOfSilenceIsDark) {
  const Image image = draw_spectrogram(at::zeros({9, 5}), 20, 10);
  EXPECT_EQ(image.width, 20);
  EXPECT_EQ(image.height, 10);
  for (size_t i = 0; i < image.pixels.size(); i += 3) EXPECT_LT(image.pixels[i], 40);
}

}  // namespace
}  // namespace gannet
