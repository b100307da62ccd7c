#include "gannet/models/network_path.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "gannet/base/error.h"
#include "gannet/base/numbered_files.h"
#include "gannet/models/network_metrics.h"
#include "gannet/models/zoo.h"

namespace gannet {
namespace {

constexpr std::string_view kPrefix = "network-", kSuffix = ".safetensors";

}  // namespace

std::string snapshot_number(int64_t images_seen, bool exact) {
  std::string number = zero_padded(images_seen / 1000, 6);
  if (exact) number.append("_").append(zero_padded(images_seen % 1000, 3));
  return number;
}

int64_t images_in_name(const std::string& name, std::string_view prefix, std::string_view suffix) {
  std::string whole = name;
  int64_t rest = 0;
  if (const size_t at = name.rfind('_'); at != std::string::npos && at >= prefix.size()) {
    rest = number_in_name(name.substr(at), "_", suffix);
    if (rest < 0 || rest > 999) return -1;
    whole = name.substr(0, at) + std::string(suffix);
  }
  const int64_t kimg = number_in_name(whole, prefix, suffix);
  return kimg < 0 || kimg > int64_t{1} << 50 ? -1 : kimg * 1000 + rest;
}

std::string network_file_name(const std::string& number) {
  return std::string(kPrefix) + number + std::string(kSuffix);
}

std::vector<std::string> network_files(const Path& run) {
  std::vector<std::pair<int64_t, std::string>> found;
  for (const auto& entry : std::filesystem::directory_iterator(run)) {
    const std::string name = entry.path().filename().string();
    if (const int64_t images = images_in_name(name, kPrefix, kSuffix); images >= 0)
      found.emplace_back(images, name);
  }
  std::ranges::sort(found);
  std::vector<std::string> names;
  for (auto& [images, name] : found) names.push_back(std::move(name));
  return names;
}

Path run_by_number(const Path& path) {
  namespace fs = std::filesystem;
  std::error_code failed;
  const std::string digits = path.filename().string();
  const int64_t number = number_in_name(digits, "", "");
  if (number < 0 || fs::exists(path, failed)) return path;
  const Path folder = path.has_parent_path() ? path.parent_path() : Path("runs");
  std::vector<Path> found;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    const std::string name = entry.path().filename().string();
    const size_t dash = name.find('-');
    if (dash != std::string::npos && number_in_name(name.substr(0, dash), "", "") == number &&
        fs::exists(entry.path() / "options.json", failed))
      found.push_back(entry.path());
  }
  std::ranges::sort(found);
  if (found.size() > 1)
    throw UsageError(std::to_string(found.size()) + " runs have this number", path.string(),
                     found[0].string() + " or " + found[1].string());
  return found.empty() ? path : found[0];
}

Path best_network(const Path& run) {
  if (const Path best = run / kBestNetwork; std::filesystem::exists(best))
    return run / std::filesystem::canonical(best).filename();
  if (const Path stopped = run / kStoppedNetwork; std::filesystem::exists(stopped)) return stopped;
  const std::vector<std::string> all = network_files(run);
  if (all.empty())
    throw Error("this run has no network yet", run.string(),
                "each snapshot and each stop writes one; `gannet runs show` tells its state");
  return run / all.back();
}

namespace {

namespace fs = std::filesystem;

// RUN and what follows its '@'; the whole where there is none, or a file of that name.
struct Named {
  Path path;
  std::string which;
};
Named named(const Path& network) {
  const std::string text = network.string();
  const size_t at = text.rfind('@');
  std::error_code failed;
  if (at == std::string::npos || at == 0 || fs::exists(network, failed) ||
      text.find('/', at) != std::string::npos)
    return {run_by_number(network), ""};
  const Path before = run_by_number(text.substr(0, at));
  if (!fs::is_directory(before, failed)) return {network, ""};
  return {before, at + 1 < text.size() ? text.substr(at + 1) : " "};
}

Path run_folder(const Path& path) {
  if (!fs::exists(path / "options.json"))
    throw Error("not a run directory: it has no options.json", path.string());
  return path.has_filename() ? path : path.parent_path();  // "runs/x/"
}

std::string kimg_text(double kimg) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", kimg);
  return text;
}

// The kimg of each snapshot's network, by snapshots.jsonl: the files' names are rounded down.
std::map<std::string, double> kimg_of_snapshots(const Path& run) {
  std::map<std::string, double> all;
  const Path file = run / "snapshots.jsonl";
  if (!fs::exists(file)) return all;
  std::istringstream lines(read_text(file));
  for (std::string line; std::getline(lines, line);) {
    const auto object = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!object.is_object() || !object.contains("network") || !object.contains("kimg")) continue;
    if (object["network"].is_string() && object["kimg"].is_number())
      all[object["network"].get<std::string>()] = object["kimg"].get<double>();
  }
  return all;
}

