#include <algorithm>
#include <set>

#include "gannet/nn/detail/groups.h"
#include "gannet/nn/net.h"

namespace gannet {
namespace {

bool is_map(const Shape& shape) { return shape.size() > 1; }

// Of images [C, H, W] and videos [C, T, H, W] the rows, of audio [C, T] the samples.
int64_t rows_of(const Shape& map) { return map.size() == 2 ? map[1] : map[map.size() - 2]; }

// Of each node: is it a vector made of the net's inputs alone, and not of maps?
std::vector<bool> style_nodes(const NetSpec& spec) {
  std::vector<bool> style;
  for (const Node& node : spec.nodes())
    style.push_back(node.kind != Node::Kind::parameter && !is_map(node.shape) &&
                    std::ranges::all_of(node.in, [&](int from) {
                      return style[from] || spec.nodes()[from].kind == Node::Kind::parameter;
                    }));
  return style;
}

}  // namespace

std::vector<int64_t> style_sizes(const NetSpec& spec) {
  const std::vector<bool> style = style_nodes(spec);
  std::set<int64_t> sizes;
  for (const Node& node : spec.nodes())
    if (is_map(node.shape) && std::ranges::any_of(node.in, [&](int from) { return style[from]; }))
      sizes.insert(rows_of(node.shape));
  return {sizes.begin(), sizes.end()};
}

bool reads_x_from(const NetSpec& spec, int64_t from) {
  const std::vector<bool> style = style_nodes(spec);
  std::vector<bool> of_x;
  for (const Node& node : spec.nodes()) {
    const auto is_of_x = [&](int in) { return style[in] && of_x[in]; };
    if (is_map(node.shape) && rows_of(node.shape) >= from && std::ranges::any_of(node.in, is_of_x))
      return true;
    of_x.push_back(of_x.empty() || std::ranges::any_of(node.in, is_of_x));  // the first node is x
  }
  return false;
}

Tensor Net::mixed(const Style& coarse, const Style& fine, int64_t from) {
  const std::vector<Node>& nodes = spec_.nodes();
  const std::vector<bool> style = style_nodes(spec_);
  std::vector<Tensor> values(nodes.size()), fine_styles(nodes.size());
  const uint32_t call_index = calls_++;
  const auto value_of = [&](size_t i, const Style& of, bool reads_fine) {
    std::vector<Tensor> in;
    for (const int index : nodes[i].in)
      in.push_back(reads_fine && style[index] ? fine_styles[index] : values[index]);
    return evaluate(i, in, of.x, of.more, call_index, /*bf16=*/false);
  };
  // The layers of a group are all styles, or all maps of one size: the same bits as of forward().
  std::vector<bool> by_group(nodes.size());
  auto group = groups_->all.begin();
  for (size_t i = 0; i < nodes.size(); ++i) {
    const bool is_fine = !style[i] && is_map(nodes[i].shape) && rows_of(nodes[i].shape) >= from;
    if (group != groups_->all.end() && group->first == static_cast<int>(i)) {
      const int in = nodes[i].in[0];
      const Tensor y = run_group(*group, is_fine && style[in] ? fine_styles[in] : values[in]);
      if (y.defined()) {
        values[group->last] = y;
        if (style[i]) fine_styles[group->last] = run_group(*group, fine_styles[in]);
        for (const int each : {group->first, group->norm, group->last})
          if (each >= 0) by_group[each] = true;
      }
      ++group;
    }
    if (!by_group[i]) {
      if (style[i]) fine_styles[i] = value_of(i, fine, true);
      values[i] = value_of(i, coarse, is_fine);
    }
    for (const int index : nodes[i].in)
      if (last_use_[index] == static_cast<int>(i)) values[index].reset();
  }
  return values[spec_.cursor()];
}

}  // namespace gannet
