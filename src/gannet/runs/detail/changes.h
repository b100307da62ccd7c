// Options that change in the middle of a run.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "gannet/runs/session.h"

namespace gannet {

// Sets these options of a run that began with `config`, whose "auto"s are settled, and those that
// follow from them: a new lr sets glr and dlr where the user had not set them. Throws UsageError
// naming one that cannot change (fixed_option()), or whose value is wrong.
void change_options(Config& config, const OptionChanges& changes, const Path& run);

// What is said where a run becomes longer and something was to span all of it: "" where nothing
// was.
std::string span_note(const Config& before, const Config& now);

// [{"option", "from", "to"}, ...] of all options that differ.
nlohmann::json differences(Config& before, Config& now);

}  // namespace gannet
