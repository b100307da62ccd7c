// What each step of collect() adds to the collection.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "gannet/data/files/collection.h"

namespace gannet {

inline void append(std::vector<FileProblem>& to, const std::vector<FileProblem>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

inline void add_decision(std::optional<Decision> decision, Collection& to) {
  if (decision) to.decisions.push_back(*std::move(decision));
}

}  // namespace gannet
