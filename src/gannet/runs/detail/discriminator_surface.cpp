#include "gannet/runs/detail/discriminator_surface.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/sigmoid.h>

#include <algorithm>

#include "gannet/tensor/on_device.h"

namespace gannet {
namespace {

bool judges_a_point(const NetSpec& spec, const DatasetInfo& info) {
  if (spec.nodes()[0].shape != info.dims) return false;
  return std::ranges::none_of(spec.nodes(), [](const Node& node) {
    if (node.kind == Node::Kind::input) return node.name != "x";
    return node.kind == Node::Kind::layer && node.layer->kind() == "minibatch_stddev";
  });
}

}  // namespace

Surface discriminator_surface(Gan& gan, const DatasetInfo& info, const std::string& loss) {
  Net* const D = gan.discriminator_net();
  if (D == nullptr || info.dims != Shape{2} || !judges_a_point(D->spec(), info)) return {};
  const bool probability = loss == "ns" || loss == "minimax";
  return [&gan, D, probability](const Tensor& points) {
    const at::NoGradGuard no_grad;
    D->set_mode({});
    const Tensor out = (*D)(moved(points, gan.setup().tensor), Condition{})
                           .main.reshape({points.size(0), -1})
                           .mean(1)
                           .to(at::kCPU, at::kDouble);
    if (probability) return at::sigmoid(out);
    if (!at::isfinite(out).all().item<bool>()) return out * 0 + 0.5;
    const double low = out.min().item<double>(), high = out.max().item<double>();
    return high > low ? (out - low) / (high - low) : out * 0 + 0.5;
  };
}

}  // namespace gannet
