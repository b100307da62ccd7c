#include "gannet/runs/detail/run_groups.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace gannet {
namespace {

using nlohmann::json;

// Options that make no other game, and what options.json has besides options.
const std::set<std::string> kNoSetting = {
    "seed",    "desc",       "outdir",  "decisions", "machine", "gannet", "threads",
    "changes", "snap-first", "dataset", "snap-keep", "metrics", "device"};
// What follows from --kimg where it is "auto".
const std::set<std::string> kOfLength = {"burn-in", "pretrain-kimg"};

bool was_changed(const json& options, const std::string& option) {
  const json changes = options.value("changes", json::array());
  return std::ranges::any_of(changes, [&](const json& change) {
    return change.is_object() && change.value("option", "") == option;
  });
}

// With a budget in time the measured length, and what was chosen by it, differ from seed to seed:
// the budget stands for them. A resume's --kimg is a length again.
void settle_length(json& settings, const json& options) {
  const double minutes = options.value("minutes", 0.0) + 60 * options.value("hours", 0.0);
  settings.erase("minutes");
  settings.erase("hours");
  if (minutes <= 0) return;
  for (const json& decision : options.value("decisions", json::array()))
    if (decision.is_object() && kOfLength.contains(decision.value("name", "")))
      settings.erase(decision.value("name", ""));
  if (was_changed(options, "kimg")) return;
  settings.erase("kimg");
  // How far a budget goes depends on these.
  for (const char* pace : {"threads", "device"})
    if (options.contains(pace)) settings[pace] = options[pace];
  settings["minutes"] = std::round(minutes * 1e6) / 1e6;  // --hours 0.05 is --minutes 3
}

// The options that tell settings apart. Where recipes differ, what differs within one: the others
// are the recipes' own.
std::set<std::string> differing_options(const std::vector<const json*>& of) {
  std::set<std::string> keys, differing;
  for (const json* one : of)
    for (const auto& [key, value] : one->items()) keys.insert(key);
  const auto differ = [&](const json* a, const json* b, const std::string& key) {
    return a->value(key, json()) != b->value(key, json());
  };
  for (const std::string& key : keys)
    for (const json* a : of)
      for (const json* b : of)
        if (differ(a, b, key) && (key == "cfg" || !differ(a, b, "cfg"))) differing.insert(key);
  for (const char* rate : {"glr", "dlr"})  // which follow --lr unless they are given
    if (std::ranges::all_of(of, [&](const json* one) {
          return one->value(rate, json()) == one->value("lr", json());
        }))
      differing.erase(rate);
  return differing;
}

}  // namespace

bool tells_groups_apart(const std::string& option) { return !kNoSetting.contains(option); }

json settings_of(const json& options) {
  json settings = json::object();
  for (const auto& [key, value] : options.items())
    if (!kNoSetting.contains(key)) settings[key] = value;
  settle_length(settings, options);
  // A rollback, and what else changed in its middle, makes a run of its own.
  for (const json& change : options.value("changes", json::array()))
    if (change.is_object() && change.value("option", "") != "kimg")
      settings["changes"] = options["changes"];
  return settings;
}

std::string value_text(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::vector<RunGroup> groups_of(const std::vector<json>& settings) {
  std::vector<RunGroup> groups;
  std::vector<const json*> of;
  for (size_t i = 0; i < settings.size(); ++i) {
    const auto same =
        std::ranges::find_if(of, [&](const json* one) { return *one == settings[i]; });
    if (same == of.end()) {
      of.push_back(&settings[i]);
      groups.push_back({.name = "", .runs = {i}});
    } else {
      groups[static_cast<size_t>(same - of.begin())].runs.push_back(i);
    }
  }
  const std::set<std::string> differing = differing_options(of);
  for (size_t g = 0; g < groups.size(); ++g) {
    for (const std::string& key : differing)
      if (key != "changes" && of[g]->contains(key))
        groups[g].name +=
            (groups[g].name.empty() ? "" : " ") + key + "=" + value_text((*of[g])[key]);
    if (of[g]->contains("changes") && differing.contains("changes"))
      groups[g].name += (groups[g].name.empty() ? "" : " ") + std::string("changed in the middle");
    if (groups[g].name.empty()) groups[g].name = groups.size() == 1 ? "all" : "plain";
  }
  return groups;
}

}  // namespace gannet
