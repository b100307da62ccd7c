#include "gannet/metrics/detail/features.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/matmul.h>

#include <algorithm>

#include "gannet/base/error.h"

namespace gannet {
namespace {

constexpr int64_t kMostRows = 2048;

}  // namespace

void check_features(const Tensor& x, std::string_view name, int64_t least) {
  check_shape(x, {-1, -1}, name);
  if (!x.is_floating_point() && x.scalar_type() != at::kByte)
    throw Error(std::string(name) + " have the type " + std::string(x.dtype().name()) +
                    ", expected floating point or bytes",
                "");
  if (x.size(0) < least)
    throw Error("expected at least " + std::to_string(least) + " samples of " + std::string(name) +
                    ", found " + std::to_string(x.size(0)),
                "");
  if (x.is_floating_point() && !at::isfinite(x.sum()).item<bool>() &&
      !at::isfinite(x).all().item<bool>())
    throw Error("a number of " + std::string(name) + " is not finite", "");
}

void check_features(const Tensor& real, const Tensor& fake, int64_t least) {
  check_features(real, "real features", least);
  check_features(fake, "fake features", least);
  check_shape(fake, {-1, real.size(1)}, "fake features");
  if ((real.scalar_type() == at::kByte) != (fake.scalar_type() == at::kByte))
    throw Error(
        "one side is bytes, the other floating-point numbers that are in no range of pictures (0 "
        "to "
        "1, -1 to 1, 0 to 255)",
        "", "save both as bytes from 0 to 255");
}

Tensor feature_rows(const Tensor& x, int64_t from, int64_t to) {
  const Tensor rows = x.slice(0, from, to).to(at::kDouble);
  return x.scalar_type() == at::kByte ? rows / 255 : rows;
}

int64_t rows_at_once(int64_t columns) {
  return std::clamp<int64_t>((int64_t{1} << 22) / std::max<int64_t>(columns, 1), 64, kMostRows);
}

void for_parts(int64_t n, int64_t part, const std::function<void(int64_t, int64_t)>& f) {
  for (int64_t from = 0; from < n; from += part) f(from, std::min(from + part, n));
}

Distances::Distances(const Tensor& a, const Tensor& b) : a_(a), b_(b) {
  if (a.scalar_type() != at::kByte) centre_ = a.mean(0, /*keepdim=*/true, at::kDouble);
}

Tensor Distances::rows(const Tensor& x, int64_t from, int64_t to) const {
  const Tensor rows = x.slice(0, from, to).to(at::kDouble);
  return centre_.defined() ? rows - centre_ : rows;
}

double Distances::unit() const { return centre_.defined() ? 1 : 255; }

void Distances::for_parts_of(bool upper, const Part& f) const {
  const int64_t part = rows_at_once(a_.size(1));
  for_parts(a_.size(0), part, [&](int64_t a, int64_t end) {
    const Tensor x = rows(a_, a, end), square = x.square().sum(1, /*keepdim=*/true);
    for (int64_t b = upper ? a : 0; b < b_.size(0); b += part) {
      const Tensor y = rows(b_, b, std::min(b + part, b_.size(0)));
      const Tensor d = at::matmul(x, y.t());
      f(a, b, d.mul_(-2).add_(square).add_(y.square().sum(1).unsqueeze(0)).clamp_min_(0));
    }
  });
}

void Distances::for_each(const Part& f) const { for_parts_of(false, f); }
void Distances::for_each_upper(const Part& f) const { for_parts_of(true, f); }

Tensor Distances::squared_norms(const Tensor& x) const {
  const Tensor all = at::empty({x.size(0)}, x.options().dtype(at::kDouble));
  for_parts(x.size(0), rows_at_once(x.size(1)), [&](int64_t from, int64_t to) {
    all.slice(0, from, to).copy_(rows(x, from, to).square_().sum(1));
  });
  return all;
}

}  // namespace gannet
