#include "gannet/data/detail/built_in.h"

#include <algorithm>
#include <cstdlib>

#include "gannet/base/error.h"
#include "gannet/base/options.h"
#include "gannet/base/spelling.h"
#include "gannet/data/files/audio.h"
#include "gannet/data/files/video.h"

namespace gannet {
namespace {

constexpr const char* kForms =
    "--data takes a built-in name (gannet data list), a folder or zip of images or "
    "audio clips, an IDX file, or FILE.npy or FILE.csv of points";

const std::vector<BuiltInSource>& sources() {
  static const std::vector<BuiltInSource> table = [] {
    std::vector<BuiltInSource> all;
    for (auto make : {idx_sources, gaussian_sources, shapes_sources, tones_sources})
      for (BuiltInSource& source : make()) all.push_back(std::move(source));
    return all;
  }();
  return table;
}

bool present(const BuiltInSource& source) {
  return std::all_of(source.files.begin(), source.files.end(), [&](const std::string& file) {
    return !plain_or_gzipped(Path(data_folder()) / source.about.name / file).empty();
  });
}

// Options of folders and zips for a source that is none.
void refuse_file_options(const std::string& source, const SourceOptions& options, bool takes_size) {
  if (options.image_size > 0 && !takes_size)
    throw UsageError("--image-size is for drawn images, folders and zips", source,
                     "--data shapes, or a folder of images");
  if (options.images != ImageOptions{})
    throw UsageError(
        "--crop, --filter, --background, --labels, --pairs, --direction and --bad-files are for "
        "folders and zips of images",
        source);
  if (options.rate > 0 || options.length > 0 || options.frames > 0)
    throw UsageError(
        "--rate, --length and --frames are for folders and zips of audio clips and videos", source);
}

std::unique_ptr<Dataset> open_built_in(const BuiltInSource& source, const SourceOptions& options) {
  split_number(options.split);
  refuse_file_options(source.about.name, options, source.about.any_size);
  if (!present(source))
    throw Error("data set is not here yet", (Path(data_folder()) / source.about.name).string(),
                "gannet data fetch " + source.about.name);
  return source.open(source, options);
}

std::unique_ptr<Dataset> open_file(const Path& path, const SourceOptions& options) {
  refuse_file_options(path.string(), options, false);
  if (split_number(options.split) != 0)
    throw UsageError("a file has no test split", path.string(), "name the test set's own file");
  const std::string extension = path.extension().string();
  if (std::error_code none; std::filesystem::file_size(path, none) == 0 && !none)
    throw Error("file is empty", path.string());
  if (extension == ".npy" || extension == ".csv") return open_points(path, options);
  return open_idx(path, labels_beside(path), {}, path.filename().string(), options);
}

bool looks_like_a_path(const std::string& source) {
  return source.find_first_of("/.") != std::string::npos;
}

[[noreturn]] void fail_unknown(const std::string& source) {
  if (looks_like_a_path(source)) throw Error("no such file", source, kForms);
  std::vector<std::string> names;
  for (const BuiltInSource& s : sources()) names.push_back(s.about.name);
  const std::string near = closest_name(source, names);
  throw UsageError("unknown data set", source,
                   near.empty() ? kForms : "did you mean " + near + "?");
}

}  // namespace

void Dataset::draw(int64_t index, const Address&, Sample& into) const { get(index, into); }

std::string Dataset::caption(int64_t index) const {
  Sample sample;
  get(index, sample);
  return sample.caption;
}

std::unique_ptr<Dataset> open_files(const std::string& source, const SourceOptions& options) {
  Collection found = collect(source, options);
  if (found.medium == Medium::audio)
    return make_dataset(load_audio(std::move(found), options), options);
  if (found.medium == Medium::video)
    return make_dataset(load_videos(std::move(found), options), options);
  return make_dataset(load_images(std::move(found), options), options);
}

std::unique_ptr<Dataset> open_dataset(const std::string& source, const SourceOptions& options) {
  for (const BuiltInSource& s : sources())
    if (s.about.name == source) return open_built_in(s, options);
  if (source.empty()) throw UsageError("no data set named", "--data", kForms);
  if (names_files(source)) return open_files(source, options);
  std::error_code ignored;
  if (!std::filesystem::exists(source, ignored)) fail_unknown(source);
  return open_file(source, options);
}

std::string absolute_source(const std::string& source) {
  const auto absolute = [](const std::string& path) {
    return std::filesystem::absolute(path).lexically_normal().string();
  };
  for (const BuiltInSource& s : sources())
    if (s.about.name == source) return source;
  if (const auto two = two_sources(source))
    return absolute(two->first) + ":" + absolute(two->second);
  std::error_code ignored;
  return std::filesystem::exists(source, ignored) ? absolute(source) : source;
}

Modes known_modes(const std::string& source) { return gaussian_modes(source); }

const std::vector<BuiltIn>& built_in_sets() {
  static const std::vector<BuiltIn> list = [] {
    std::vector<BuiltIn> all;
    for (const BuiltInSource& source : sources()) all.push_back(source.about);
    return all;
  }();
  return list;
}

bool is_drawn_at_any_size(const std::string& source) {
  return std::ranges::any_of(
      sources(), [&](const auto& s) { return s.about.any_size && s.about.name == source; });
}

bool is_fetched(const BuiltIn& set) {
  for (const BuiltInSource& source : sources())
    if (source.about.name == set.name) return present(source);
  return false;
}

std::string data_folder() {
  if (const char* folder = std::getenv("GANNET_DATA"); folder && *folder) return folder;
  if (const char* home = std::getenv("HOME"); home && *home)
    return std::string(home) + "/.cache/gannet";
  throw Error("no folder for data sets: neither GANNET_DATA nor HOME is set", "",
              "export GANNET_DATA=FOLDER");
}

Path plain_or_gzipped(const Path& path) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path, ignored)) return path;
  const Path zipped = path.string() + ".gz";
  return std::filesystem::is_regular_file(zipped, ignored) ? zipped : Path();
}

uint32_t split_number(const std::string& split) {
  if (split == "train") return 0;
  if (split == "test") return 1;
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
    throw Error("sample " + std::to_string(index) + " of " + std::to_string(size) + " asked for",
                "");
}

}  // namespace gannet
