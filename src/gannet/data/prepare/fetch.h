// Fetching a built-in set from the packages that hold it, or making it: runs scripts/data/NAME.sh,
// which is embedded in the library with what it needs beside it, so that an installed program works
// without the source tree.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace gannet {

// Fetches into data_folder()/NAME, quickly where it is there already. The script's progress goes to
// standard output. Throws UsageError for a set that is not fetched, Error with the script's last
// word when it fails. `settings` are what the set can be made by, as {"count", "5000"}: each script
// says which it takes, and refuses others.
void fetch(const std::string& name, const std::map<std::string, std::string>& settings = {});

// The embedded files of scripts/data; written by the build. A set has the script NAME.sh.
struct FetchScript {
  std::string name, text;
};
const std::vector<FetchScript>& fetch_scripts();

}  // namespace gannet
