#include "gannet/nn/detail/channel_passes.h"

#include <ATen/ops/empty_like.h>

#include <algorithm>
#include <cmath>

#include "gannet/kernels/channels.h"
#include "gannet/nn/detail/parallel.h"
#include "gannet/nn/detail/products.h"

namespace gannet {
namespace {

using kernels::Rows;

Rows rows_of(const Tensor& x) { return {x.numel() / x.size(1), x.size(1)}; }

float* floats(const Tensor& x) { return x.mutable_data_ptr<float>(); }
const float* constants(const Tensor& x) {
  return x.defined() ? x.const_data_ptr<float>() : nullptr;
}

// Parts of rows: of a size by the shape alone, so that sums are the same at any number of threads.
struct Parts {
  Rows shape;
  int64_t size, count;

  explicit Parts(Rows shape) : shape(shape) {
    constexpr int64_t kCached = 32768;  // floats
    size = std::clamp<int64_t>(kCached / std::max<int64_t>(1, shape.channels), 32, 512);
    count = (shape.rows + size - 1) / size;
  }
  Rows rows(int64_t part) const {
    return {std::min(size, shape.rows - part * size), shape.channels};
  }
  int64_t offset(int64_t part) const { return part * size * shape.channels; }

  // f(part), in any order.
  template <class F>
  void each(const F& f) const {
    parallel_ranges(count, 1, [&](int64_t begin, int64_t end) {
      for (int64_t part = begin; part < end; ++part) f(part);
    });
  }
};

// Sums over the rows of `sets` columns of channels, in double over the parts: sum(part, sets of
// [C]) gives each part's.
template <class Sum>
std::vector<std::vector<double>> column_totals(const Parts& parts, size_t sets, const Sum& sum) {
  const int64_t C = parts.shape.channels;
  std::vector<float> each(parts.count * sets * C);
  parts.each([&](int64_t part) { sum(part, each.data() + part * sets * C); });
  std::vector<std::vector<double>> totals(sets, std::vector<double>(C));
  for (int64_t part = 0; part < parts.count; ++part)
    for (size_t set = 0; set < sets; ++set)
      for (int64_t c = 0; c < C; ++c) totals[set][c] += each[(part * sets + set) * C + c];
  return totals;
}

// Mean and variance of the columns: those of the parts joined (Chan et al. 1979).
struct Moments {
  std::vector<double> mean, squares;  // squares: sum about the mean
};
Moments moments_of(const Parts& parts, const float* x) {
  const int64_t C = parts.shape.channels;
  std::vector<float> each(parts.count * 2 * C);
  parts.each([&](int64_t part) {
    float* const to = each.data() + part * 2 * C;
    kernels::column_moments(x + parts.offset(part), parts.rows(part), to, to + C);
  });
  Moments all{std::vector<double>(C), std::vector<double>(C)};
  double before = 0;
  for (int64_t part = 0; part < parts.count; ++part) {
    const auto n = static_cast<double>(parts.rows(part).rows);
    const float *mean = each.data() + part * 2 * C, *squares = mean + C;
    const double share = n / (before + n);
    for (int64_t c = 0; c < C; ++c) {
      const double apart = mean[c] - all.mean[c];
      all.mean[c] += apart * share;
      all.squares[c] += squares[c] + apart * apart * before * share;
    }
    before += n;
  }
  return all;
}

void move_average(const Tensor& average, double momentum, int64_t c, double value) {
  float& to = floats(average)[c];
  to = static_cast<float>((1 - momentum) * to + momentum * value);
}

}  // namespace

Tensor in_rows(const Tensor& x) { return x.dim() == 4 ? channels_last(x) : x.contiguous(); }

Tensor empty_like_rows(const Tensor& x) {
  return x.dim() == 4 ? empty_channels_last(x.sizes(), x.options()) : at::empty_like(x);
}

ChannelNorm channel_norm(const FusedPart& part, const NormWeights& in, const Tensor& x) {
  const Rows shape = rows_of(x);
  const float *gain = constants(in.gain), *shift = constants(in.shift);
  const auto n = static_cast<double>(shape.rows);
  Moments moments;
  if (in.training) moments = moments_of(Parts(shape), constants(x));
  ChannelNorm norm;
  for (int64_t c = 0; c < shape.channels; ++c) {
    const double mean = in.training ? moments.mean[c] : constants(in.moments[0])[c];
    const double variance = in.training ? moments.squares[c] / n : constants(in.moments[1])[c];
    if (in.training) {
      move_average(in.moments[0], part.momentum, c, mean);
      move_average(in.moments[1], part.momentum, c, moments.squares[c] / (n - 1));
    }
    const double inverse = 1 / std::sqrt(variance + part.epsilon), scale = gain[c] * inverse;
    norm.inverse.push_back(inverse);
    norm.mean.push_back(static_cast<float>(mean));
    norm.scale.push_back(static_cast<float>(scale));
    norm.shift.push_back(static_cast<float>(shift[c] - mean * scale));
  }
  return norm;
}

// y = f(x + bias), where y may be x.
void add_bias(const Tensor& x, const Tensor& bias, double slope, const Tensor& y) {
  if (!bias.defined() && slope == 1 && x.is_same(y)) return;
  const Parts parts(rows_of(x));
  parts.each([&](int64_t part) {
    kernels::bias_activation(constants(x) + parts.offset(part), constants(bias), parts.rows(part),
                             static_cast<float>(slope), floats(y) + parts.offset(part));
  });
}

void normalize(const Tensor& x, const ChannelNorm& norm, double slope, const Tensor& y) {
  const Parts parts(rows_of(x));
  parts.each([&](int64_t part) {
    kernels::scale_activation(constants(x) + parts.offset(part), norm.scale.data(),
                              norm.shift.data(), parts.rows(part), static_cast<float>(slope),
                              floats(y) + parts.offset(part));
  });
}

Tensor activation_grad(const Tensor& dy, const Tensor& y, double slope) {
  const Tensor g = empty_like_rows(dy);
  const Parts parts(rows_of(dy));
  parts.each([&](int64_t part) {
    const int64_t at = parts.offset(part);
    kernels::activation_gradient(constants(dy) + at, constants(y) + at, parts.rows(part),
                                 static_cast<float>(slope), floats(g) + at);
  });
  return g;
}

std::vector<double> column_sums(const Tensor& g) {
  const Parts parts(rows_of(g));
  return column_totals(parts, 1, [&](int64_t part, float* to) {
    kernels::column_sums(constants(g) + parts.offset(part), parts.rows(part), to);
  })[0];
}

NormGradients norm_grad(const ChannelNorm& norm, const Tensor& x, const Tensor& dy, double slope,
                        bool training) {
  const Parts parts(rows_of(dy));
  const int64_t C = parts.shape.channels;
  const auto part_of = [&](int64_t part) {
    return kernels::Normalized{.x = constants(x) + parts.offset(part),
                               .scale = norm.scale.data(),
                               .shift = norm.shift.data(),
                               .mean = norm.mean.data(),
                               .shape = parts.rows(part),
                               .slope = static_cast<float>(slope)};
  };
  auto sums = column_totals(parts, 2, [&](int64_t part, float* to) {
    kernels::normalized_sums(part_of(part), constants(dy) + parts.offset(part), to, to + C);
  });
  // dx = scale (g - mean of g - (x - mean) / sd^2 mean of g (x - mean))
  std::vector<float> a(C), b(C);
  const auto n = static_cast<double>(parts.shape.rows);
  for (int64_t c = 0; c < C; ++c) {
    const double scale = norm.scale[c], inverse = norm.inverse[c];
    if (training) {
      a[c] = static_cast<float>(-scale * inverse * inverse * sums[1][c] / n);
      b[c] = static_cast<float>(-scale * sums[0][c] / n);
    }
    sums[1][c] *= inverse;
  }
  NormGradients gradients{empty_like_rows(dy), std::move(sums[1]), std::move(sums[0])};
  parts.each([&](int64_t part) {
    const int64_t at = parts.offset(part);
    kernels::normalized_gradient(part_of(part), constants(dy) + at, a.data(), b.data(),
                                 floats(gradients.x) + at);
  });
  return gradients;
}

}  // namespace gannet
