#include "gannet/data/files/collection.h"

#include <algorithm>
#include <filesystem>

#include "gannet/base/error.h"
#include "gannet/base/file_names.h"
#include "gannet/data/detail/checks.h"
#include "gannet/data/files/attributes.h"
#include "gannet/data/files/detail/cifar.h"
#include "gannet/data/files/detail/collection_labels.h"
#include "gannet/data/files/detail/collection_parts.h"
#include "gannet/data/files/detail/lists_above.h"
#include "gannet/data/files/detail/name_words.h"
#include "gannet/data/files/detail/pairs.h"
#include "gannet/data/files/detail/scan.h"
#include "gannet/data/files/detail/splits.h"
#include "gannet/formats/file_type.h"

namespace gannet {
namespace {

// The last part of the path; of faces/train and faces/train.zip, faces-train.
std::string name_of_source(const std::string& path) {
  Path whole = std::filesystem::absolute(path).lexically_normal();
  if (!whole.has_filename()) whole = whole.parent_path();
  const std::string stem = is_zip_name(whole) ? whole.stem().string() : whole.filename().string();
  const std::string parent = whole.parent_path().filename().string();
  return display_name(is_split_name(stem) && !parent.empty() ? parent + "-" + stem
                                                             : whole.filename().string());
}

void append(LeftOutList& to, const LeftOutList& more) {
  for (const LeftOut& kind : more) {
    const auto found = std::ranges::find(to, kind.what, &LeftOut::what);
    if (found == to.end())
      to.push_back(kind);
    else
      found->files += kind.files;
  }
}

// What there is instead of samples, as a sentence's end.
std::string instead_of_samples(const CollectionReport& report) {
  std::string text;
  for (const bool could_be_data : {true, false})
    if (const std::string part = left_out_text(report.left_out, could_be_data); !part.empty())
      text += (text.empty() ? "" : ", ") + part;
  if (const std::vector<FileProblem>& bad = report.problems; !bad.empty())
    text += (text.empty() ? "" : ", ") + std::to_string(bad.size()) + " that cannot be read, as " +
            bad[0].file + " (" + bad[0].what + ")";
  return text.empty() ? "and nothing else" : "but " + text;
}

// Adds the report's parts of a scanned tree. Throws Error where there is no sample.
SampleItems take_items(KindItems found, DataKind kind, const FileTree& tree,
                       CollectionReport& report) {
  append(report.problems, found.problems);
  append(report.problems, tree.problems());
  for (const FileProblem& name : tree.passed_over())
    leave_out(found.left_out, {.what = name.what}, name.file);
  append(report.left_out, found.left_out);
  report.other_files.insert(report.other_files.end(), found.other_files.begin(),
                            found.other_files.end());
  if (!found.items.empty()) return std::move(found.items);
  refuse_cifar_parts(tree.root());
  const std::string wanted = kind == DataKind::audio ? "audio clips" : "images and no audio clips";
  throw Error("no " + wanted + " in it, " + instead_of_samples(report), tree.root());
}

// A limit takes samples at equal distances: by name they are sorted by class.
SampleItems subsample(SampleItems items, const SourceOptions& options) {
  const auto size = static_cast<int64_t>(items.size());
  const int64_t kept = limited(size, options);
  if (kept == size) return items;
  SampleItems some;
  for (int64_t i = 0; i < kept; ++i)
    some.push_back(std::move(items[static_cast<size_t>(i * size / kept)]));
  return some;
}

std::string kind_text(DataKind kind, PairLayout layout) {
  switch (layout) {
    case PairLayout::folders:
      return "image pairs (two folders)";
    case PairLayout::side_by_side:
      return "image pairs (side by side)";
    case PairLayout::edges:
      return "image pairs (edges)";
    case PairLayout::single:
      break;
  }
  return std::string(name_of(kind));
}

void add_pairs(Pairing pairing, Collection& to) {
  to.layout = pairing.layout;
  to.items = std::move(pairing.items);
  append(to.report.problems, pairing.problems);
  add_decision(std::move(pairing.decision), to);
}

Scan scan_tree(const FileTree& tree, size_t number) {
  return scan(tree.names(), tree.unsafe_names(), number,
              [&tree](size_t index) { return tree.start(index, kFileTypeBytes); });
}

// cat.1.jpg, dog.1.jpg: classes by their names, which are taken only where that is asked for.
std::optional<Decision> unused_words(const Collection& to) {
  if (!to.classes.empty() || to.layout != PairLayout::single) return {};
  const std::optional<std::vector<std::string>> words = name_words(to.items);
  if (!words) return {};
  return Decision{"labels", "none",
                  "names are a number and one of " + listed_words(*words) +
                      "; --labels names makes them classes"};
}

// One folder or zip.
void collect_one(const std::string& source, const SourceOptions& options, Collection& to) {
  to.trees.push_back(open_tree(source));
  to.name = name_of_source(source);
  Scan scanned = scan_tree(*to.trees[0], 0);
  KindChoice kind = choose_kind(scanned, options);
  to.kind = kind.kind;
  const bool names_other_kind = kind.decision.has_value();
  add_decision(std::move(kind.decision), to);
  check_options(to.kind, options, source);
  const FileTree& tree = *to.trees[0];
  KindItems items = items_of_kind(std::move(scanned), to.kind, names_other_kind, options.frames);
  add_decision(std::move(items.decision), to);
  Split split = choose_split(take_items(std::move(items), to.kind, tree, to.report), to.kind,
                             options.split, source);
  add_decision(split.decision, to);
  append(to.report.left_out, split.left_out);
  const std::optional<DatasetJson> json = read_json(tree, split.items);
  const PairLayout layout =
      detect_layout(split.items, to.kind, options.files, json && json->labels.side_by_side);
  if (layout == PairLayout::single)
    add_decision(unused_pairs(split.items, to.kind, options.files), to);
  add_pairs(pair(std::move(split.items), layout, options.files), to);
  label_collection(json, split, options, source, to);
  const bool unlabelled = std::ranges::all_of(to.items, [](const SampleItem& item) {
    return item.label.attributes.empty() && item.label.captions.empty();
  });
  if (options.files.labels == "auto" && unlabelled && !json && !is_zip_name(source))
    add_decision(lists_above(find_path(source), to.items), to);
  if (options.files.labels == "auto" && unlabelled && !json) add_decision(unused_words(to), to);
}

// A:B, pairs without labels.
void collect_two(const std::string& a, const std::string& b, const SourceOptions& options,
                 Collection& to) {
  if (options.files.pairs != "auto" && options.files.pairs != "folders")
    throw UsageError("two sources are pairs of two folders", "--pairs " + options.files.pairs);
  const std::string source = a + ":" + b;
  if (part_named(options.split) != Part::train)
    throw UsageError("two folders of pairs have no " + options.split + " split", source,
                     "name the " + options.split + " set's own two folders");
  if (options.files.labels != "auto" && options.files.labels != "none")
    throw UsageError("pairs of two folders have no labels", "--labels " + options.files.labels);
  to.name = name_of_source(a) + "+" + name_of_source(b);
  std::vector<PairSide> sides;
  for (const std::string& folder : {a, b}) {
    to.trees.push_back(open_tree(folder));
    Scan scanned = scan_tree(*to.trees.back(), sides.size());
    if (sides.empty()) {
      to.kind = choose_kind(scanned, options).kind;
      check_options(to.kind, options, source);
    }
    SampleItems items = take_items(items_of_kind(std::move(scanned), to.kind), to.kind,
                                   *to.trees.back(), to.report);
    const std::string root = common_folder(items);
    sides.push_back(
        {.items = std::move(items), .root = root, .name = folder, .prefix = folder + "/"});
  }
  if (to.kind != DataKind::image)
    throw UsageError("pairs are of images, not of " + std::string(plural_of(to.kind)), source);
  add_pairs(pair_sides(sides[0], sides[1], options.files.direction), to);
}

bool is_tree(const std::string& source) {
  std::error_code ignored;
  const Path path = find_path(source);
  return std::filesystem::is_directory(path, ignored) ||
         (is_zip_name(path) && std::filesystem::is_regular_file(path, ignored));
}

}  // namespace

Collection collect(const std::string& source, const SourceOptions& options) {
  Collection found;
  if (const auto two = two_sources(source))
    collect_two(two->first, two->second, options, found);
  else
    collect_one(source, options, found);
  found.items = subsample(std::move(found.items), options);
  found.attribute_table = attribute_table(found.items, std::move(found.columns));
  CollectionReport& report = found.report;
  LeftOutList rest = report.left_out;
  std::erase_if(rest, [](const LeftOut& kind) { return kind.named; });
  if (const std::string others = left_out_text(rest, false); !others.empty())
    found.decisions.push_back({"left-out", "other files", others});
  report.kind = kind_text(found.kind, found.layout);
  report.samples = static_cast<int64_t>(found.items.size() + report.problems.size());
  sort_by_file(report.problems);
  return found;
}

std::vector<size_t> image_files(const FileTree& tree) {
  std::vector<size_t> found;
  for (const SampleItem& item : scan_tree(tree, 0).images) found.push_back(item.file.index);
  return found;
}

bool names_files(const std::string& source) {
  return two_sources(source) || (is_tree(source) && !is_cifar_folder(find_path(source)));
}

std::optional<std::pair<std::string, std::string>> two_sources(const std::string& source) {
  std::error_code ignored;
  if (std::filesystem::exists(find_path(source), ignored)) return {};
  for (size_t at = source.find(':'); at != std::string::npos; at = source.find(':', at + 1)) {
    const std::string a = source.substr(0, at), b = source.substr(at + 1);
    if (is_tree(a) && is_tree(b)) return std::pair(a, b);
  }
  return {};
}

}  // namespace gannet
