// Nodes of libtorch's graph of our own.
#pragma once

#include <torch/csrc/autograd/function.h>

#include <memory>
#include <type_traits>
#include <utility>

namespace gannet {

// A node of the graph, held as libtorch holds its own: by a shared_ptr before 2.13.
template <class T, class... Arguments>
auto make_node(Arguments&&... arguments) {
  using Held = decltype(torch::autograd::Edge::function);
  if constexpr (std::is_same_v<Held, std::shared_ptr<torch::autograd::Node>>)
    return std::make_shared<T>(std::forward<Arguments>(arguments)...);
  else
    return c10::make_intrusive<T>(std::forward<Arguments>(arguments)...);
}

}  // namespace gannet
