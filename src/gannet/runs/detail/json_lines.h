// Files of one JSON object a line: stats.jsonl, metrics.jsonl.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "gannet/base/files.h"

namespace gannet {

// The whole lines of a file that may be growing, or missing; lines that are no objects are left
// out.
std::vector<nlohmann::json> read_json_lines(const Path& path);

// Keeps the front of a file: whole lines whose "step" is at most `step`.
void cut_json_lines(const Path& path, int64_t step);

}  // namespace gannet
