// Products of matrices and windows against plain loops in double, over odd sizes and with each set
// of instructions.
#include "gannet/kernels/gemm.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "gannet/base/philox.h"
#include "kernels/targets.h"

namespace gannet::kernels {
namespace {

std::vector<float> numbers(int64_t n, uint32_t call) {
  std::vector<float> values(n);
  uniform({.seed = 7, .call = call}, 0, values);
  for (float& value : values) value = value * 2 - 1;
  return values;
}

int64_t panels(int64_t columns) { return (columns + panel_width() - 1) / panel_width(); }

// f32 sums of n products of numbers below 1.
double tolerance(int64_t n) { return 1e-6 * (1 + std::sqrt(static_cast<double>(n))); }

struct Images {
  int64_t samples, height, width, channels, kernel, stride, padding, out;
  int64_t rows() const { return (height + 2 * padding - kernel) / stride + 1; }
  int64_t columns() const { return (width + 2 * padding - kernel) / stride + 1; }
  int64_t places() const { return samples * rows() * columns(); }

  Windows windows(const std::vector<float>& x) const {
    Windows w{x.data(), height, width, channels, rows(), columns(), stride, {}};
    for (int64_t i = 0; i < kernel; ++i)
      for (int64_t j = 0; j < kernel; ++j) w.taps.push_back({i - padding, j - padding});
    return w;
  }
  // What place p of the grid sees at tap t in channel c.
  double seen(const std::vector<float>& x, int64_t p, int64_t t, int64_t c) const {
    const int64_t n = p / (rows() * columns()), at = p % (rows() * columns());
    const int64_t row = at / columns() * stride + t / kernel - padding;
    const int64_t column = at % columns() * stride + t % kernel - padding;
    if (row < 0 || row >= height || column < 0 || column >= width) return 0;
    return x[((n * height + row) * width + column) * channels + c];
  }
};

const Images kImages[] = {{2, 5, 7, 3, 3, 1, 1, 5},    {3, 9, 9, 5, 4, 2, 1, 17},
                          {1, 4, 4, 37, 4, 1, 0, 1},   {2, 6, 6, 300, 3, 2, 0, 33},
                          {5, 1, 1, 129, 1, 1, 0, 70}, {2, 8, 3, 16, 2, 2, 1, 48}};

TEST(Gemm, WindowsByAMatrixAreThePlainSums) {
  test::with_each_target([](const char* target) {
    for (const Images& s : kImages) {
      const auto x = numbers(s.samples * s.height * s.width * s.channels, 1);
      const int64_t taps = s.kernel * s.kernel, depth = taps * s.channels;
      const auto weight = numbers(s.out * depth, 2);  // [out, channels, taps]
      Matrix b{weight.data(), {}, s.channels, s.out, taps, depth};
      for (int64_t t = 0; t < taps; ++t) b.offsets.push_back(t);
      std::vector<float> packed(packed_size(depth, s.out)), y(s.places() * s.out, 0.5f), z = y;
      pack(b, 0, panels(s.out), packed.data());
      const Windows a = s.windows(x);
      const auto into = [&](std::vector<float>& to) {
        return OutputRows{to.data(), s.rows() * s.columns() * s.out, s.columns() * s.out, s.out};
      };
      multiply({a, packed.data(), s.out, into(y), true}, 0, s.places(), 0, panels(s.out));
      const int64_t half = s.places() / 2;  // the same by parts, and B packed underway
      multiply_unpacked({a, nullptr, s.out, into(z), true}, b, 0, half, 0, panels(s.out));
      multiply_unpacked({a, nullptr, s.out, into(z), true}, b, half, s.places(), 0, panels(s.out));
      double worst = 0;
      for (int64_t p = 0; p < s.places(); ++p)
        for (int64_t o = 0; o < s.out; ++o) {
          double sum = 0.5;
          for (int64_t t = 0; t < taps; ++t)
            for (int64_t c = 0; c < s.channels; ++c)
              sum += s.seen(x, p, t, c) * weight[o * depth + c * taps + t];
          worst = std::max(worst, std::abs(sum - y[p * s.out + o]));
        }
      EXPECT_LT(worst, tolerance(depth)) << target << ", " << s.channels << " channels";
      EXPECT_EQ(y, z) << target << ": parts change the bits";
    }
  });
}

TEST(Gemm, OuterProductsAreThePlainSums) {
  test::with_each_target([](const char* target) {
    for (const Images& s : kImages) {
      const auto x = numbers(s.samples * s.height * s.width * s.channels, 3);
      const auto a = numbers(s.places() * s.out, 4);
      const int64_t taps = s.kernel * s.kernel, depth = taps * s.channels;
      std::vector<float> y(s.out * depth, 0.25f), z = y;
      const Windows windows = s.windows(x);
      OuterProduct product{a.data(), s.out, windows, s.samples, y.data(), depth, s.channels, true};
      multiply_outer(product, 0, panels_of(product));
      product.y = z.data();
      for (int64_t panel = panels_of(product); panel-- > 0;)
        multiply_outer(product, panel, panel + 1);
      double worst = 0;
      for (int64_t o = 0; o < s.out; ++o)
        for (int64_t t = 0; t < taps; ++t)
          for (int64_t c = 0; c < s.channels; ++c) {
            double sum = 0.25;
            for (int64_t p = 0; p < s.places(); ++p) sum += a[p * s.out + o] * s.seen(x, p, t, c);
            worst = std::max(worst, std::abs(sum - y[o * depth + t * s.channels + c]));
          }
      EXPECT_LT(worst, tolerance(s.places())) << target << ", " << s.channels << " channels";
      EXPECT_EQ(y, z) << target << ": parts change the bits";
    }
  });
}

TEST(Windows, FoldIsTheTransposeOfCopy) {
  for (const Images& s : kImages) {
    const int64_t taps = s.kernel * s.kernel, depth = taps * s.channels;
    const auto x = numbers(s.samples * s.height * s.width * s.channels, 5);
    const auto columns = numbers(s.places() * depth, 6);  // [places, channels, taps]
    std::vector<float> copied(s.places() * depth), images(x.size(), 7.0f);
    copy_windows(s.windows(x), 0, s.places(), copied.data());
    fold({columns.data(), s.rows(), s.columns(), s.height, s.width, s.channels, s.kernel, s.kernel,
          s.stride, s.padding},
         0, s.samples * s.height, images.data());
    double by_columns = 0, by_images = 0;
    for (int64_t p = 0; p < s.places(); ++p)
      for (int64_t t = 0; t < taps; ++t)
        for (int64_t c = 0; c < s.channels; ++c) {
          EXPECT_EQ(copied[p * depth + t * s.channels + c], s.seen(x, p, t, c));
          by_columns += s.seen(x, p, t, c) * columns[p * depth + c * taps + t];
        }
    for (size_t i = 0; i < x.size(); ++i) by_images += double{x[i]} * images[i];
    EXPECT_NEAR(by_columns, by_images, 1e-4) << s.channels << " channels";
  }
}

}  // namespace
}  // namespace gannet::kernels
