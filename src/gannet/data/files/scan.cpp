#include "gannet/data/files/detail/scan.h"

#include <algorithm>
#include <map>

#include "gannet/base/error.h"
#include "gannet/base/file_names.h"
#include "gannet/data/detail/checks.h"
#include "gannet/data/files/detail/name_words.h"
#include "gannet/formats/audio_file.h"
#include "gannet/formats/file_type.h"
#include "gannet/formats/image_file.h"

namespace gannet {
namespace {

// The images of each folder, in the order of their names, as one video; or as one of each word that
// the names have beside a number (walk_001.png, run_001.png), as far as these are clips
// (clip_words).
class Videos {
 public:
  Videos(const SampleItems& images, int64_t frames) {
    for (const SampleItem& image : images) folders_[folder_of(image.name)].push_back(image);
    for (const auto& [folder, all] : folders_)
      if (ClipWords words = clip_words(all, frames); !words.clips.empty())
        (words.apart ? apart_ : together_).emplace(folder, std::move(words.clips));
  }

  // Adds images that lie among clips and belong to none to `left_out` and `others`.
  SampleItems items(LeftOutList& left_out, std::vector<std::string>& others) const {
    std::map<std::string, SampleItem, NaturalLess> videos;
    for (const auto& [folder, images] : folders_) {
      const auto clips = apart_.find(folder);
      for (const SampleItem& frame : images) {
        const std::string word = name_word(frame.name);
        if (clips != apart_.end() && std::ranges::count(clips->second, word) == 0) {
          leave_out(left_out,
                    {.what = "images beside clips, of none of them", .could_be_data = true},
                    frame.name);
          others.push_back(frame.name);
          continue;
        }
        const std::string name = clips != apart_.end() ? folder + word : whole(folder);
        SampleItem& video = videos[name];
        if (video.frames.empty()) video.name = name, video.file = frame.file;
        video.frames.push_back(frame.file);
      }
    }
    SampleItems all;
    for (auto& [name, video] : videos) all.push_back(std::move(video));
    return all;
  }

  std::optional<Decision> decision() const {
    if (!apart_.empty())
      return Decision{"videos", "by names",
                      in(apart_) + "names are a number and one of " +
                          listed_words(apart_.begin()->second) + ": each is a video"};
    if (together_.empty()) return {};
    return Decision{"videos", "by folders",
                    in(together_) + "names are a number and one of " +
                        listed_words(together_.begin()->second) +
                        ", and all are one video; a folder for each makes them several"};
  }

 private:
  using Words = std::map<std::string, std::vector<std::string>, NaturalLess>;  // by folder

  static std::string in(const Words& words) {
    if (words.size() > 1) return "in " + std::to_string(words.size()) + " folders ";
    const std::string& folder = words.begin()->first;
    return folder.empty() ? "in one folder " : "in " + folder + " ";
  }

  // The one video of a folder: "b", or, as deep as those that others are parted into, so that the
  // folder around them is the class of both, "b/b".
  std::string whole(const std::string& folder) const {
    if (folder.empty()) return ".";
    const std::string own = folder.substr(0, folder.size() - 1);
    return apart_.empty() ? own : folder + own.substr(folder_of(own).size());
  }

