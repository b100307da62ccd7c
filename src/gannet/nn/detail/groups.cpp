#include "gannet/nn/detail/groups.h"

#include <algorithm>

#include "gannet/nn/detail/features.h"
#include "gannet/nn/detail/product_passes.h"

namespace gannet {
namespace {

using Kind = FusedPart::Kind;

class Finder {
 public:
  explicit Finder(const NetSpec& spec) : nodes_(spec.nodes()), readers_(nodes_.size()) {
    for (size_t i = 0; i < nodes_.size(); ++i)
      for (const int from : nodes_[i].in) readers_[from].push_back(static_cast<int>(i));
    for (const auto& [name, index] : spec.outputs()) readers_[index].push_back(-1);
    readers_[spec.cursor()].push_back(-1);
  }

  std::vector<FusedGroup> groups() const {
    std::vector<FusedGroup> all;
    std::vector<bool> taken(nodes_.size());
    for (int i = 0; i < static_cast<int>(nodes_.size()); ++i) {
      if (taken[i] || nodes_[i].kind != Node::Kind::layer) continue;
      const FusedGroup group = group_from(i);
      if (group.last < 0) continue;
      for (int in = i; in >= 0 && in != group.last; in = only_reader(in)) taken[in] = true;
      taken[group.last] = true;
      all.push_back(group);
    }
    return all;
  }

 private:
  FusedPart part(int node) const {
    return node >= 0 && nodes_[node].layer ? nodes_[node].layer->fused_part() : FusedPart{};
  }
  // The layer that alone reads a value, as its first input; else -1.
  int only_reader(int node) const {
    const std::vector<int>& readers = readers_[node];
    return readers.size() == 1 && readers[0] >= 0 && nodes_[readers[0]].in[0] == node ? readers[0]
                                                                                      : -1;
  }
  // Are the inputs of a layer from the second on weights?
  bool reads_weights(int node) const {
    const std::vector<int>& in = nodes_[node].in;
    return std::all_of(in.begin() + 1, in.end(),
                       [&](int from) { return nodes_[from].kind == Node::Kind::parameter; });
  }

  FusedGroup group_from(int i) const {
    FusedGroup group{.layers = {}, .first = i, .last = -1};
    int next = i;
    if (is_product(part(i)) && reads_weights(i)) {
      group.layers.product = part(i);
      group.weight = nodes_[i].in[1];
      if (nodes_[i].in.size() > 2) group.bias = nodes_[i].in[2];
      group.last = i;
      next = only_reader(i);
    }
    if (part(next).kind == Kind::batch_norm && reads_weights(next)) {
      group.layers.norm = part(next);
      group.gain = nodes_[next].in[1];
      group.shift = nodes_[next].in[2];
      group.norm = group.last = next;
      next = only_reader(next);
    }
    if (group.last >= 0 && part(next).kind == Kind::activation) {
      group.layers.activation = part(next);
      group.last = next;
    }
    return group;
  }

  const std::vector<Node>& nodes_;
  std::vector<std::vector<int>> readers_;  // of each node; -1: an output of the net
};

}  // namespace

FusedGroups fused_groups(const NetSpec& spec) {
  return {Finder(spec).groups(), spec.on_path_from_x(), features_of_x(spec)};
}

}  // namespace gannet
