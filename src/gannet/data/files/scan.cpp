#include "gannet/data/files/detail/scan.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "gannet/base/error.h"
#include "gannet/formats/audio_file.h"
#include "gannet/formats/image_file.h"

namespace gannet {
namespace {

// The images of each folder, in the order of their names, as one video.
SampleItems videos_of(const SampleItems& images) {
  std::map<std::string, SampleItem> videos;
  for (const SampleItem& image : images) {
    std::string folder = folder_of(image.name);
    folder = folder.empty() ? "." : folder.substr(0, folder.size() - 1);
    SampleItem& video = videos[folder];
    if (video.frames.empty()) video.name = folder, video.file = image.file;
    video.frames.push_back(image.file);
  }
  SampleItems all;
  for (auto& [folder, video] : videos) all.push_back(std::move(video));
  return all;
}

}  // namespace

Scan scan(const std::vector<std::string>& names, const std::vector<std::string>& unsafe_names,
          size_t tree) {
  Scan found{.images = {}, .audio = {}, .other_files = {}, .unsafe_names = unsafe_names};
  for (size_t i = 0; i < names.size(); ++i) {
    const SampleItem item{.name = names[i], .file = {tree, i}, .input = {}};
    if (has_image_name(names[i]))
      found.images.push_back(item);
    else if (has_audio_name(names[i]))
      found.audio.push_back(item);
    else if (names[i].substr(folder_of(names[i]).size()) != kDatasetJson)
      found.other_files.push_back(names[i]);
  }
  return found;
}

DataKind detect_kind(const Scan& scan, const SourceOptions& options) {
  if (scan.images.empty() && !scan.audio.empty()) return DataKind::audio;
  return options.frames > 0 ? DataKind::video : DataKind::image;
}

void check_options(DataKind kind, const SourceOptions& options, const std::string& source) {
  const auto refuse = [&](bool present, const char* what, const char* of) {
    if (present)
      throw UsageError(
          std::string(what) + " for " + of + ", and the data is " + std::string(plural_of(kind)),
          source);
  };
  FileOptions image_options = options.files;
  image_options.labels = FileOptions().labels;
  image_options.bad_files = FileOptions().bad_files;
  const bool audio = kind == DataKind::audio;
  refuse(audio && (options.image_size > 0 || image_options != FileOptions{}),
         "--image-size, --crop, --filter, --background, --value-range, --pairs and --direction are",
         "images");
  refuse(audio && options.frames > 0, "--frames is", "videos");
  refuse(!audio && (options.rate > 0 || options.length > 0), "--rate and --length are",
         "audio clips");
  refuse(kind == DataKind::video &&
             (options.files.pairs != "auto" || options.files.direction != "AtoB"),
         "--pairs and --direction are", "images");
}

KindItems items_of_kind(Scan scan, DataKind kind) {
  const bool audio = kind == DataKind::audio;
  KindItems found;
  found.other_files = std::move(scan.other_files);
  for (const SampleItem& item : audio ? scan.images : scan.audio)
    found.other_files.push_back(item.name);
  std::ranges::sort(found.other_files);
  for (const std::string& name : scan.unsafe_names)
    if (audio ? has_audio_name(name) : has_image_name(name))
      found.problems.push_back({name, "the name leads out of the zip"});
  if (kind == DataKind::video)
    found.items = videos_of(scan.images);
  else
    found.items = std::move(audio ? scan.audio : scan.images);
  return found;
}

}  // namespace gannet
