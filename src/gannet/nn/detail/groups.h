// The chains of layers that a net runs in one pass (fused.h).
#pragma once

#include <vector>

#include "gannet/nn/detail/fused.h"
#include "gannet/nn/spec.h"

namespace gannet {

// Indices of nodes; -1: none.
struct FusedGroup {
  FusedLayers layers;
  int first, last;  // layers: the value of `last` is the group's
  int weight = -1, bias = -1, gain = -1, shift = -1;
  int norm = -1;
  mutable PackedWeights packed = {};
};

// What a net's passes know of its spec.
struct FusedGroups {
  std::vector<FusedGroup> all;          // in the order of their first layers
  std::vector<bool> on_path, features;  // of each node: features.h, NetSpec::on_path_from_x()
};

// product [+ batch norm] [+ activation], or the last two, where no other layer reads a value
// between and the weights are a net's own (no spectral norm).
FusedGroups fused_groups(const NetSpec& spec);

}  // namespace gannet
