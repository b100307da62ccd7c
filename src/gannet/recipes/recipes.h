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

}  // namespace gannet
