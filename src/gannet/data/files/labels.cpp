#include "gannet/data/files/detail/labels.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "gannet/base/error.h"
#include "gannet/base/file_names.h"

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
  std::set<std::string_view> used;
  for (SampleItem& item : items) {
    const auto found = json.labels.of.find(item.name.substr(json.root.size()));
    if (found != json.labels.of.end()) used.insert(found->first);
    if (found == json.labels.of.end() || !is_complete(found->second, json.labels)) {
      result.problems.push_back({item.name, std::string("has no label in ") + kDatasetJson});
      continue;
    }
    item.label = found->second;
    result.items.push_back(std::move(item));
  }
  if (options.layout == PairLayout::folders) return result;  // it may label the inputs too
  for (const auto& [path, label] : json.labels.of)
    if (!used.contains(path) && (json.root + path).starts_with(options.split_root))
      result.problems.push_back(
          {json.root + path, std::string("is named in ") + kDatasetJson + ", and is not there"});
  return result;
}

Labels without_labels(SampleItems items, std::optional<Decision> decision = {}) {
  return {.items = std::move(items),
          .classes = {},
          .columns = {},
          .problems = {},
          .decision = std::move(decision)};
}

// The classes of the folders that the items of `root` lie in; an item beside them is a problem.
Labels classes_of_folders(SampleItems items, const std::string& root,
                          std::vector<std::string> folders) {
  Labels result = without_labels({});
  for (SampleItem& item : items) {
    const std::string folder = first_folder(item.name.substr(root.size()));
    if (folder.empty()) {
      result.problems.push_back(
          {item.name, "has no label: it lies beside the folders of the classes"});
      continue;
    }
    item.label.number = std::ranges::lower_bound(folders, folder, NaturalLess()) - folders.begin();
    result.items.push_back(std::move(item));
  }
  result.classes = std::move(folders);
  return result;
}

Labels label_by_folders(SampleItems items, const LabelOptions& options) {
  const std::string root = common_folder(items);
  std::vector<std::string> folders = sub_folders(items, root);
  std::erase(folders, "");
  if (folders.size() < 2) {
    if (options.labels == "folders")
      throw UsageError("expected at least two sub-folders of " +
                           std::string(plural_of(options.kind)) + ", found " +
                           std::to_string(folders.size()),
                       "--labels folders");
    return without_labels(std::move(items));
  }
  const auto beside = static_cast<size_t>(std::ranges::count_if(items, [&](const auto& item) {
    return item.name.find('/', root.size()) == std::string::npos;
  }));
  if (options.labels == "auto" && 2 * beside > items.size())
    return without_labels(std::move(items),
                          Decision{"labels", "none",
                                   std::to_string(beside) +
                                       " lie beside the sub-folders, which are no classes then"});
  const std::string count = std::to_string(folders.size());
  Labels result = classes_of_folders(std::move(items), root, std::move(folders));
  result.decision = Decision{"labels", options.labels, count + " sub-folders are the classes"};
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
  const bool by_json = json && options.labels != "folders";
  const bool none = options.labels == "none" || (json && json->labels.of.empty()) ||
                    (!json && options.layout == PairLayout::folders);
  if (none) return without_labels(std::move(items));
  return by_json ? label_by_json(std::move(items), *json, options)
                 : label_by_folders(std::move(items), options);
}

}  // namespace gannet
