#include "gannet/data/registry.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <variant>

#include "gannet/base/error.h"
#include "gannet/base/file_names.h"
#include "gannet/base/options.h"
#include "gannet/base/spelling.h"
#include "gannet/data/detail/checks.h"
#include "gannet/data/fetched_sets.h"
#include "gannet/data/files/detail/array_images.h"
#include "gannet/data/files/detail/cifar.h"
#include "gannet/data/files/detail/idx.h"
#include "gannet/data/files/detail/pixel_table.h"
#include "gannet/data/files/detail/points.h"
#include "gannet/data/files/load_files.h"
#include "gannet/data/synthetic/detail/gaussian.h"
#include "gannet/data/synthetic/detail/shapes_dataset.h"
#include "gannet/data/synthetic/detail/stacked.h"
#include "gannet/data/synthetic/detail/tones_dataset.h"

namespace gannet {
namespace {

const std::vector<BuiltInSource>& sources() {
  static const std::vector<BuiltInSource> table = [] {
    std::vector<BuiltInSource> all;
    for (auto make :
         {idx_sources, stacked_sources, gaussian_sources, shapes_sources, tones_sources})
      for (BuiltInSource& source : make()) all.push_back(std::move(source));
    return all;
  }();
  return table;
}

// What is fetched for it.
std::string files_of(const BuiltInSource& source) {
  return source.about.made_of.empty() ? source.about.name : source.about.made_of;
}

bool is_complete(const BuiltInSource& source) {
  return std::all_of(source.files.begin(), source.files.end(), [&](const std::string& file) {
    return !plain_or_gzipped(Path(data_folder()) / files_of(source) / file).empty();
  });
}

std::unique_ptr<Dataset> open_built_in(const BuiltInSource& source, const SourceOptions& options) {
  split_number(options.split);
  refuse_options_of_images(source.about.name, options, source.about.takes_image_size);
  if (options.gaps != "refuse") throw UsageError("--gaps is for tables", source.about.name);
  if (!is_complete(source))
    throw Error("data set is not here yet", (Path(data_folder()) / files_of(source)).string(),
                "gannet data fetch " + files_of(source));
  return source.open(source, options);
}

std::unique_ptr<Dataset> open_file(const Path& path, const SourceOptions& options) {
  const std::string extension = lower_case(path.extension().string());
  const bool array = extension == ".npy" || extension == ".npz";
  if (options.gaps != "refuse" && !is_table_name(path) && !array)
    throw UsageError("--gaps is for tables", path.string());
  if (std::error_code none; std::filesystem::file_size(path, none) == 0 && !none)
    throw Error("file is empty", path.string());
  if (array) return open_array(path, options);
  if (is_cifar_folder(path)) return open_cifar(path, options);
  refuse_cifar_parts(path);
  if (!is_table_name(path)) refuse_media_file(path);
  const bool points = options.files.kind == "points";
  if (is_table_name(path) && !points)
    if (std::unique_ptr<Dataset> images = open_pixel_table(path, options)) return images;
  SourceOptions of_file = options;
  if (points) of_file.files.kind = "auto";
  refuse_options_of_images(path.string(), of_file);
  if (split_number(options.split) != 0)
    throw UsageError("a file has no test split", path.string(), "name the test set's own file");
  if (is_table_name(path)) return open_table(path, options);
  return open_idx(path, find_idx_labels(path), {}, path.filename().string(), options);
}

bool looks_like_a_path(const std::string& source) {
  return source.find_first_of("/.") != std::string::npos;
}

std::unique_ptr<Dataset> open_files(const ResolvedSource& source) {
  const SourceOptions& options = source.options;
  if (options.gaps != "refuse") throw UsageError("--gaps is for tables", source.path);
  return std::visit([&](auto&& set) { return make_dataset(std::move(set), options); },
                    load_files(source));
}

// Sets that people know by name, and that each must bring.
bool is_known_elsewhere(const std::string& source) {
  constexpr std::array kNames = {
      "celeba",   "ffhq",        "afhq",       "lsun",   "cifar",       "imagenet", "stl10",
      "svhn",     "coco",        "mscoco",     "cub",    "flowers",     "anime",    "horse2zebra",
      "facades",  "edges2shoes", "cityscapes", "maps",   "librispeech", "nsynth",   "sc09",
      "ljspeech", "ucf101",      "kmnist",     "emnist", "usps",        "omniglot", "celebahq"};
  std::string name = lower_case(source);
  std::erase_if(name, [](char c) { return c == '-' || c == '_' || c == ' '; });
  return std::ranges::any_of(kNames, [&](const char* known) { return name.starts_with(known); });
}

[[noreturn]] void fail_unknown(const std::string& source) {
  if (source.find("://") != std::string::npos)
    throw UsageError("is an address, expected a file or folder here", source,
                     "download it, then --data FILE");
  if (looks_like_a_path(source)) throw Error("no such file", source, kSourceForms);
  if (is_known_elsewhere(source))
    throw UsageError("not among the sets that Gannet fetches", source,
                     "download it, then --data FOLDER: docs/data.md says how its files are read");
  std::vector<std::string> names;
  for (const BuiltInSet& set : built_in_sets()) names.push_back(set.name);
  const std::string near = closest_name(source, names);
  throw UsageError("unknown data set", source,
                   near.empty() ? kSourceForms : "did you mean " + near + "?");
}

}  // namespace

std::unique_ptr<Dataset> open_dataset(const std::string& source, const SourceOptions& options) {
  for (const BuiltInSource& s : sources())
    if (s.about.name == source) return open_built_in(s, options);
  if (source.empty()) throw UsageError("no data set named", "--data", kSourceForms);
  if (const ResolvedSource files = resolve_source(source, options); names_files(files.path))
    return open_files(files);
  std::error_code ignored;
  if (!std::filesystem::exists(find_path(source), ignored)) fail_unknown(source);
  return open_file(source, options);
}

std::string absolute_source(const std::string& source) {
  const auto absolute = [](const std::string& path) {
    return std::filesystem::absolute(path).lexically_normal().string();
  };
  for (const BuiltInSource& s : sources())
    if (s.about.name == source) return source;
  if (names_fetched_set(source) && source.find('/') == std::string::npos) return source;
  if (const std::string path = resolve_source(source).path; path != source)
    return absolute_source(path);
  if (const auto two = two_sources(source))
    return absolute(two->first) + ":" + absolute(two->second);
  std::error_code ignored;
  return std::filesystem::exists(find_path(source), ignored) ? absolute(source) : source;
}

bool takes_image_size(const std::string& source) {
  return names_fetched_set(source) || names_files(source) || built_in_takes_image_size(source);
}

Modes known_modes(const std::string& source) { return gaussian_modes(source); }

std::string stacked_set(const std::string& source) { return stacked_set_of(source); }

const std::vector<BuiltInSet>& built_in_sets() {
  static const std::vector<BuiltInSet> list = [] {
    std::vector<BuiltInSet> all;
    for (const BuiltInSource& source : sources()) all.push_back(source.about);
    for (const FetchedSet& set : fetched_sets()) all.push_back(set.about);
    return all;
  }();
  return list;
}

bool built_in_takes_image_size(const std::string& source) {
  return std::ranges::any_of(
      sources(), [&](const auto& s) { return s.about.takes_image_size && s.about.name == source; });
}

bool is_fetched(const BuiltInSet& set) {
  for (const BuiltInSource& source : sources())
    if (source.about.name == set.name) return is_complete(source);
  for (const FetchedSet& fetched : fetched_sets())
    if (fetched.about.name == set.name) return fetched.is_here();
  return false;
}

std::string data_folder() {
  if (const char* folder = std::getenv("GANNET_DATA"); folder && *folder) return folder;
  if (const char* home = std::getenv("HOME"); home && *home)
    return std::string(home) + "/.cache/gannet";
  throw Error("no folder for data sets: neither GANNET_DATA nor HOME is set", "",
              "export GANNET_DATA=FOLDER");
}

}  // namespace gannet
