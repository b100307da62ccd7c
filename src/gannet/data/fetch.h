// Fetching a built-in set from the packages that hold it: runs scripts/data/NAME.sh, which is
// embedded in the library, so that an installed program works without the source tree.
#pragma once

#include <string>
#include <vector>

namespace gannet {

// Fetches into data_folder()/NAME, quickly where it is there already. The script's progress goes to
// standard output. Throws UsageError for a set that is not fetched, Error with the script's last
// word when it fails.
void fetch(const std::string& name);

// The embedded scripts; written by the build.
struct FetchScript {
  std::string name, text;
};
const std::vector<FetchScript>& fetch_scripts();

}  // namespace gannet
