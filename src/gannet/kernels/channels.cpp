#include "gannet/kernels/channels.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gannet/kernels/channels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace gannet::kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// at(tag, i) for all i below n: vectors first, then single ones.
template <class At>
HWY_INLINE void each(int64_t n, const At& at) {
  const hn::ScalableTag<float> vector;
  const hn::CappedTag<float, 1> one;
  const auto lanes = static_cast<int64_t>(hn::Lanes(vector));
  int64_t i = 0;
  for (; i + lanes <= n; i += lanes) at(vector, i);
  for (; i < n; ++i) at(one, i);
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V activated(D d, V v, float slope) {
  return hn::IfThenElse(hn::Gt(v, hn::Zero(d)), v, hn::Mul(v, hn::Set(d, slope)));
}

// g f'(v).
template <class D, class V = hn::Vec<D>>
HWY_INLINE V through(D d, V g, V v, float slope) {
  return hn::IfThenElse(hn::Gt(v, hn::Zero(d)), g, hn::Mul(g, hn::Set(d, slope)));
}

void bias(const float* x, const float* bias, Rows shape, float slope, float* y) {
  if (!bias) {
    each(shape.rows * shape.channels, [&](auto d, int64_t i) HWY_ATTR {
      hn::StoreU(activated(d, hn::LoadU(d, x + i), slope), d, y + i);
    });
    return;
  }
  for (int64_t r = 0; r < shape.rows; ++r, x += shape.channels, y += shape.channels)
    each(shape.channels, [&](auto d, int64_t i) HWY_ATTR {
      hn::StoreU(activated(d, hn::Add(hn::LoadU(d, x + i), hn::LoadU(d, bias + i)), slope), d,
                 y + i);
    });
}

void gradient(const float* dy, const float* y, Rows shape, float slope, float* g) {
  each(shape.rows * shape.channels, [&](auto d, int64_t i) HWY_ATTR {
    hn::StoreU(through(d, hn::LoadU(d, dy + i), hn::LoadU(d, y + i), slope), d, g + i);
  });
}

void sums(const float* x, Rows shape, float* to) {
  std::fill_n(to, shape.channels, 0.0f);
  for (int64_t r = 0; r < shape.rows; ++r, x += shape.channels)
    each(shape.channels, [&](auto d, int64_t i) HWY_ATTR {
      hn::StoreU(hn::Add(hn::LoadU(d, to + i), hn::LoadU(d, x + i)), d, to + i);
    });
}

void moments(const float* x, Rows shape, float* mean, float* squares) {
  sums(x, shape, mean);
  const auto n = static_cast<float>(shape.rows);
  for (int64_t c = 0; c < shape.channels; ++c) mean[c] /= n;
  std::fill_n(squares, shape.channels, 0.0f);
  for (int64_t r = 0; r < shape.rows; ++r, x += shape.channels)
    each(shape.channels, [&](auto d, int64_t i) HWY_ATTR {
      const auto apart = hn::Sub(hn::LoadU(d, x + i), hn::LoadU(d, mean + i));
      hn::StoreU(hn::MulAdd(apart, apart, hn::LoadU(d, squares + i)), d, squares + i);
    });
}

void scale(const float* x, const float* scale, const float* shift, Rows shape, float slope,
           float* y) {
  for (int64_t r = 0; r < shape.rows; ++r, x += shape.channels, y += shape.channels)
    each(shape.channels, [&](auto d, int64_t i) HWY_ATTR {
      const auto z =
          hn::MulAdd(hn::LoadU(d, x + i), hn::LoadU(d, scale + i), hn::LoadU(d, shift + i));
      hn::StoreU(activated(d, z, slope), d, y + i);
    });
}

// dy f'(scale x + shift).
template <class D>
HWY_INLINE hn::Vec<D> gradient_of_norm(D d, const Normalized& n, const float* x, const float* dy,
                                       int64_t i) {
  const auto z =
      hn::MulAdd(hn::LoadU(d, x + i), hn::LoadU(d, n.scale + i), hn::LoadU(d, n.shift + i));
  return through(d, hn::LoadU(d, dy + i), z, n.slope);
}

void norm_sums(const Normalized& n, const float* dy, float* to, float* products) {
  const int64_t C = n.shape.channels;
  std::fill_n(to, C, 0.0f);
  std::fill_n(products, C, 0.0f);
  const float* x = n.x;
  for (int64_t r = 0; r < n.shape.rows; ++r, x += C, dy += C)
    each(C, [&](auto d, int64_t i) HWY_ATTR {
      const auto g = gradient_of_norm(d, n, x, dy, i);
      hn::StoreU(hn::Add(hn::LoadU(d, to + i), g), d, to + i);
      const auto apart = hn::Sub(hn::LoadU(d, x + i), hn::LoadU(d, n.mean + i));
      hn::StoreU(hn::MulAdd(g, apart, hn::LoadU(d, products + i)), d, products + i);
    });
}

void norm_gradient(const Normalized& n, const float* dy, const float* a, const float* b,
                   float* dx) {
  const int64_t C = n.shape.channels;
  const float* x = n.x;
  for (int64_t r = 0; r < n.shape.rows; ++r, x += C, dy += C, dx += C)
    each(C, [&](auto d, int64_t i) HWY_ATTR {
      const auto g = gradient_of_norm(d, n, x, dy, i);
      const auto apart = hn::Sub(hn::LoadU(d, x + i), hn::LoadU(d, n.mean + i));
      const auto line = hn::MulAdd(hn::LoadU(d, a + i), apart, hn::LoadU(d, b + i));
      hn::StoreU(hn::MulAdd(hn::LoadU(d, n.scale + i), g, line), d, dx + i);
    });
}

}  // namespace
}  // namespace gannet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gannet::kernels {

HWY_EXPORT(bias);
HWY_EXPORT(gradient);
HWY_EXPORT(sums);
HWY_EXPORT(moments);
HWY_EXPORT(scale);
HWY_EXPORT(norm_sums);
HWY_EXPORT(norm_gradient);

void bias_activation(const float* x, const float* b, Rows shape, float slope, float* y) {
  HWY_DYNAMIC_DISPATCH(bias)(x, b, shape, slope, y);
}
void activation_gradient(const float* dy, const float* y, Rows shape, float slope, float* g) {
  HWY_DYNAMIC_DISPATCH(gradient)(dy, y, shape, slope, g);
}
void column_sums(const float* x, Rows shape, float* to) {
  HWY_DYNAMIC_DISPATCH(sums)(x, shape, to);
}
void column_moments(const float* x, Rows shape, float* mean, float* squares) {
  HWY_DYNAMIC_DISPATCH(moments)(x, shape, mean, squares);
}
void scale_activation(const float* x, const float* by, const float* shift, Rows shape, float slope,
                      float* y) {
  HWY_DYNAMIC_DISPATCH(scale)(x, by, shift, shape, slope, y);
}
void normalized_sums(const Normalized& n, const float* dy, float* to, float* products) {
  HWY_DYNAMIC_DISPATCH(norm_sums)(n, dy, to, products);
}
void normalized_gradient(const Normalized& n, const float* dy, const float* a, const float* b,
                         float* dx) {
  HWY_DYNAMIC_DISPATCH(norm_gradient)(n, dy, a, b, dx);
}

}  // namespace gannet::kernels
#endif  // HWY_ONCE
