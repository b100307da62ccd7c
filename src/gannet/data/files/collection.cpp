// Which samples a folder or zip holds: splits, pairs and labels, by names alone.
#include <algorithm>
#include <cctype>
#include <set>

#include "gannet/base/error.h"
#include "gannet/data/detail/built_in.h"
#include "gannet/data/files/collection.h"
#include "gannet/formats/audio_file.h"
#include "gannet/formats/image_file.h"

namespace gannet {
namespace {

constexpr uint64_t kMostJson = uint64_t{1} << 27;  // bytes
constexpr const char* kJson = "dataset.json";

using Items = std::vector<CollectedItem>;

std::string folder_of(const std::string& name) {  // "a/b/" of "a/b/c.png", "" of "c.png"
  return name.substr(0, name.rfind('/') + 1);
}

std::string first_part(const std::string& name) {  // "a" of "a/b.png", "" of "b.png"
  const size_t end = name.find('/');
  return end == std::string::npos ? "" : name.substr(0, end);
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string without_extension(const std::string& name) { return name.substr(0, name.rfind('.')); }

// The deepest folder that holds them all, with its '/'.
std::string common_folder(const Items& items) {
  std::string common = items.empty() ? "" : folder_of(items[0].name);
  for (const CollectedItem& item : items)
    while (!item.name.starts_with(common)) common = folder_of(common.substr(0, common.size() - 1));
  return common;
}

// The sub-folders of `root` that hold samples; "" where samples lie in `root` itself.
std::set<std::string> sub_folders(const Items& items, const std::string& root) {
  std::set<std::string> found;
  for (const CollectedItem& item : items) found.insert(first_part(item.name.substr(root.size())));
  return found;
}

Items below(const Items& items, const std::string& root) {
  Items found;
  std::ranges::copy_if(items, std::back_inserter(found),
                       [&](const CollectedItem& item) { return item.name.starts_with(root); });
  return found;
}

class Collector {
 public:
  Collector(const std::string& source, const SourceOptions& options)
      : source_(source), options_(options) {}

  Collection collect() {
    if (const auto two = two_sources(source_)) {
      add_two(*two);
    } else {
      result_.trees.push_back(open_tree(source_));
      result_.name = last_part(source_);
      add_one();
    }
    std::ranges::sort(result_.report.problems, {}, &Finding::file);
    keep_limit();
    return std::move(result_);
  }

 private:
  const ImageOptions& images() const { return options_.images; }

  static std::string last_part(const std::string& path) {
    const Path whole = std::filesystem::absolute(path).lexically_normal();
    return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
  }

  // The samples of a tree; what else is there is noted.
  Items list(size_t tree) {
    const std::vector<std::string>& names = result_.trees[tree]->names();
    if (tree == 0) choose_medium(names);
    const auto belongs = result_.medium == Medium::audio ? has_audio_name : has_image_name;
    Items items;
    for (size_t i = 0; i < names.size(); ++i) {
      if (belongs(names[i]))
        items.push_back({.name = names[i], .real = {tree, i}, .input_image = {}, .label = {}});
      else if (Path(names[i]).filename() != kJson)
        result_.report.others.push_back(names[i]);
    }
    for (const std::string& name : result_.trees[tree]->refused())
      if (belongs(name)) problem(name, "the name leads out of the zip");
    if (!items.empty()) return result_.medium == Medium::video ? as_videos(items) : items;
    throw Error("no images in it, and no audio clips: " + std::to_string(names.size()) +
                    " files, none of them .png, .jpg, .jpeg or .webp, or .wav, .flac or .ogg",
                result_.trees[tree]->root());
  }

  void choose_medium(const std::vector<std::string>& names) {
    const bool images = std::ranges::any_of(names, has_image_name);
    const bool audio = !images && std::ranges::any_of(names, has_audio_name);
    result_.medium = audio ? Medium::audio : options_.frames > 0 ? Medium::video : Medium::images;
    check_options();
  }

  // Options of one kind of samples that were given for another.
  void check_options() const {
    const Medium medium = result_.medium;
    const auto refuse = [&](bool given, const char* what, const char* of) {
      if (given)
        throw UsageError(
            std::string(what) + " for " + of + ", and these are " + std::string(plural(medium)),
            source_);
    };
    ImageOptions plain = images();
    plain.labels = ImageOptions().labels;
    plain.bad_files = ImageOptions().bad_files;
    const bool audio = medium == Medium::audio;
    refuse(audio && (options_.image_size > 0 || plain != ImageOptions{}),
           "--image-size, --crop, --filter, --background, --pairs and --direction are", "images");
    refuse(audio && options_.frames > 0, "--frames is", "videos");
    refuse(!audio && (options_.rate > 0 || options_.length > 0), "--rate and --length are",
           "audio clips");
    refuse(medium == Medium::video && (plain.pairs != "auto" || plain.direction != "AtoB"),
           "--pairs and --direction are", "images");
  }

  // The images of each folder, in the order of their names, as one video.
  static Items as_videos(const Items& images) {
    std::map<std::string, CollectedItem> videos;
    for (const CollectedItem& image : images) {
      std::string folder = folder_of(image.name);
      folder = folder.empty() ? "." : folder.substr(0, folder.size() - 1);
      CollectedItem& video = videos[folder];
      if (video.frames.empty()) video.name = folder, video.real = image.real;
      video.frames.push_back(image.real);
    }
    Items all;
    for (auto& [folder, video] : videos) all.push_back(std::move(video));
    return all;
  }

  void add_one() {
    Items items = list(0);
    items = of_split(std::move(items));
    const std::string root = common_folder(items);
    const SampleLabels labels = read_labels(root);
    const bool alone = result_.medium == Medium::images;
    if (images().pairs == "folders" ||
        (alone && images().pairs == "auto" && are_pairs(items, root))) {
      const std::set<std::string> parts = sub_folders(items, root);
      if (parts.size() != 2 || parts.contains(""))
        throw UsageError(
            "expected two sub-folders of images, found " + std::to_string(parts.size()),
            "--pairs folders", "a/ and b/, or --data A:B");
      const std::string a = *parts.begin(), b = *parts.rbegin();
      pair_up(below(items, root + a + "/"), root + a + "/", below(items, root + b + "/"),
              root + b + "/");
      label_by_json(labels);
      return;
    }
    result_.side_by_side =
        images().pairs == "side" || (alone && images().pairs == "auto" && labels.side_by_side);
    result_.report.kind = result_.side_by_side ? "pairs side by side" : plural(result_.medium);
    if (result_.side_by_side) decide("pairs", "side", given() + " half is given");
    if (images().pairs == "edges") result_.report.kind = "images and their edges";
    result_.items = std::move(items);
    if (has_json_)
      label_by_json(labels);
    else
      label_by_folders(root);
  }

  void add_two(const std::pair<std::string, std::string>& two) {
    if (images().pairs != "auto" && images().pairs != "folders")
      throw UsageError("two sources are pairs of two folders", "--pairs " + images().pairs);
    result_.trees.push_back(open_tree(two.first));
    result_.trees.push_back(open_tree(two.second));
    result_.name = last_part(two.first) + "+" + last_part(two.second);
    Items a = list(0), b = list(1);
    if (result_.medium != Medium::images)
      throw UsageError("pairs are of images, not of " + std::string(plural(result_.medium)),
                       source_);
    const std::string root_a = common_folder(a), root_b = common_folder(b);
    pair_up(std::move(a), root_a, std::move(b), root_b);
  }

  // Of train/ and test/ (or val/) the one that is asked for.
  Items of_split(Items items) {
    static const std::set<std::string> kTest = {"test", "val", "valid", "validation"};
    const std::string root = common_folder(items);
    std::set<std::string> parts = sub_folders(items, root);
    const bool splits = parts.size() > 1 && std::ranges::all_of(parts, [](const auto& part) {
                          return lower(part) == "train" || kTest.contains(lower(part));
                        });
    const bool test = split_number(options_.split) == 1;
    if (!splits) {
      if (test)
        throw UsageError("no test split: " + std::string(plural(result_.medium)) +
                             " are not in folders train/ and test/",
                         source_, "name the test set's own folder");
      return items;
    }
    const auto wanted = std::ranges::find_if(
        parts, [test](const std::string& part) { return (lower(part) != "train") == test; });
    if (wanted == parts.end()) throw UsageError("no folder train/ in it", source_);
    decide("split", options_.split,
           std::string(plural(result_.medium)) + " of " + *wanted + "/ alone");
    split_root_ = root + *wanted + "/";
    return below(items, split_root_);
  }

  // dataset.json beside the samples, or in a folder around them.
  SampleLabels read_labels(const std::string& root) {
    const FileTree& tree = *result_.trees[0];
    for (size_t at = 0;; at = root.find('/', at) + 1) {
      const std::string name = root.substr(0, at) + kJson;
      const auto found = std::ranges::lower_bound(tree.names(), name);
      if (found != tree.names().end() && *found == name) {
        json_root_ = root.substr(0, at);
        has_json_ = true;
        const auto index = static_cast<size_t>(found - tree.names().begin());
        return read_dataset_json(as_text(tree.read(index, kMostJson)), tree.root() + "/" + name);
      }
      if (at == root.size()) return {};
    }
  }

  bool are_pairs(const Items& items, const std::string& root) const {
    const std::set<std::string> parts = sub_folders(items, root);
    if (parts.size() != 2 || lower(*parts.begin()) != "a" || lower(*parts.rbegin()) != "b")
      return false;
    std::map<std::string, int> names;
    for (const CollectedItem& item : items)
      ++names[without_extension(item.name.substr(root.size() + 2))];
    return std::ranges::all_of(names, [](const auto& name) { return name.second == 2; });
  }

  std::string given() const { return images().direction == "AtoB" ? "the left" : "the right"; }

  // By equal names below each root, whatever the endings. The given one is `image`.
  void pair_up(Items a, const std::string& root_a, Items b, const std::string& root_b) {
    std::map<std::string, std::pair<const CollectedItem*, const CollectedItem*>> pairs;
    const auto put = [&](const Items& items, const std::string& root, auto side) {
      for (const CollectedItem& item : items) {
        auto& place = pairs[without_extension(item.name.substr(root.size()))].*side;
        if (place != nullptr)
          problem(shown(item), "a second image of this name");
        else
          place = &item;
      }
    };
    using Pair = std::pair<const CollectedItem*, const CollectedItem*>;
    put(a, root_a, &Pair::first);
    put(b, root_b, &Pair::second);
    const bool forward = images().direction == "AtoB";
    for (const auto& [name, pair] : pairs) {
      if (pair.first == nullptr || pair.second == nullptr) {
        const CollectedItem& alone = pair.first != nullptr ? *pair.first : *pair.second;
        problem(shown(alone), "has no partner of the same name in the other folder");
        continue;
      }
      const CollectedItem &image = forward ? *pair.first : *pair.second,
                          &real = forward ? *pair.second : *pair.first;
      result_.items.push_back(
          {.name = real.name, .real = real.real, .input_image = image.real, .label = {}});
    }
    result_.report.kind = "pairs of two folders";
    decide("pairs", "folders",
           "the one of " + side_name(forward ? a : b, forward ? root_a : root_b) +
               " is given, the one of " + side_name(forward ? b : a, forward ? root_b : root_a) +
               " is learned");
  }

  std::string side_name(const Items& items, const std::string& root) const {
    return result_.trees.size() > 1 ? result_.trees[items[0].real.tree]->root() : root;
  }

  std::string shown(const CollectedItem& item) const {
    return result_.trees.size() > 1 ? result_.trees[item.real.tree]->root() + "/" + item.name
                                    : item.name;
  }

  void label_by_json(const SampleLabels& labels) {
    if (images().labels == "none" || labels.of.empty()) return;
    if (images().labels == "folders") return label_by_folders(common_folder(result_.items));
    std::set<std::string_view> used;
    const auto unlabelled = [&](CollectedItem& item) {
      const auto found = labels.of.find(item.name.substr(json_root_.size()));
      if (found != labels.of.end()) used.insert(found->first);
      if (found != labels.of.end() && is_whole(found->second, labels)) {
        item.label = found->second;
        return false;
      }
      problem(item.name, std::string("has no label in ") + kJson);
      return true;
    };
    std::erase_if(result_.items, unlabelled);
    for (const auto& [path, label] : labels.of)
      if (!used.contains(path) && (json_root_ + path).starts_with(split_root_) &&
          result_.report.kind != "pairs of two folders")
        problem(json_root_ + path, std::string("is named in ") + kJson + ", and is not there");
    result_.classes = labels.classes;
    result_.attributes = labels.attributes;
    result_.captions = labels.captions;
    decide("labels", "auto", std::string("by ") + kJson);
  }

  // Has it each kind of label that others have?
  static bool is_whole(const SampleLabel& label, const SampleLabels& all) {
    return (all.classes.empty() || label.number >= 0) &&
           (all.attributes == 0 || !label.attributes.empty()) &&
           (!all.captions || !label.caption.empty());
  }

  void label_by_folders(const std::string& root) {
    if (images().labels == "none") return;
    std::set<std::string> parts = sub_folders(result_.items, root);
    const bool loose = parts.erase("") > 0;
    if (parts.size() < 2) {
      if (images().labels == "folders")
        throw UsageError("expected at least two sub-folders of " +
                             std::string(plural(result_.medium)) + ", found " +
                             std::to_string(parts.size()),
                         "--labels folders");
      return;
    }
    result_.classes.assign(parts.begin(), parts.end());
    for (CollectedItem& item : result_.items) {
      const std::string part = first_part(item.name.substr(root.size()));
      if (part.empty())
        problem(item.name, "has no label: it lies beside the folders of the classes");
      else
        item.label.number =
            std::ranges::lower_bound(result_.classes, part) - result_.classes.begin();
    }
    if (loose) std::erase_if(result_.items, [](const auto& item) { return item.label.number < 0; });
    decide("labels", images().labels,
           std::to_string(parts.size()) + " sub-folders are the classes");
  }

  // A limit takes samples from all over the set: by name they are sorted by class.
  void keep_limit() {
    const auto size = static_cast<int64_t>(result_.items.size());
    const int64_t kept = limited(size, options_);
    result_.report.samples = size + static_cast<int64_t>(result_.report.problems.size());
    if (kept == size) return;
    Items some;
    for (int64_t i = 0; i < kept; ++i)
      some.push_back(std::move(result_.items[static_cast<size_t>(i * size / kept)]));
    result_.items = std::move(some);
    result_.report.samples = kept + static_cast<int64_t>(result_.report.problems.size());
  }

  void problem(std::string file, std::string what) {
    result_.report.problems.push_back({std::move(file), std::move(what)});
  }
  void decide(std::string name, std::string value, std::string reason) {
    result_.decisions.push_back({std::move(name), std::move(value), std::move(reason)});
  }

  std::string source_, json_root_, split_root_;
  SourceOptions options_;
  bool has_json_ = false;
  Collection result_;
};

}  // namespace

std::optional<std::pair<std::string, std::string>> two_sources(const std::string& source) {
  std::error_code ignored;
  const auto is_tree = [&](const std::string& path) {
    return std::filesystem::is_directory(path, ignored) ||
           (is_zip_name(path) && std::filesystem::is_regular_file(path, ignored));
  };
  if (std::filesystem::exists(source, ignored)) return {};
  for (size_t at = source.find(':'); at != std::string::npos; at = source.find(':', at + 1)) {
    const std::string a = source.substr(0, at), b = source.substr(at + 1);
    if (is_tree(a) && is_tree(b)) return std::pair(a, b);
  }
  return {};
}

bool names_files(const std::string& source) {
  std::error_code ignored;
  if (two_sources(source)) return true;
  return std::filesystem::is_directory(source, ignored) ||
         (is_zip_name(source) && std::filesystem::exists(source, ignored));
}

bool takes_image_size(const std::string& source) {
  return names_files(source) || is_drawn_at_any_size(source);
}

Collection collect(const std::string& source, const SourceOptions& options) {
  return Collector(source, options).collect();
}

}  // namespace gannet
