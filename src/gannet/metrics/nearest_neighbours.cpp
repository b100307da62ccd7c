#include "gannet/metrics/nearest_neighbours.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/matmul.h>

#include <limits>

namespace gannet {
namespace {

Tensor flat(const Tensor& x) { return x.reshape({x.size(0), -1}).to(at::kDouble); }

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

NearestSearch::NearestSearch(const Tensor& queries, int64_t k) : queries_(flat(queries)) {
  square_ = queries_.square().sum(1, /*keepdim=*/true);
  indices_ = at::full({queries_.size(0), k}, -1, queries_.options().dtype(at::kLong));
  distances_ = at::full({queries_.size(0), k}, kInfinity, queries_.options());
}

void NearestSearch::add(const Tensor& references, int64_t first, const Tensor& skip) {
  const Tensor x = flat(references);
  check_shape(x, {-1, queries_.size(1)}, "references");
  Tensor found = square_ + x.square().sum(1).unsqueeze(0) - 2 * at::matmul(queries_, x.t());
  const Tensor here = at::arange(first, first + x.size(0), indices_.options()).unsqueeze(0);
  if (skip.defined()) found = found.masked_fill(here.eq(skip.unsqueeze(1)), kInfinity);
  const Tensor all = at::cat({distances_, found.clamp_min(0)}, 1);
  const Tensor names = at::cat({indices_, here.expand({queries_.size(0), -1})}, 1);
  const auto [best, which] = all.topk(distances_.size(1), 1, /*largest=*/false, /*sorted=*/true);
  distances_ = best;
  indices_ = names.gather(1, which);
}

Tensor NearestSearch::distances() const { return distances_.sqrt(); }

}  // namespace gannet
