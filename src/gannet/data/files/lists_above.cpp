#include "gannet/data/files/detail/lists_above.h"

#include <filesystem>
#include <vector>

#include "gannet/base/error.h"
#include "gannet/data/files/detail/file_table.h"

namespace gannet {
namespace {

constexpr uint64_t kMostBytes = uint64_t{1} << 29;

std::vector<std::string> usual_lists(const std::string& folder) {
  return {"annotations/captions_" + folder + ".json",
          "annotations.csv",
          "labels.csv",
          "labels.tsv",
          "labels.txt",
          "attributes.csv",
          "metadata.csv",
          "metadata.jsonl",
          "captions.csv",
          "captions.txt",
          "captions.json",
          "list_attr_celeba.txt",
          "list_attr_celeba.csv",
          "Anno/list_attr_celeba.txt",
          "Flickr8k.token.txt",
          "Flickr8k_text/Flickr8k.token.txt",
          "results_20130124.token",
          "splits.csv",
          "train.txt",
          "images.txt"};
}

// Lists that are read beside others alone.
bool is_of_a_set(const Path& folder, const std::string& name) {
  std::error_code none;
  const auto beside = [&](const char* other) {
    return std::filesystem::is_regular_file(folder / other, none);
  };
  if (name == "images.txt") return beside("train_test_split.txt");
  return name != "train.txt" || beside("test.txt") || beside("val.txt");
}

bool names_items(const Path& list, const SampleItems& items) {
  try {
    return read_file_table(items, read_file(list, kMostBytes), {.name = list.string(), .root = ""})
        .has_value();
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

std::optional<Decision> lists_above(const Path& folder, const SampleItems& items) {
  std::error_code failed;
  const Path here = std::filesystem::weakly_canonical(folder, failed);
  const Path above = here.parent_path();
  if (failed || above.empty() || above == here) return {};
  for (const std::string& name : usual_lists(here.filename().string())) {
    const Path list = above / name;
    if (!is_of_a_set(above, name)) continue;
    if (!std::filesystem::is_regular_file(list, failed) || !names_items(list, items)) continue;
    const std::string around = std::filesystem::proximate(above, failed).string();
    const std::string shown = name == "images.txt" ? "train_test_split.txt" : name;
    return Decision{
        "labels", "not read",
        shown + " in the folder around this one names these files: --data " + around + " reads it"};
  }
  return {};
}

}  // namespace gannet
