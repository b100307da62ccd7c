#include "gannet/nn/detail/features.h"

#include <algorithm>

namespace gannet {
namespace {

bool is_affine(const Node& node, const std::vector<bool>& on_path) {
  int factors = 0;  // of a product that depend on x
  for (size_t k = 0; k < node.in.size(); ++k) {
    const Linearity linearity = node.layer->linearity(k);
    if (!on_path[node.in[k]]) continue;
    if (linearity == Linearity::nonlinear || linearity == Linearity::bias) return false;
    factors += linearity == Linearity::multilinear;
  }
  return factors <= 1;
}

bool is_affine_in(const std::vector<bool>& features, const NetSpec& spec,
                  const std::vector<bool>& on_path) {
  for (size_t i = 1; i < features.size(); ++i)
    if (on_path[i] && !features[i] && !is_affine(spec.nodes()[i], on_path)) return false;
  return true;
}

}  // namespace

std::vector<bool> features_of_x(const NetSpec& spec) {
  const std::vector<Node>& nodes = spec.nodes();
  const std::vector<bool> on_path = spec.on_path_from_x();
  if (!on_path[0] || spec.cursor() == 0 || count(spec.shape()) != 1) return {};
  std::vector<bool> features(nodes.size());
  features[0] = true;
  if (is_affine_in(features, spec, on_path)) return features;
  for (size_t i = 1; i < nodes.size(); ++i)
    features[i] =
        on_path[i] && std::ranges::all_of(nodes[i].in, [&](int in) { return features[in]; });
  if (features[spec.cursor()] || !is_affine_in(features, spec, on_path)) return {};
  return features;
}

}  // namespace gannet
