// The table of recipes. Adding one: its file in this folder, its name in recipes.cpp, its golden
// numbers and its page.
#pragma once

#include <span>
#include <string_view>

#include "gannet/training/gan.h"

namespace gannet {

std::span<const Recipe> recipes();

// Throws UsageError naming the nearest known recipe.
const Recipe& find_recipe(std::string_view name);

// recipe.make(). Throws Error for videos where the recipe does not take them: most networks would
// treat their frames as one long vector.
std::unique_ptr<Gan> make_gan(const Recipe& recipe, const Options& options, const DatasetInfo& data,
                              const Setup& setup);

// The dataset that the recipe trains on: `data`, or recipe.prepare() of it (with a low-resolution
// input for each sample, with tokens). Sampling and metrics on other data prepare it the same way.
std::shared_ptr<const Dataset> prepared(const Recipe& recipe, std::shared_ptr<const Dataset> data,
                                        const Options& options);

}  // namespace gannet
