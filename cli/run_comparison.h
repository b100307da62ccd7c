// A comparison of runs as text, JSON and CSV: of `runs compare`, `train --seeds` and `sweep`.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "gannet/runs/comparison.h"

namespace gannet::cli {

// Mean and spread of each group, the best first, and each against the best.
std::string groups_text(const RunComparison& comparison);
std::string options_text(const RunComparison& comparison);  // that differ, a column a run
std::string runs_text(const RunComparison& comparison);     // figures, a row a run
nlohmann::json comparison_json(const RunComparison& comparison);
std::string comparison_csv(const RunComparison& comparison);  // a row a run, all digits

}  // namespace gannet::cli
