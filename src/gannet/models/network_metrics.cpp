#include "gannet/models/network_metrics.h"

#include <filesystem>
#include <sstream>

#include "gannet/base/error.h"

namespace gannet {
namespace {

using nlohmann::json;

// The keys that say something of the network wherever it lies: a file cannot have its own hash in
// it. Null for what is no figure.
json figure(const json& line) {
  if (!line.is_object() || !line.contains("metric") || !line["metric"].is_string() ||
      !line.contains("value") || !line["value"].is_number())
    return nullptr;
  json kept;
  for (const char* key :
       {"metric", "value", "real", "error", "better", "reference", "baseline", "protocol"})
    if (line.contains(key)) kept[key] = line[key];
  if (kept.contains("protocol") && kept["protocol"].is_object())
    for (const char* key : {"fake", "fake_hash"}) kept["protocol"].erase(key);
  return kept;
}

json figures(const json& list) {
  json all = json::array();
  if (list.is_array())
    for (const json& each : list)
      if (json kept = figure(each); !kept.is_null()) all.push_back(std::move(kept));
  return all;
}

}  // namespace

std::map<std::string, json> metrics_of_run(const Path& run) {
  std::map<std::string, json> all;
  const Path file = run / "metrics.jsonl";
  if (!std::filesystem::exists(file)) return all;
  std::istringstream lines(read_text(file));
  for (std::string line; std::getline(lines, line);) {
    const json object = json::parse(line, nullptr, /*allow_exceptions=*/false);
    const json kept = figure(object);
    if (kept.is_null() || !object.contains("network") || !object["network"].is_string()) continue;
    json& list = all.try_emplace(object["network"].get<std::string>(), json::array()).first->second;
    list.push_back(kept);
  }
  return all;
}

json metrics_of_network(const Path& file) {
  const auto all = metrics_of_run(file.parent_path());
  const auto found = all.find(file.filename().string());
  return found == all.end() ? json::array() : found->second;
}

json metrics_of_report(const Path& file, const std::string& network_hash) {
  const json report = json::parse(read_text(file), nullptr, /*allow_exceptions=*/false);
  if (report.is_object() && report.contains("results") && report["results"].is_array())
    for (const json& each : report["results"]) {
      const json hash = each.value("/protocol/fake_hash"_json_pointer, json());
      if (hash.is_string() && hash != network_hash)
        throw UsageError("these figures are of another network", "--figures " + file.string(),
                         "gannet eval --network FILE --json > figures.json, of the file itself");
    }
  json all = report.is_object() && report.contains("results") ? figures(report["results"]) : json();
  if (!all.is_array() || all.empty())
    throw Error("expected the figures of `gannet eval --json`, found none", file.string(),
                "gannet eval --network FILE --json > figures.json");
  return all;
}

json metrics_of_metadata(const std::string& text) {
  return figures(json::parse(text, nullptr, /*allow_exceptions=*/false));
}

}  // namespace gannet
