// The table of recipes. Adding one: its file in this folder, one line in recipes.cpp, its golden
// numbers and its page.
#pragma once

#include <span>
#include <string_view>

#include "gannet/training/gan.h"

namespace gannet {

std::span<const Recipe> recipes();

// Throws UsageError naming the nearest known recipe.
const Recipe& find_recipe(std::string_view name);

// recipe.make(). Throws Error where the data is of a kind that the recipe says it does not take:
// most nets would take the frames of a video for one long vector.
std::unique_ptr<Gan> make_gan(const Recipe& recipe, const Options& options, const DatasetInfo& data,
                              const Setup& setup);

// What the recipe learns from: `data` itself, or what recipe.prepare makes of it (a low-resolution
// image beside each sample). Sampling and figures on data of one's own prepare it the same way.
std::shared_ptr<const Dataset> prepared(const Recipe& recipe, std::shared_ptr<const Dataset> data,
                                        const Options& options);

}  // namespace gannet
