// The file that --network names. No torch in here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gannet/base/files.h"

namespace gannet {

// Names of networks in a run directory; kimg: thousands of real images seen.
inline constexpr std::string_view kBestNetwork = "network-best.safetensors";  // a link
std::string network_file_name(int64_t kimg);                                  // 000200

std::vector<int64_t> network_files(const Path& run);  // kimg, ascending

// The best network of a run directory, else its newest. Throws Error where there is none.
Path best_network(const Path& run);

// A network file itself, or the best network of a run directory. Throws Error for a folder that is
// no run.
Path network_path(const Path& network);

}  // namespace gannet
