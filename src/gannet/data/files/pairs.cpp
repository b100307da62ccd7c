#include "gannet/data/files/detail/pairs.h"

#include <algorithm>
#include <map>

#include "gannet/base/error.h"
#include "gannet/base/file_names.h"
#include "gannet/data/files/detail/folder_roles.h"

namespace gannet {
namespace {

// The folder of each side, where the folders of `root` are two sides: a/ and b/, or trainA/ and
// trainB/.
std::optional<std::pair<std::string, std::string>> sides_in(const SampleItems& items,
                                                            const std::string& root) {
  const std::vector<std::string> folders = sub_folders(items, root);
  if (folders.size() != 2 || role_of(folders[0]).side != 'a' || role_of(folders[1]).side != 'b')
    return {};
  if (role_of(folders[0]).rest != role_of(folders[1]).rest) return {};
  return std::pair(folders[0], folders[1]);
}

// Two sides, most names in both?
bool are_pairs(const SampleItems& items, const std::string& root) {
  const auto sides = sides_in(items, root);
  if (!sides) return false;
  std::map<std::string, int> found;  // bit 1: in a, bit 2: in b
  for (const SampleItem& item : items) {
    const std::string folder = first_folder(item.name.substr(root.size()));
    found[without_extension(item.name.substr(root.size() + folder.size()))] |=
        folder == sides->first ? 1 : 2;
  }
  const auto both = std::ranges::count_if(found, [](const auto& name) { return name.second == 3; });
  return 2 * static_cast<size_t>(both) >= found.size();
}

PairSide side_of(const SampleItems& items, const std::string& folder) {
  return {.items = items_below(items, folder), .root = folder, .name = folder, .prefix = ""};
}

using Partners = std::pair<const SampleItem*, const SampleItem*>;  // null: none

// The first item of each name goes to its place; others are problems.
void add_side(const PairSide& side, const SampleItem* Partners::*place,
              std::map<std::string, Partners, NaturalLess>& pairs,
              std::vector<FileProblem>& problems) {
  for (const SampleItem& item : side.items) {
    const SampleItem*& partner =
        pairs[without_extension(item.name.substr(side.root.size()))].*place;
    if (partner != nullptr)
      problems.push_back({side.prefix + item.name, "a second image of this name"});
    else
      partner = &item;
  }
}

}  // namespace

PairLayout detect_layout(const SampleItems& items, DataKind kind, const FileOptions& options,
                         bool json_side_by_side) {
  const std::string root = common_folder(items);
  const bool automatic = kind == DataKind::image && options.pairs == "auto";
  if (options.pairs == "folders") {
    const std::vector<std::string> folders = sub_folders(items, root);
    if (folders.size() != 2 || folders[0].empty())
      throw UsageError(
          "expected two sub-folders of images, found " + std::to_string(folders.size()),
          "--pairs folders", "a/ and b/, or --data A:B");
    return PairLayout::folders;
  }
  if (automatic && are_pairs(items, root)) return PairLayout::folders;
  if (options.pairs == "side" || (automatic && json_side_by_side)) return PairLayout::side_by_side;
  return options.pairs == "edges" ? PairLayout::edges : PairLayout::single;
}

Pairing pair(SampleItems items, PairLayout layout, const FileOptions& options) {
  if (layout == PairLayout::folders) {
    const std::string root = common_folder(items);
    const std::vector<std::string> folders = sub_folders(items, root);
    return pair_sides(side_of(items, root + folders.at(0) + "/"),
                      side_of(items, root + folders.at(1) + "/"), options.direction);
  }
  Pairing result{.layout = layout, .items = std::move(items), .problems = {}, .decision = {}};
  if (layout == PairLayout::side_by_side)
    result.decision = {"pairs", "side",
                       std::string("the input is the ") +
                           (options.direction == "AtoB" ? "left" : "right") + " half"};
  return result;
}

Pairing pair_sides(const PairSide& a, const PairSide& b, const std::string& direction) {
  Pairing result{.layout = PairLayout::folders, .items = {}, .problems = {}, .decision = {}};
  std::map<std::string, Partners, NaturalLess> pairs;
  add_side(a, &Partners::first, pairs, result.problems);
  add_side(b, &Partners::second, pairs, result.problems);
  const bool forward = direction == "AtoB";
  for (const auto& [name, pair] : pairs) {
    const auto [in_a, in_b] = pair;
    if (in_a == nullptr || in_b == nullptr) {
      const std::string file = in_a != nullptr ? a.prefix + in_a->name : b.prefix + in_b->name;
      result.problems.push_back({file, "has no partner of the same name in the other folder"});
      continue;
    }
    const SampleItem &input = forward ? *in_a : *in_b, &target = forward ? *in_b : *in_a;
    result.items.push_back({.name = target.name, .file = target.file, .input = input.file});
  }
  result.decision = {
      "pairs", "folders",
      "inputs are of " + (forward ? a : b).name + ", targets of " + (forward ? b : a).name};
  return result;
}

}  // namespace gannet
