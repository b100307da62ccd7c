#include "gannet/data/files/detail/splits.h"

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/data/detail/checks.h"

namespace gannet {
namespace {

bool is_train(const std::string& folder) { return lower_case(folder) == "train"; }

bool is_test(const std::string& folder) {
  const std::string name = lower_case(folder);
  return name == "test" || name == "val" || name == "valid" || name == "validation";
}

}  // namespace

bool is_split_name(const std::string& folder) { return is_train(folder) || is_test(folder); }

Split choose_split(SampleItems items, DataKind kind, const std::string& split,
                   const std::string& source) {
  const bool test = split_number(split) == 1;
  const std::string root = common_folder(items);
  const std::vector<std::string> folders = sub_folders(items, root);
  const bool are_splits = folders.size() > 1 && std::ranges::all_of(folders, is_split_name);
  if (!are_splits) {
    if (test)
      throw UsageError(
          "no test split: " + std::string(plural_of(kind)) + " are not in folders train/ and test/",
          source, "name the test set's own folder");
    return {.items = std::move(items), .root = "", .decision = {}};
  }
  const auto chosen = std::ranges::find_if(folders, test ? is_test : is_train);
  if (chosen == folders.end()) throw UsageError("no folder train/ in it", source);
  const std::string folder = root + *chosen + "/";
  return {.items = items_below(items, folder),
          .root = folder,
          .decision = Decision{"split", split,
                               std::string(plural_of(kind)) + " of " + *chosen + "/ alone"}};
}

}  // namespace gannet