// By kimg as snapshots.jsonl and reports have it (40.192), else as in the names of the files: 40 is
// the last of network-000040 and network-000040_512. Empty where there is none.
std::string find_network_at(const std::vector<std::string>& networks,
                            const std::map<std::string, double>& snapshots, double kimg) {
  std::string exact, named, rounded;
  for (const std::string& name : networks) {
    const auto known = snapshots.find(name);
    const int64_t images = images_in_name(name, kPrefix, kSuffix);
    const auto asked = static_cast<double>(images);
    if (known != snapshots.end() && std::abs(known->second - kimg) < 0.0005) exact = name;
    if (std::abs(asked - 1000 * kimg) < 0.5 || std::floor(asked / 1000) == kimg) named = name;
    if (images % 1000 == 0 && asked / 1000 == std::floor(kimg)) rounded = name;
  }
  return !exact.empty() ? exact : !named.empty() ? named : rounded;
}

// `typed`: the run as it was named.
Path network_at(const Path& run, const std::string& typed, const std::string& which) {
  double kimg = 0;
  const auto [end, error] = std::from_chars(which.data(), which.data() + which.size(), kimg);
  if (error != std::errc() || end != which.data() + which.size())
    throw UsageError("expected best, last or a number of kimg after '@'",
                     run.string() + "@" + (which == " " ? "" : which),
                     run.string() + "@last is the newest; @40 is that of 40 kimg");
  const std::vector<std::string> networks = network_files(run);
  const std::map<std::string, double> snapshots = kimg_of_snapshots(run);
  if (const std::string found = find_network_at(networks, snapshots, kimg); !found.empty())
    return run / found;
  std::string there, last;
  for (const std::string& name : networks) {
    const auto known = snapshots.find(name);
    last = kimg_text(known != snapshots.end()
                         ? known->second
                         : static_cast<double>(images_in_name(name, kPrefix, kSuffix)) / 1000);
    there += (there.empty() ? "" : ", ") + last;
  }
  throw Error("this run has no network at " + which + " kimg", run.string(),
              there.empty() ? "" : "--network " + typed + "@" + last + "; there are: " + there);
}

Path newest_network(const Path& run) {
  if (const Path stopped = run / kStoppedNetwork; fs::exists(stopped)) return stopped;
  const std::vector<std::string> all = network_files(run);
  return all.empty() ? best_network(run) : run / all.back();
}

// "fd2k 8.21, recall2k 0.41" of one network, from the run's metrics.jsonl.
std::string figures_of(const Path& file) {
  std::string figures;
  for (const nlohmann::json& each : metrics_of_network(file)) {
    char value[32];
    std::snprintf(value, sizeof value, " %.4g", each["value"].get<double>());
    figures += (figures.empty() ? "" : ", ") + each["metric"].get<std::string>() + value;
  }
  return figures;
}

}  // namespace

Path network_path(const Path& network) {
  if (names_zoo(network)) return zoo_network(network), network;
  const auto [path, which] = named(network);
  if (!fs::exists(path) && number_in_name(path.filename().string(), "", "") >= 0)
    throw Error("no such file, and no run of this number", path.string(),
                "`gannet runs list` shows them");
  if (!fs::is_directory(path)) return path;
  const Path run = run_folder(path);
  if (which == "last") return newest_network(run);
  if (!which.empty() && which != "best") {
    const std::string typed = network.string();
    return network_at(run, typed.substr(0, typed.rfind('@')), which);
  }
  if (which == "best" && !fs::exists(run / kBestNetwork))
    throw Error("this run has no best network: it measured no metric", run.string(),
                "--network " + run.string() + "@last");
  return best_network(run);
}

std::string why_network(const Path& network) {
  if (names_zoo(network)) return "";
  const auto [path, which] = named(network);
  if (!fs::is_directory(path)) return "";
  const Path run = run_folder(path), file = network_path(network);
  const std::string figures = figures_of(file);
  const std::string with = figures.empty() ? "" : ": " + figures;
  if (which == "last") return "the newest network of the run" + with;
  if (!which.empty() && which != "best") return "the network at " + which + " kimg" + with;
  const std::string last = newest_network(run).filename().string();
  if (fs::exists(run / kBestNetwork))
    return "the best of the run by " + figures.substr(0, figures.find(' ')) + with +
           (last == file.filename()
                ? ", and the newest"
                : "; the newest is " + last + ": --network " + run.string() + "@last");
  return "the newest network of the run, which measured no metric";
}

}  // namespace gannet
