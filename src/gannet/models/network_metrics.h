// What was measured of a network, by its run or by `gannet eval --json`, and what its file says of
// itself: the metadata key "metrics". No torch in here.
//
// Each is a list of {metric, value, real, error, better, reference, baseline, protocol}, of which
// metric and value are always there; `real` is the value of real samples against the same.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "gannet/base/files.h"

namespace gannet {

// Of the networks of a run by their files' names, from its metrics.jsonl; none where it has none.
std::map<std::string, nlohmann::json> metrics_of_run(const Path& run);
// Of one network file in its run.
nlohmann::json metrics_of_network(const Path& file);
// Of `gannet eval --json`. Throws Error for another file, UsageError for figures of a network of
// another hash than this ("sha256:...").
nlohmann::json metrics_of_report(const Path& file, const std::string& network_hash);
// Of the text of the metadata key; what is none is left out.
nlohmann::json metrics_of_metadata(const std::string& text);

}  // namespace gannet
