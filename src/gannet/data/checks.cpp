#include "gannet/data/detail/checks.h"

#include <algorithm>
#include <array>
#include <vector>

#include "gannet/base/error.h"

namespace gannet {
namespace {

struct SourceFields : Fields {
  explicit SourceFields(SourceOptions of) : options(std::move(of)) {}
  void fields(FieldVisitor& visitor) override { source_fields(visitor, options); }
  SourceOptions options;
};

}  // namespace

uint32_t split_number(const std::string& split) {
  if (split == "train") return 0;
  if (split == "test") return 1;
  if (split == "val")
    throw UsageError("only folders and zips have a validation split, here there are train and test",
                     "--split val", "--split test");
  throw UsageError("unknown split '" + split + "', expected train or test", "--split");
}

int64_t limited(int64_t size, const SourceOptions& options) {
  if (options.limit < 0)
    throw UsageError("limit is " + std::to_string(options.limit) + ", expected 0 (all) or more",
                     "");
  return options.limit > 0 ? std::min(size, options.limit) : size;
}

void check_index(int64_t index, int64_t size) {
  if (index < 0 || index >= size)
    throw Error("sample " + std::to_string(index) + " of " + std::to_string(size) + " requested",
                "");
}

std::string given_options(const SourceOptions& options, std::span<const char* const> names) {
  SourceFields set(options), none({});
  const std::vector<FieldText> fields = list_fields(set), plain = list_fields(none);
  std::vector<std::string> given;
  for (size_t i = 0; i < fields.size(); ++i)
    if (std::ranges::find(names, fields[i].name) != names.end() &&
        fields[i].value != plain[i].value)
      given.push_back("--" + fields[i].name);
  std::string text;
  for (size_t i = 0; i < given.size(); ++i)
    text += (i == 0 ? "" : i + 1 == given.size() ? " and " : ", ") + given[i];
  return text.empty() ? "" : text + (given.size() == 1 ? " is" : " are");
}

void refuse_options_of_images(const std::string& source, const SourceOptions& options,
                              bool takes_size) {
  if (options.image_size > 0 && !takes_size)
    throw UsageError("--image-size is for procedural images, folders and zips", source,
                     "--data shapes, or a folder of images");
  constexpr std::array<const char*, 9> kOfFolders = {"crop",        "filter",    "background",
                                                     "value-range", "labels",    "pairs",
                                                     "direction",   "bad-files", "kind"};
  if (const std::string given = given_options(options, kOfFolders); !given.empty())
    throw UsageError(given + " for folders and zips", source);
  if (options.rate > 0 || options.length > 0 || options.frames > 0)
    throw UsageError(
        "--rate, --length and --frames are for folders and zips of audio clips and videos", source);
}

}  // namespace gannet
