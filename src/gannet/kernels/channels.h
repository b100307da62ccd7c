// What comes after a product, in float32 on the CPU: bias, batch normalization and a piecewise
// linear activation over rows of channels [rows, C] (an image channels-last), each pass over memory
// once. f(v) is v where v > 0 and slope v elsewhere: slope 0 is relu, 1 no activation.
#pragma once

#include <cstdint>

namespace gannet::kernels {

// [rows, C].
struct Rows {
  int64_t rows, channels;
};

// y = f(x + bias); y may be x. bias [C] or null.
void bias_activation(const float* x, const float* bias, Rows shape, float slope, float* y);

// g = dy f'(y), from f's output; g may be dy. slope 0 or more.
void activation_gradient(const float* dy, const float* y, Rows shape, float slope, float* g);

// sums [C] of the columns.
void column_sums(const float* x, Rows shape, float* sums);

// mean [C] and the sum of squares about it, squares [C], of the columns.
void column_moments(const float* x, Rows shape, float* mean, float* squares);

// y = f(scale x + shift), scale and shift [C]; y may be x.
void scale_activation(const float* x, const float* scale, const float* shift, Rows shape,
                      float slope, float* y);

// A normalization z = scale x + shift that f comes after; scale, shift, mean [C].
struct Normalized {
  const float *x, *scale, *shift, *mean;
  Rows shape;
  float slope;
};
// For the gradient dy of f(z), g = dy f'(z): sums [C] of g, and of g (x - mean).
void normalized_sums(const Normalized& n, const float* dy, float* sums, float* products);
// dx = scale g + a (x - mean) + b, with a and b [C]; dx may be dy.
void normalized_gradient(const Normalized& n, const float* dy, const float* a, const float* b,
                         float* dx);

}  // namespace gannet::kernels
