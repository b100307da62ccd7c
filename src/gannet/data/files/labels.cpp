#include "gannet/data/files/detail/labels.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "gannet/base/error.h"
#include "gannet/base/file_names.h"
#include "gannet/data/files/detail/folder_roles.h"
#include "gannet/data/files/detail/name_words.h"
#include "gannet/data/files/detail/splits.h"

namespace gannet {
namespace {

// Does it have each kind of label that others have?
bool is_complete(const SampleLabel& label, const SampleLabels& all) {
  return (all.classes.empty() || label.number >= 0) &&
         (all.attributes == 0 || !label.attributes.empty());
}

Labels label_by_json(SampleItems items, const DatasetJson& json, const LabelOptions& options) {
  Labels result{.items = {},
                .classes = json.labels.classes,
                .attributes = json.labels.attributes,
                .columns = json.labels.attribute_columns,
                .problems = {},
                .decision = Decision{"labels", "auto", std::string("by ") + kDatasetJson}};
  for (const std::string& note : json.labels.notes)
    result.further.push_back({"labels", kDatasetJson, note});
  const std::string unlabelled = std::string("has no label in ") + kDatasetJson,
                    absent = std::string("is named in ") + kDatasetJson + ", and is not there";
  std::set<std::string_view> used;
  for (SampleItem& item : items) {
    const auto found = json.labels.of.find(item.name.substr(json.root.size()));
    if (found != json.labels.of.end()) used.insert(found->first);
    if (found == json.labels.of.end() || !is_complete(found->second, json.labels)) {
      result.problems.push_back({item.name, unlabelled});
      continue;
    }
    item.label = found->second;
    result.items.push_back(std::move(item));
  }
  if (options.layout == PairLayout::folders) return result;  // it may label the inputs too
  for (const auto& [path, label] : json.labels.of)
    if (!used.contains(path) && (json.root + path).starts_with(options.split_root))
      result.problems.push_back({json.root + path, absent});
  return result;
}

Labels without_labels(SampleItems items, std::optional<Decision> decision = {}) {
  return {.items = std::move(items),
          .classes = {},
          .columns = {},
          .problems = {},
          .decision = std::move(decision)};
}

constexpr const char* kBeside = "has no label: it lies beside the folders of the classes";

// Folders that divide a set, and are no classes of it: fold1, fold2, ...; Train beside Train (1).
// trainA and trainB that are no pairs are the two classes.
bool are_divisions(const std::vector<std::string>& folders) {
  std::set<std::string> rests;
  std::set<char> sides;
  bool training = true, numbered = true;
  for (const std::string& folder : folders) {
    const FolderRole role = role_of(folder);
    training &= role.part == Part::train;
    numbered &= role.part == Part::none && folder.find_first_of("0123456789") != std::string::npos;
    rests.insert(role.rest);
    sides.insert(role.side);
  }
  if (folders.size() < 2 || rests.size() != 1 || sides.size() != 1) return false;
  constexpr std::array<std::string_view, 7> kDivisions = {"fold",  "folds", "cv",   "part",
                                                          "shard", "chunk", "batch"};
  return training || (numbered && std::ranges::count(kDivisions, *rests.begin()) > 0);
}

// "dog" of "dog - Copy" and "dog (1)", where that folder is there too.
std::string without_copy_mark(const std::string& folder, const std::vector<std::string>& all) {
  std::string plain = folder;
  if (const size_t copy = plain.find(" - Copy"); copy != std::string::npos) plain.resize(copy);
  const size_t open = plain.rfind(" (");
  if (open != std::string::npos && plain.ends_with(')') &&
      plain.find_first_not_of("0123456789", open + 2) == plain.size() - 1)
    plain.resize(open);
  return plain != folder && std::ranges::count(all, plain) > 0 ? plain : folder;
}

// Classes by the sub-folders of the folder that holds all items.
class FolderClasses {
 public:
  FolderClasses(SampleItems items, const LabelOptions& options)
      : items_(std::move(items)), options_(options) {
    const std::string root = common_folder(items_);
    for (const SampleItem& item : items_) below_.push_back(item.name.substr(root.size()));
  }

  Labels label() {
    std::vector<std::string> folders = next_folders();
    if (options_.labels == "auto") pass_over_divisions(folders);
    std::erase(folders, "");
    if (folders.size() < 2) return without_classes(folders);
    const auto beside = static_cast<size_t>(std::ranges::count_if(
        below_, [](const auto& path) { return path.find('/') == std::string::npos; }));
    if (options_.labels == "auto" && 2 * beside > items_.size())
      return without_labels(std::move(items_),
                            Decision{"labels", "none",
                                     std::to_string(beside) +
                                         " lie beside the sub-folders, which are no classes then"});
    return classes_of(std::move(folders));
  }

 private:
  std::vector<std::string> next_folders() const {
    std::set<std::string, NaturalLess> found;
    for (const std::string& path : below_) found.insert(first_folder(path));
    return {found.begin(), found.end()};
  }

