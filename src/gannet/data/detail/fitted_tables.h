// Two tables as numbers of the same columns, for comparisons: a table and its samples need not have
// the same words.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gannet/data/dataset.h"

namespace gannet {

// Both in the columns that both have, by name (without names: by their order), with a number for
// each word of either, in their own units. As they are where their numbers are the same already, or
// one is no table. `notes`: what was left out.
struct FittedTables {
  std::shared_ptr<const Dataset> a, b;
  std::vector<std::string> notes;
};
FittedTables fitted_tables(std::shared_ptr<const Dataset> a, std::shared_ptr<const Dataset> b);

}  // namespace gannet
