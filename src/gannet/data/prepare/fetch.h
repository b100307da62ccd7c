// Fetches a built-in set from the packages that contain it, or generates it: runs
// scripts/data/NAME.sh, embedded in the library with its helpers, so that an installed program
// works without the source tree.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace gannet {

// Fetches into data_folder()/NAME, at once where it is complete already. The script's progress goes
// to standard output. Throws UsageError for a set that needs no fetching, Error with the script's
// last line when it fails. `settings`: parameters of the set, as {"count", "5000"}; each script
// refuses those it does not take.
void fetch(const std::string& name, const std::map<std::string, std::string>& settings = {});

// The embedded files of scripts/data; written by the build. A set has the script NAME.sh.
struct FetchScript {
  std::string name, text;
};
const std::vector<FetchScript>& fetch_scripts();

}  // namespace gannet
