#include "gannet/data/fetched_sets.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "gannet/base/error.h"
#include "gannet/base/files.h"
#include "gannet/data/detail/checks.h"

namespace gannet {
namespace {

bool path_exists(const Path& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

Path folder_of(const FetchedSet& set) { return Path(data_folder()) / set.about.name; }

// NAME or NAME/PART of a fetched set.
struct SetPart {
  const FetchedSet* set = nullptr;
  std::string part;
};

SetPart find_part(const std::string& source) {
  if (source.find(':') != std::string::npos) return {};  // two sources
  const size_t slash = source.find('/');
  for (const FetchedSet& set : fetched_sets()) {
    if (set.about.name != source.substr(0, slash)) continue;
    if (path_exists(source)) return {};
    if (slash == std::string::npos) return {&set, ""};
    std::string part = source.substr(slash + 1);
    while (part.ends_with('/')) part.pop_back();
    return {&set, part};
  }
  return {};
}

// The parts that can be named: folders and zips at the top.
std::string parts_of(const FetchedSet& set) {
  std::set<std::string> parts;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder_of(set), ignored))
    if (entry.is_directory(ignored) || entry.path().extension() == ".zip")
      parts.insert(set.about.name + "/" + entry.path().stem().string());
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

ResolvedSource resolve_part(const SetPart& named, SourceOptions options) {
  const FetchedSet& set = *named.set;
  const Path folder = folder_of(set);
  if (!set.is_here())
    throw Error("data set is not here yet", folder.string(), "gannet data fetch " + set.about.name);
  if (named.part.empty()) {
    const bool test = split_number(options.split) == 1;
    if (set.train != set.test) options.split = "train";
    return {(folder / (test ? set.test : set.train)).string(), set.about.name, options};
  }
  std::string name = set.about.name + "-" + named.part;
  std::ranges::replace(name, '/', '-');
  const Path normal = Path(named.part).lexically_normal();
  for (const Path& path : {folder / normal, folder / (normal.string() + ".zip")})
    if (!named.part.starts_with('/') && *normal.begin() != ".." && path_exists(path))
      return {path.string(), name, options};
  throw Error("the data set " + set.about.name + " has no part " + named.part, folder.string(),
              "its parts are " + parts_of(set));
}

std::string path_of(const std::string& source) {
  const SetPart named = find_part(source);
  return named.set ? resolve_part(named, {}).path : source;
}

}  // namespace

bool FetchedSet::is_here() const { return path_exists(folder_of(*this) / train); }

const std::vector<FetchedSet>& fetched_sets() {
  static const std::vector<FetchedSet> table = {
      {{.name = "dicebear",
        .summary =
            "cartoon faces with 34 attributes and captions, 64x64; parts: train, test, pairs",
        .licence = "free, CC-BY-4.0",
        .needs_fetch = true,
        .size = 20000,
        .download = "3 MB"},
       "train.zip",
       "test.zip"},
      {{.name = "openmoji",
        .summary = "emoji as line art and in colour, pairs of 64x64, with captions; parts: train, "
                   "test",
        .licence = "CC-BY-SA-4.0",
        .needs_fetch = true,
        .size = 1485,
        .download = "7 MB"},
       "train.zip",
       "test.zip"},
      {{.name = "photos",
        .summary = "240 + 33 photographs of landscapes, 720x360; parts: train, test",
        .licence = "CC0, CC-BY-SA",
        .needs_fetch = true,
        .size = 240,
        .download = "70 MB"},
       "",
       ""},
      {{.name = "syllables",
        .summary =
            "spoken syllables of Mandarin, two speakers, class: the tone; parts: train, test",
        .licence = "LGPL-3, CC-BY-3.0",
        .needs_fetch = true,
        .size = 2094,
        .download = "8 MB",
        .kind = DataKind::audio},
       "",
       ""},
      {{.name = "banknotes",
        .summary = "bank notes, 64x64; parts: real, forged, and forged/KIND",
        .licence = "made by Gannet",
        .needs_fetch = true,
        .size = 4000,
        .download = "2 MB"},
       "real",
       "real"}};
  return table;
}

bool names_fetched_set(const std::string& source) { return find_part(source).set != nullptr; }

ResolvedSource resolve_source(const std::string& source, const SourceOptions& options) {
  if (const SetPart named = find_part(source); named.set) return resolve_part(named, options);
  const size_t colon = source.find(':');
  if (colon == std::string::npos || path_exists(source)) return {source, "", options};
  const std::string a = source.substr(0, colon), b = source.substr(colon + 1);
  if (!names_fetched_set(a) && !names_fetched_set(b)) return {source, "", options};
  return {path_of(a) + ":" + path_of(b), "", options};
}

}  // namespace gannet
