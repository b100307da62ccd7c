#include "gannet/models/network_path.h"

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/base/numbered_files.h"

namespace gannet {
namespace {

constexpr std::string_view kPrefix = "network-", kSuffix = ".safetensors";

}  // namespace

std::string snapshot_number(int64_t images_seen, bool exact) {
  return zero_padded(images_seen / 1000, 6) +
         (exact ? "_" + zero_padded(images_seen % 1000, 3) : "");
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

Path network_path(const Path& network) {
  if (!std::filesystem::is_directory(network)) return network;
  if (!std::filesystem::exists(network / "options.json"))
    throw Error("not a run directory: it has no options.json", network.string());
  return best_network(network.has_filename() ? network : network.parent_path());  // "runs/x/"
}

}  // namespace gannet
