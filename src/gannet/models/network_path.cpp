#include "gannet/models/network_path.h"

#include "gannet/base/error.h"
#include "gannet/base/numbered_files.h"

namespace gannet {
namespace {

constexpr std::string_view kPrefix = "network-", kSuffix = ".safetensors";

}  // namespace

std::string network_file_name(int64_t kimg) {
  return std::string(kPrefix) + zero_padded(kimg, 6) + std::string(kSuffix);
}

std::vector<int64_t> network_files(const Path& run) {
  return numbered_files(run, kPrefix, kSuffix);
}

Path best_network(const Path& run) {
  if (const Path best = run / kBestNetwork; std::filesystem::exists(best))
    return run / std::filesystem::canonical(best).filename();
  const std::vector<int64_t> all = network_files(run);
  if (all.empty())
    throw Error("this run has no network yet", run.string(),
                "each snapshot writes one; `gannet runs show` tells its state");
  return run / network_file_name(all.back());
}

Path network_path(const Path& network) {
  if (!std::filesystem::is_directory(network)) return network;
  if (!std::filesystem::exists(network / "options.json"))
    throw Error("not a run directory: it has no options.json", network.string());
  return best_network(network.has_filename() ? network : network.parent_path());  // "runs/x/"
}

}  // namespace gannet