  std::map<std::string, SampleItems, NaturalLess> folders_;
  Words apart_, together_;
};

// What editors and interrupted downloads leave beside the files.
bool is_spare_copy(const std::string& name) {
  const std::string lower = lower_case(name);
  for (const char* end :
       {"~", ".bak", ".tmp", ".temp", ".part", ".crdownload", ".download", ".orig", ".swp"})
    if (lower.ends_with(end)) return true;
  return false;
}

LeftOut kind_left_out(const FileType& type, const std::string& name) {
  LeftOut kind;
  if (!type.name.empty()) {
    kind.what = type.several;
    kind.one = type.one.substr(type.one.find(' ') + 1);
    kind.advice = type.advice;
    kind.could_be_data =
        type.name == "lfs" || (type.kind != MediaKind::other && type.kind != MediaKind::text);
    return kind;
  }
  constexpr size_t kLongestEnding = 9;
  const std::string own = name.substr(folder_of(name).size());
  const size_t dot = own.rfind('.');
  std::string ending = dot == std::string::npos ? "" : lower_case(own.substr(dot));
  if (ending.size() > kLongestEnding ||
      ending.find_last_not_of("abcdefghijklmnopqrstuvwxyz") != 0)  // IM.0001 has none
    ending.clear();
  kind.what = ending.empty() ? "files of no known kind" : ending + " files";
  kind.one = ending.empty() ? "file of no known kind" : ending + " file";
  return kind;
}

// What a file without the name of an image or an audio clip is.
enum class Found { image, audio, other };

Found look_into(const std::string& name, size_t index, const ReadStart& start, LeftOutList& list) {
  if (is_spare_copy(name)) {
    leave_out(list,
              {.what = "unfinished files and spare copies", .one = "unfinished file or spare copy"},
              name);
    return Found::other;
  }
  const FileType named = file_type_of_name(name);
  // The raw images of many cameras are TIFFs by their first bytes, of a thumbnail.
  const bool plain =
      named.kind == MediaKind::text || named.kind == MediaKind::archive || named.name == "raw";
  const Bytes bytes = start && !plain ? start(index) : Bytes();
  if (!image_format(bytes).empty()) return Found::image;
  if (!audio_format(bytes).empty()) return Found::audio;
  leave_out(list, kind_left_out(file_type(bytes, name), name), name);
  return Found::other;
}

std::string number_of(const SampleItems& items, DataKind kind) {
  return std::to_string(items.size()) + " " +
         (items.size() == 1 ? kind == DataKind::audio ? "audio clip" : "image"
                            : std::string(plural_of(kind)));
}

bool asks_for_images(const SourceOptions& options) {
  return options.image_size > 0 || options.frames > 0 || options.files.pairs != "auto";
}

}  // namespace

Scan scan(const std::vector<std::string>& names, const std::vector<std::string>& unsafe_names,
          size_t tree, const ReadStart& start) {
  Scan found{
      .images = {}, .audio = {}, .other_files = {}, .unsafe_names = unsafe_names, .left_out = {}};
  for (size_t i = 0; i < names.size(); ++i) {
    const SampleItem item{.name = names[i], .file = {tree, i}, .input = {}};
    if (names[i].substr(folder_of(names[i]).size()) == kDatasetJson) continue;
    const Found what = has_image_name(names[i])   ? Found::image
                       : has_audio_name(names[i]) ? Found::audio
                                                  : look_into(names[i], i, start, found.left_out);
    if (what == Found::image)
      found.images.push_back(item);
    else if (what == Found::audio)
      found.audio.push_back(item);
    else
      found.other_files.push_back(names[i]);
  }
  return found;
}

void take_back(LeftOutList& list, const std::vector<std::string>& used,
               const std::vector<std::string>& others) {
  const auto kind = [](const std::string& name) {
    return kind_left_out(file_type_of_name(name), name).what;
  };
  for (const std::string& name : used) {
    const auto found = std::ranges::find(list, kind(name), &LeftOut::what);
    if (found == list.end()) continue;
    if (--found->files == 0) {
      list.erase(found);
      continue;
    }
    const auto other = std::ranges::find_if(
        others, [&](const std::string& left) { return kind(left) == found->what; });
    if (other != others.end()) found->first = *other;
  }
}

KindChoice choose_kind(const Scan& scan, const SourceOptions& options) {
  const std::string& kind = options.files.kind;
  const DataKind visual = options.frames > 0 ? DataKind::video : DataKind::image;
  if (kind == "points")
    throw UsageError("points are in tables and arrays, not in folders", "--kind points",
                     "--data FILE.csv");
  if (kind == "video" && options.frames == 0)
    throw UsageError("the number of frames of a video is not given", "--kind video",
                     "--kind video --frames 16");
  if (kind == "images" && options.frames > 0)
    throw UsageError("--frames makes videos of folders of images", "--kind images",
                     "--kind video, or no --frames");
  if (kind != "auto") return {kind == "audio" ? DataKind::audio : visual, {}};
  if (scan.audio.empty()) return {visual, {}};
  if (scan.images.empty()) return {DataKind::audio, {}};
  const bool by_options = asks_for_images(options) || options.rate > 0 || options.length > 0;
  const bool images =
      by_options ? asks_for_images(options) : scan.images.size() >= scan.audio.size();
  const std::string kept = images ? number_of(scan.images, DataKind::image)
                                  : number_of(scan.audio, DataKind::audio),
                    left = images ? number_of(scan.audio, DataKind::audio)
                                  : number_of(scan.images, DataKind::image);
  return {images ? visual : DataKind::audio,
          Decision{"kind", images ? options.frames > 0 ? "video" : "images" : "audio",
                   kept + "; left out: " + left + " (--kind " + (images ? "audio" : "images") +
                       " takes them instead)"}};
}

void check_options(DataKind kind, const SourceOptions& options, const std::string& source) {
  const auto refuse = [&](std::initializer_list<const char*> names, const char* of) {
    if (const std::string given = given_options(options, {names.begin(), names.size()});
        !given.empty())
      throw UsageError(given + " for " + of + ", and the data is " + std::string(plural_of(kind)),
                       source);
  };
  if (kind == DataKind::audio) {
    refuse({"image-size", "crop", "filter", "background", "value-range", "pairs", "direction"},
           "images");
    refuse({"frames"}, "videos");
  } else {
    refuse({"rate", "length"}, "audio clips");
  }
  if (kind == DataKind::video) refuse({"pairs", "direction"}, "images");
}

KindItems items_of_kind(Scan scan, DataKind kind, bool named, int64_t frames) {
  const bool audio = kind == DataKind::audio;
  KindItems found;
  found.other_files = std::move(scan.other_files);
  found.left_out = std::move(scan.left_out);
  for (const SampleItem& item : audio ? scan.images : scan.audio) {
    found.other_files.push_back(item.name);
    leave_out(found.left_out,
              {.what = audio ? "images" : "audio clips",
               .advice = audio ? "--kind images takes them" : "--kind audio takes them",
               .one = audio ? "image" : "audio clip",
               .named = named},
              item.name);
  }
  for (const std::string& name : scan.unsafe_names)
    if (audio ? has_audio_name(name) : has_image_name(name))
      found.problems.push_back({name, "the name leads out of the zip"});
  if (kind == DataKind::video) {
    const Videos videos(scan.images, frames);
    found.items = videos.items(found.left_out, found.other_files);
    found.decision = videos.decision();
  } else {
    found.items = std::move(audio ? scan.audio : scan.images);
  }
  std::ranges::sort(found.other_files, NaturalLess());
  return found;
}

}  // namespace gannet
