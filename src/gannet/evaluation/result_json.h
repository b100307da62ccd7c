// Results of evaluations as JSON: of `gannet eval --json`, and of a run's metrics.jsonl.
#pragma once

#include <nlohmann/json.hpp>

#include "gannet/evaluation/evaluation.h"

namespace gannet {

// {metric, value, error?, real, reference?, better, protocol}: docs/metrics.md.
nlohmann::ordered_json to_json(const MetricResult& result);

}  // namespace gannet
