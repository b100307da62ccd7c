// From a recipe's own options, networks and classes to its Recipe record.
#pragma once

#include <memory>
#include <utility>

#include "gannet/training/gan.h"

namespace gannet {

// `record` completed: its options are of type O, make(const O&, const DatasetInfo&, const Setup&)
// makes the Gan and may throw Error for data that its networks do not take.
template <class O, class Make>
Recipe make_recipe(Recipe record, Make make) {
  record.options = []() -> std::unique_ptr<Options> { return std::make_unique<O>(); };
  record.make = [make](const Options& options, const DatasetInfo& data,
                       const Setup& setup) -> std::unique_ptr<Gan> {
    return make(dynamic_cast<const O&>(options), data, setup);
  };
  return record;
}

// check(const O&, const DatasetInfo&) as Recipe::check.
template <class O, class Check>
Recipe with_check(Recipe recipe, Check check) {
  recipe.check = [check](const Options& options, const DatasetInfo& data) {
    check(dynamic_cast<const O&>(options), data);
  };
  return recipe;
}

// The same for a recipe that trains on prepare(dataset, const O&) (Recipe::prepare).
template <class O, class Make, class Prepare>
Recipe make_recipe(Recipe record, Make make, Prepare prepare) {
  record.prepare = [prepare](std::shared_ptr<const Dataset> data, const Options& options) {
    return prepare(std::move(data), dynamic_cast<const O&>(options));
  };
  return make_recipe<O>(std::move(record), make);
}

}  // namespace gannet
