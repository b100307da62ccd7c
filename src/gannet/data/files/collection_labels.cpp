#include "gannet/data/files/detail/collection_labels.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "gannet/base/error.h"
#include "gannet/base/file_names.h"
#include "gannet/data/files/detail/caption_files.h"
#include "gannet/data/files/detail/class_names.h"
#include "gannet/data/files/detail/collection_parts.h"
#include "gannet/data/files/detail/label_table.h"
#include "gannet/data/files/detail/scan.h"
#include "gannet/data/files/detail/split_lists.h"
#include "gannet/data/files/detail/split_table.h"
#include "gannet/formats/encoding.h"
#include "gannet/formats/json_table.h"

namespace gannet {
namespace {

constexpr uint64_t kMostJson = uint64_t{1} << 27, kMostTable = uint64_t{1} << 30;  // bytes
constexpr uint64_t kMostCaption = uint64_t{1} << 20;                               // of a text file

// Paths as FileTree::names() has them.
SampleLabels with_display_names(SampleLabels labels) {
  std::map<std::string, SampleLabel, std::less<>> of;
  for (auto& [path, label] : labels.of) of.emplace(display_name(path), std::move(label));
  labels.of = std::move(of);
  return labels;
}

// A file of the tree that is read is none of the other files.
void take_file(const std::string& name, Collection& to) {
  if (std::erase(to.report.other_files, name) == 0) return;
  take_back(to.report.left_out, {name}, to.report.other_files);
}

// Files that are there and no items: of other parts, and the inputs of pairs.
std::vector<std::string> others_of(const Split& split, const Collection& to) {
  std::vector<std::string> others = split.others;
  if (to.layout == PairLayout::folders)
    for (const SampleItem& item : to.items)
      if (item.input) others.push_back(to.trees[item.input->tree]->names()[item.input->index]);
  return others;
}

std::optional<FileTable> read_tree_table(size_t index, const Split& split, const Collection& to) {
  const FileTree& tree = *to.trees[0];
  const std::string& name = tree.names()[index];
  return read_file_table(to.items, tree.read(index, kMostTable),
                         {.name = name, .root = folder_of(name), .others = others_of(split, to)});
}

// Folders are classes with names, lists have their numbers.
bool has_sub_folders(const SampleItems& items) {
  return sub_folders(items, common_folder(items)) != std::vector<std::string>{""};
}

// The table that --labels names.
FileTable read_named_table(const std::string& labels, const Split& split, const Collection& to) {
  if (std::error_code none; !std::filesystem::exists(labels, none))
    throw UsageError("expected auto, folders, names, none or a file, found '" + labels + "'",
                     "--labels", "--labels labels.csv");
  return *read_file_table(
      to.items, read_file(labels, kMostTable),
      {.name = labels, .root = "", .others = others_of(split, to), .required = true});
}

// A table of labels that lies beside the items. None where there is none, or where it does not name
// them.
std::optional<FileTable> read_found_table(const std::string& labels, const Split& split,
                                          Collection& to) {
  const std::optional<size_t> index = find_label_table(to.trees[0]->names(), to.items);
  if (!index) return {};
  const std::string& name = to.trees[0]->names()[*index];
  try {
    std::optional<FileTable> found = read_tree_table(*index, split, to);
    if (!found && labels == "auto")
      to.decisions.push_back({"labels", name, "passed over: no column names the files"});
    return found;
  } catch (const Error& error) {  // nobody named this file
    if (labels != "auto") return {};
    throw Error(error.what(), "", "--labels none, or --labels folders, leaves it alone");
  }
}

// train.txt and test.txt.
std::optional<TableParts> find_split_lists(const Split& split, Collection& to) {
  const FileTree& tree = *to.trees[0];
  std::vector<std::string> used;
  std::optional<TableParts> parts = parts_by_lists(
      tree.names(), to.items, split.others,
      [&](size_t index) { return tree.read(index, kMostTable); }, used);
  if (parts)
    for (const std::string& name : used) take_file(name, to);
  return parts;
}

// A list of parts beside the items, or beside --labels FILE. Nobody named it: one that cannot be
// read is passed over, with a word.
std::optional<TableParts> find_part_list(const Split& split, const std::string& labels,
                                         Collection& to) {
  const std::optional<size_t> index = find_part_table(to.trees[0]->names(), to.items);
  const std::optional<std::string> beside =
      !index && is_label_file(labels) ? part_table_beside(labels) : std::nullopt;
  if (!index && !beside) return find_split_lists(split, to);
  const std::string name = index ? to.trees[0]->names()[*index] : *beside;
  std::string reason = "no column names the files";
  try {
    const std::optional<FileTable> list =
        index ? read_tree_table(*index, split, to)
              : read_file_table(to.items, read_file(*beside, kMostTable),
                                {.name = *beside, .root = "", .others = others_of(split, to)});
    if (std::optional<TableParts> parts = list ? parts_by_table(*list, to.items) : std::nullopt) {
      if (index) take_file(name, to);
      return parts;
    }
    if (list) reason = "no column says train, val or test of each file, or 0, 1, 2";
  } catch (const Error& error) {
    reason = error.what();
  }
  to.decisions.push_back({"split", name, "passed over: " + reason});
  return {};
}

// By such a list, else by a column of the labels' own table.
std::optional<TableParts> find_parts(const std::optional<FileTable>& labels, const Split& split,
                                     const SourceOptions& options, Collection& to) {
  std::optional<TableParts> parts = find_part_list(split, options.files.labels, to);
  if (!parts && labels) parts = parts_by_table(*labels, to.items);
  return parts;
}

void add_labels(Labels labels, Collection& to) {
  to.items = std::move(labels.items);
  to.classes = std::move(labels.classes);
  to.attributes = labels.attributes;
  to.columns = std::move(labels.columns);
  append(to.report.problems, labels.problems);
  add_decision(std::move(labels.decision), to);
  for (Decision& further : labels.further) to.decisions.push_back(std::move(further));
}

void add_captions(Collection& to) {
  const FileTree& tree = *to.trees[0];
  std::vector<std::string> used;
  add_caption_files(
      to.items, tree.names(), [&](size_t i) { return tree.read(i, kMostCaption); }, used,
      to.decisions);
  std::ranges::sort(used);
  std::erase_if(to.report.other_files,
                [&](const std::string& name) { return std::ranges::binary_search(used, name); });
  take_back(to.report.left_out, used, to.report.other_files);
  size_t captions = 0, captioned = 0;
  for (const SampleItem& item : to.items) {
    captions += item.label.captions.size();
    captioned += !item.label.captions.empty();
  }
  if (captions > captioned)
    to.decisions.push_back({"captions", "several",
                            std::to_string(captions) + " of " + std::to_string(captioned) +
                                " samples: each epoch draws one"});
}

// The lines of a text; of {"1": "rose"} the number and the name of each, if it is that.
std::string lines_of(const Bytes& bytes, const std::string& name) {
  if (!is_json_text(bytes)) return decode_text(bytes).text;
  std::string lines;
  try {
    const CsvTable table = read_json_table(bytes, name);
    if (table.width != 2) return "";
    for (int64_t r = 0; r < table.rows; ++r)
      lines.append(table.cell(r, 0)).append("\t").append(table.cell(r, 1)).append("\n");
  } catch (const Error&) {  // nobody named it
    return "";
  }
  return lines;
}

// classes.txt, where the classes have numbers.
void add_class_names(Collection& to) {
  constexpr std::array kFiles = {"classes.txt",      "class_names.txt", "classnames.txt",
                                 "label_names.txt",  "labels.txt",      "obj.names",
                                 "cat_to_name.json", "classes.json",    "class_names.json"};
  const FileTree& tree = *to.trees[0];
  const std::optional<size_t> index = find_table(tree.names(), to.items, kFiles);
  if (!index || !are_numbers(to.classes)) return;
  const std::string& name = tree.names()[*index];
  if (std::ranges::count(to.report.other_files, name) == 0) return;  // it is read already
  ClassNames found = name_classes(to.classes, lines_of(tree.read(*index, kMostCaption), name));
  to.decisions.push_back({"classes", name, found.reason});
  if (found.names.empty()) return;
  to.classes = std::move(found.names);
  take_file(name, to);
}

Labels label_by(const std::optional<FileTable>& table, const std::optional<DatasetJson>& json,
                const Split& split, const std::string& labels, Collection& to) {
  if (!table)
    return label(
        std::move(to.items), json,
        {.labels = labels, .kind = to.kind, .layout = to.layout, .split_root = split.root});
  take_file(table->name, to);
  try {
    return label_by_table(to.items, *table, labels);
  } catch (const Error& error) {
    if (is_label_file(labels)) throw;
    throw Error(error.what(), "", "--labels none, or --labels folders, leaves it alone");
  }
}

}  // namespace

std::optional<DatasetJson> read_json(const FileTree& tree, const SampleItems& items) {
  const std::optional<size_t> index = find_dataset_json(tree.names(), items);
  if (!index) return {};
  const std::string& name = tree.names()[*index];
  return DatasetJson{.root = folder_of(name),
                     .labels = with_display_names(read_dataset_json(tree.read(*index, kMostJson),
                                                                    tree.root() + "/" + name))};
}

void label_collection(const std::optional<DatasetJson>& json, const Split& split,
                      const SourceOptions& options, const std::string& source, Collection& to) {
  const std::string& labels = options.files.labels;
  std::optional<FileTable> table = is_label_file(labels) ? read_named_table(labels, split, to)
                                                         : read_found_table(labels, split, to);
  std::optional<TableParts> parts = find_parts(table, split, options, to);
  if (split.decision && parts && !has_part(*parts, options.split)) parts.reset();
  if (!split.decision && !parts) refuse_without_parts(to.kind, options.split, source);
  if (!table && parts && parts->labels && !has_sub_folders(to.items))
    table = std::move(parts->labels);
  const bool unused =
      labels == "none" || labels == "folders" || labels == "names" || (json && labels == "auto");
  if (unused) table.reset();
  add_labels(label_by(table, json, split, labels, to), to);
  if (labels != "none") add_captions(to);
  add_class_names(to);
  if (!parts) return;
  PartChoice choice =
      take_part(*parts, to.kind, options.split, source, to.items, to.report.problems);
  to.decisions.push_back(std::move(choice.decision));
  to.report.left_out.insert(to.report.left_out.end(), choice.left_out.begin(),
                            choice.left_out.end());
}

}  // namespace gannet