  // Also folders that all items of such a division lie in, as train/ of fold1/train/.
  void pass_over_divisions(std::vector<std::string>& folders) {
    while (std::ranges::count(folders, "") == 0 &&
           (are_divisions(folders) || (!divisions_.empty() && folders.size() == 1))) {
      if (folders.size() > 1)
        divisions_ = folders[0] + ", " + folders[1] + (folders.size() > 2 ? ", ..." : "");
      for (std::string& path : below_) path.erase(0, path.find('/') + 1);
      folders = next_folders();
    }
  }

  Labels without_classes(const std::vector<std::string>& folders) {
    if (options_.labels == "folders")
      throw UsageError("expected at least two sub-folders of " +
                           std::string(plural_of(options_.kind)) + ", found " +
                           std::to_string(folders.size()),
                       "--labels folders");
    if (divisions_.empty()) return without_labels(std::move(items_));
    return without_labels(std::move(items_), Decision{"labels", "none", divisions_text()});
  }

  std::string divisions_text() const {
    return divisions_ + " divide the set, and are no classes (--labels folders makes them some)";
  }

  Labels classes_of(std::vector<std::string> folders) {
    Labels result = without_labels({});
    std::vector<std::string> copies;
    std::vector<std::string> classes = folders;
    std::erase_if(classes, [&](const std::string& folder) {
      const bool copy = options_.labels == "auto" && without_copy_mark(folder, folders) != folder;
      if (copy) copies.push_back(folder);
      return copy;
    });
    for (size_t i = 0; i < items_.size(); ++i) {
      std::string folder = first_folder(below_[i]);
      if (folder.empty()) {
        result.problems.push_back({items_[i].name, kBeside});
        continue;
      }
      if (!copies.empty()) folder = without_copy_mark(folder, folders);
      items_[i].label.number =
          std::ranges::lower_bound(classes, folder, NaturalLess()) - classes.begin();
      result.items.push_back(std::move(items_[i]));
    }
    std::string reason = std::to_string(classes.size()) + " sub-folders are the classes";
    for (const std::string& name : classes)
      if (options_.labels == "auto" && is_split_name(name))
        reason += "; " + name + " is one of them, as no other part of a set lies beside it";
    if (!divisions_.empty()) reason += "; " + divisions_text();
    for (const std::string& copy : copies)
      reason += "; " + copy + " is a part of " + without_copy_mark(copy, folders);
    result.decision = Decision{"labels", options_.labels, reason};
    result.classes = std::move(classes);
    return result;
  }

  SampleItems items_;
  const LabelOptions& options_;
  std::vector<std::string> below_;  // of each item its path below the folders passed over
  std::string divisions_;           // these
};

// --labels names.
Labels label_by_names(SampleItems items, DataKind kind) {
  const std::optional<std::vector<std::string>> words = name_words(items);
  if (!words)
    throw UsageError("expected " + std::string(plural_of(kind)) +
                         " named by a word and a number, of two words at least, each with several "
                         "numbers (cat.1.jpg, cat.2.jpg, dog.1.jpg, ...), found '" +
                         items[0].name + "'" + (items.size() > 1 ? " and others" : ""),
                     "--labels names", "--labels FILE.csv names the file and the class of each");
  Labels result = without_labels(
      {}, Decision{"labels", "names", "classes by " + listed_words(*words) + " beside a number"});
  for (SampleItem& item : items) {
    const auto word = std::ranges::lower_bound(*words, name_word(item.name), NaturalLess());
    if (word == words->end() || *word != name_word(item.name)) {
      result.problems.push_back({item.name, "has no label: its name has none of the words"});
      continue;
    }
    item.label.number = word - words->begin();
    result.items.push_back(std::move(item));
  }
  result.classes = *words;
  return result;
}

}  // namespace

std::optional<size_t> find_dataset_json(const std::vector<std::string>& names,
                                        const SampleItems& items) {
  const std::string folder = common_folder(items);
  for (size_t at = 0;; at = folder.find('/', at) + 1) {
    const std::string name = folder.substr(0, at) + kDatasetJson;
    const auto found = std::ranges::lower_bound(names, name, NaturalLess());
    if (found != names.end() && *found == name) return found - names.begin();
    if (at == folder.size()) return {};
  }
}

Labels label(SampleItems items, const std::optional<DatasetJson>& json,
             const LabelOptions& options) {
  if (options.labels == "names") return label_by_names(std::move(items), options.kind);
  const bool by_json = json && options.labels != "folders";
  const bool none = options.labels == "none" || (json && json->labels.of.empty()) ||
                    (!json && options.layout == PairLayout::folders);
  if (none) return without_labels(std::move(items));
  return by_json ? label_by_json(std::move(items), *json, options)
                 : FolderClasses(std::move(items), options).label();
}

}  // namespace gannet
