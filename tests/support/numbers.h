// Numbers for tests: fixed ones by a formula that scripts/golden computes too, and gradients by
// finite differences.
#pragma once

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "gannet/tensor/batch.h"

namespace gannet::test {

// FNV-1a, 32 bits.
inline uint32_t hash(std::string_view text) {
  uint32_t h = 2166136261u;
  for (const char c : text) h = (h ^ static_cast<uint8_t>(c)) * 16777619u;
  return h;
}

// A number in [-1, 1) for (tag, index), without any pattern over neighbouring indices.
inline double number(uint32_t tag, uint32_t index) {
  uint32_t x = index * 0x9E3779B1u + tag;
  x = (x ^ x >> 16) * 0x21F0AAADu;
  x = (x ^ x >> 15) * 0x735A2D97u;
  x ^= x >> 15;
  return static_cast<double>(x) * 0x1p-31 - 1;
}

// float64 of this shape: scale * number + shift.
inline Tensor numbers(std::string_view tag, const Shape& shape, double scale = 1,
                      double shift = 0) {
  const Tensor out = at::empty(shape, at::TensorOptions().dtype(at::kDouble));
  double* data = out.mutable_data_ptr<double>();
  const uint32_t h = hash(tag);
  for (int64_t i = 0; i < out.numel(); ++i)
    data[i] = scale * number(h, static_cast<uint32_t>(i)) + shift;
  return out;
}

using Function = std::function<Tensor(const std::vector<Tensor>&)>;  // float64 -> any shape

// f's sum, weighted by fixed numbers so that no symmetry hides an error.
inline Tensor weighted(const Tensor& y) {
  const Tensor w = numbers("weights of a sum", y.sizes().vec(), 0.5, 1);
  return (y * w).sum();
}

inline std::vector<Tensor> leaves(const std::vector<Tensor>& x) {
  std::vector<Tensor> all;
  for (const Tensor& t : x)
    all.push_back(t.is_floating_point() ? t.detach().clone().set_requires_grad(true) : t);
  return all;
}

// Gradients of weighted(f(x)) by autograd, undefined for integer inputs.
inline std::vector<Tensor> gradients(const Function& f, const std::vector<Tensor>& x,
                                     bool create_graph = false) {
  std::vector<Tensor> wanted;
  for (const Tensor& t : x)
    if (t.requires_grad()) wanted.push_back(t);
  const auto found = torch::autograd::grad({weighted(f(x))}, wanted, {}, /*retain_graph=*/true,
                                           create_graph, /*allow_unused=*/true);
  std::vector<Tensor> all(x.size());
  for (size_t i = 0, next = 0; i < x.size(); ++i)
    if (x[i].requires_grad()) all[i] = found[next++];
  return all;
}

// Compares autograd's gradients of f at x with central differences, for every floating input.
inline void expect_gradients(const Function& f, const std::vector<Tensor>& at,
                             double tolerance = 2e-7) {
  const std::vector<Tensor> x = leaves(at);
  const std::vector<Tensor> analytic = gradients(f, x);
  const double h = 1e-5;
  for (size_t i = 0; i < x.size(); ++i) {
    if (!x[i].requires_grad()) continue;
    std::vector<Tensor> moved;
    for (const Tensor& t : at) moved.push_back(t.clone());
    double* value = moved[i].mutable_data_ptr<double>();
    const Tensor numeric = at::empty_like(at[i]);
    for (int64_t k = 0; k < moved[i].numel(); ++k) {
      const double middle = value[k];
      value[k] = middle + h;
      const double above = weighted(f(leaves(moved))).item<double>();
      value[k] = middle - h;
      const double below = weighted(f(leaves(moved))).item<double>();
      value[k] = middle;
      numeric.mutable_data_ptr<double>()[k] = (above - below) / (2 * h);
    }
    ASSERT_TRUE(analytic[i].defined()) << "input " << i << " has no gradient";
    const double error = (analytic[i] - numeric).abs().max().item<double>();
    const double scale = 1 + numeric.abs().max().item<double>();
    EXPECT_LT(error, tolerance * scale) << "input " << i;
  }
}

// The same for second derivatives: gradients of the gradient.
inline void expect_second_gradients(const Function& f, const std::vector<Tensor>& at,
                                    double tolerance = 2e-7) {
  const Function first = [&f](const std::vector<Tensor>& x) {
    Tensor total;
    for (const Tensor& g : gradients(f, x, /*create_graph=*/true)) {
      if (!g.defined()) continue;
      total = total.defined() ? total + weighted(g) : weighted(g);
    }
    return total;
  };
  expect_gradients(first, at, tolerance);
}

inline double largest_difference(const Tensor& a, const Tensor& b) {
  EXPECT_EQ(a.sizes().vec(), b.sizes().vec());
  if (a.numel() == 0) return 0;
  return (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>();
}

inline bool same(const Tensor& a, const Tensor& b) { return a.equal(b); }

}  // namespace gannet::test
