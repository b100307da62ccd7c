// Figures of images beside each other, against values by hand and by plain loops in NumPy
// (scripts/golden/image_quality.py).
#include "gannet/metrics/image_quality.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "gannet/base/error.h"
#include "support/numbers.h"

namespace gannet {
namespace {

Tensor image(const char* tag, const Shape& shape) {
  return (test::numbers(tag, shape) * 127.5 + 128).floor().clamp(0, 255).to(at::kByte);
}

TEST(ImageQuality, IsThatOfPlainLoopsOverPixelsAndWindows) {
  std::ifstream file(std::string(GANNET_SOURCE_DIR) + "/tests/golden/image_quality.json");
  const auto cases = nlohmann::json::parse(file);
  ASSERT_GE(cases.size(), 4u);
  for (const auto& c : cases) {
    SCOPED_TRACE(c.dump());
    Shape shape;
    for (const char* side : {"height", "width", "channels"})
      shape.push_back(c[side].get<int64_t>());
    const double share = c["share"];
    const int64_t border = c["border"];
    const Tensor a = image("a", shape);
    const Tensor b = (share * image("b", shape).to(at::kDouble) + (1 - share) * a.to(at::kDouble))
                         .floor()
                         .to(at::kByte);
    const Tensor p = luma(a, border), q = luma(b, border);
    EXPECT_NEAR(mean_absolute_error(a, b), c["l1"].get<double>(), 1e-9);
    EXPECT_NEAR(psnr(p, q), c["psnr"].get<double>(), 1e-9);
    EXPECT_NEAR(ssim(p, q), c["ssim"].get<double>(), 1e-9);
    EXPECT_NEAR(gradient_energy(p), c["gradient_energy"].get<double>(), 1e-7);
  }
}

TEST(ImageQuality, ByHand) {
  const Tensor black = at::full({12, 12, 3}, 0, at::kByte),
               white = at::full({12, 12, 3}, 255, at::kByte);
  EXPECT_NEAR(luma(black)[3][3].item<double>(), 16, 1e-12);
  EXPECT_NEAR(luma(white)[3][3].item<double>(), 235, 1e-12);
  EXPECT_EQ(luma(white, 2).sizes().vec(), (Shape{8, 8}));
  // An error of 5 everywhere: 20 log10(255 / 5).
  const Tensor a = at::full({12, 12}, 100.0, at::kDouble);
  EXPECT_NEAR(psnr(a, a + 5), 34.151403521958725, 1e-12);
  EXPECT_TRUE(std::isinf(psnr(a, a)));
  EXPECT_NEAR(ssim(a, a), 1, 1e-12);
  // Flat images: only the means tell them apart.
  EXPECT_NEAR(ssim(a, a + 5), (2 * 100 * 105 + 6.5025) / (100 * 100 + 105 * 105 + 6.5025), 1e-9);
  const Tensor step = at::tensor({0.0, 3.0, 3.0, 4.0}, at::kDouble).view({2, 2});
  EXPECT_NEAR(gradient_energy(step), (9 + 1) / 2.0 + (9 + 1) / 2.0, 1e-12);
}

TEST(ImageQuality, RefusesWhatDoesNotFit) {
  const Tensor a = test::numbers("a", {12, 12}), b = test::numbers("b", {12, 11});
  EXPECT_THROW(psnr(a, b), Error);
  EXPECT_THROW(ssim(a.slice(0, 0, 10), a.slice(0, 0, 10)), Error);
  EXPECT_THROW(luma(image("a", {8, 8, 3}), 4), Error);
  EXPECT_THROW(luma(image("a", {8, 8, 4})), Error);
}

}  // namespace
}  // namespace gannet
