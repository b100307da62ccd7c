#include "gannet/data/files/detail/pairs.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

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

PairSide side_of(const SampleItems& items, const std::string& folder) {
  return {.items = items_below(items, folder), .root = folder, .name = folder, .prefix = ""};
}

bool is_mark(char c) { return c == '_' || c == '-' || c == '.' || c == ' '; }

// What all names begin and end with, up to a mark: "img_" and "_mask". Digits are no part of it.
struct Affixes {
  std::string prefix, suffix;

  std::string core(const std::string& name) const {
    return name.substr(prefix.size(), name.size() - prefix.size() - suffix.size());
  }
  std::string text() const {
    if (prefix.empty() || suffix.empty()) return "'" + prefix + suffix + "'";
    return "'" + prefix + "' and '" + suffix + "'";
  }
  bool empty() const { return prefix.empty() && suffix.empty(); }
};

std::string common_prefix(const std::vector<std::string>& names) {
  std::string common = names[0];
  for (const std::string& name : names) {
    const auto [end, other] = std::ranges::mismatch(common, name);
    common.erase(end, common.end());
  }
  return common;
}

Affixes affixes_of(std::vector<std::string> names) {
  if (names.size() < 2) return {};
  std::string prefix = common_prefix(names);
  prefix.resize(std::min(prefix.size(), prefix.find_first_of("0123456789/")));
  while (!prefix.empty() && !is_mark(prefix.back())) prefix.pop_back();
  for (std::string& name : names) {
    name.erase(0, prefix.size());
    std::ranges::reverse(name);
  }
  std::string suffix = common_prefix(names);
  std::ranges::reverse(suffix);
  const size_t mark = suffix.find_first_of("_-. ");
  suffix = mark == std::string::npos ? "" : suffix.substr(mark);
  if (suffix.find('/') != std::string::npos || (suffix.size() == 1)) suffix.clear();
  return {prefix, suffix};
}

std::vector<std::string> stems_of(const PairSide& side) {
  std::vector<std::string> stems;
  for (const SampleItem& item : side.items)
    stems.push_back(without_extension(item.name.substr(side.root.size())));
  return stems;
}

size_t matches(const std::vector<std::string>& a, const Affixes& of_a,
               const std::vector<std::string>& b, const Affixes& of_b) {
  std::set<std::string> cores;
  for (const std::string& name : a) cores.insert(of_a.core(name));
  std::set<std::string> both;
  for (const std::string& name : b)
    if (const std::string core = of_b.core(name); cores.contains(core)) both.insert(core);
  return both.size();
}

// What is taken off the names of each side, where they match without alone: 1.jpg and 1_mask.png.
std::pair<Affixes, Affixes> different_affixes(const PairSide& side_a, const PairSide& side_b) {
  const std::vector<std::string> a = stems_of(side_a), b = stems_of(side_b);
  const Affixes of_a = affixes_of(a), of_b = affixes_of(b);
  if (2 * matches(a, {}, b, {}) >= std::min(a.size(), b.size())) return {};
  if (2 * matches(a, of_a, b, of_b) < std::max(a.size(), b.size())) return {};
  return {of_a, of_b};
}

// Two sides, most names in both, if need be without what each side's begin or end with?
bool are_pairs(const SampleItems& items, const std::string& root) {
  const auto sides = sides_in(items, root);
  if (!sides) return false;
  const PairSide a = side_of(items, root + sides->first + "/"),
                 b = side_of(items, root + sides->second + "/");
  const std::vector<std::string> in_a = stems_of(a), in_b = stems_of(b);
  const auto [of_a, of_b] = different_affixes(a, b);
  const size_t both = matches(in_a, of_a, in_b, of_b);
  return 2 * both >= in_a.size() + in_b.size() - both;  // of all names
}

using Partners = std::pair<const SampleItem*, const SampleItem*>;  // null: none

// The first item of each name goes to its place; others are problems.
void add_side(const PairSide& side, const Affixes& affixes, const SampleItem* Partners::*place,
              std::map<std::string, Partners, NaturalLess>& pairs,
              std::vector<FileProblem>& problems) {
  for (const SampleItem& item : side.items) {
    const SampleItem*& partner =
        pairs[affixes.core(without_extension(item.name.substr(side.root.size())))].*place;
    if (partner != nullptr)
      problems.push_back({side.prefix + item.name, "a second image of this name"});
    else
      partner = &item;
  }
}

// "img_1" of "img_1_mask", and the mark with what follows it.
std::pair<std::string, std::string> parted(const std::string& stem) {
  const size_t mark = stem.find_last_of("_- ");
  if (mark == std::string::npos || mark < folder_of(stem).size()) return {stem, ""};
  return {stem.substr(0, mark), stem.substr(mark)};
}

// Images of one folder whose names come in twos: 1.jpg and 1_mask.png, 1_A.png and 1_B.png. The
// endings; the first may be "".
std::optional<std::pair<std::string, std::string>> endings_of_twos(const SampleItems& items) {
  std::map<std::string, std::set<std::string>> endings;  // of each core
  std::set<std::string> stems;
  for (const SampleItem& item : items) stems.insert(without_extension(item.name));
  for (const std::string& stem : stems) {
    const auto [core, ending] = parted(stem);
    if (ending.find_first_of("0123456789") != std::string::npos) continue;
    endings[core].insert(ending);
    if (!ending.empty() && stems.contains(core)) endings[core].insert("");
  }
  std::map<std::set<std::string>, size_t> count;
  for (const auto& [core, of] : endings)
    if (of.size() == 2) ++count[of];
  for (const auto& [two, n] : count)
    if (n >= 2 && 2 * n >= items.size() - n) return std::pair(*two.begin(), *two.rbegin());
  return {};
}

std::string listed(const std::pair<std::string, std::string>& two) {
  return two.first.empty() ? "with and without '" + two.second + "'"
                           : "with '" + two.first + "' and '" + two.second + "'";
}

// Pairs of equal names without the affixes of each side.
Pairing match_sides(const PairSide& a, const Affixes& of_a, const PairSide& b, const Affixes& of_b,
                    const std::string& direction) {
  Pairing result{.layout = PairLayout::folders, .items = {}, .problems = {}, .decision = {}};
  std::map<std::string, Partners, NaturalLess> pairs;
  add_side(a, of_a, &Partners::first, pairs, result.problems);
  add_side(b, of_b, &Partners::second, pairs, result.problems);
  const bool forward = direction == "AtoB";
  for (const auto& [name, pair] : pairs) {
    const auto [in_a, in_b] = pair;
    if (in_a == nullptr || in_b == nullptr) {
      const std::string file = in_a != nullptr ? a.prefix + in_a->name : b.prefix + in_b->name;
      result.problems.push_back({file, "has no partner of the same name on the other side"});
      continue;
    }
    const SampleItem &input = forward ? *in_a : *in_b, &target = forward ? *in_b : *in_a;
    result.items.push_back({.name = target.name, .file = target.file, .input = input.file});
  }
  std::string text =
      "inputs are of " + (forward ? a : b).name + ", targets of " + (forward ? b : a).name;
  result.decision = {"pairs", "folders", text};
  return result;
}

// Pairs of one folder by the endings of their names.
Pairing pair_by_names(const SampleItems& items, const std::string& direction) {
  const auto two = endings_of_twos(items);
  if (!two)
    throw UsageError(
        "expected names that come in twos, as 1.jpg and 1_mask.png, or 1_A.png and 1_B.png",
        "--pairs names", "--pairs folders takes equal names in two folders");
  const auto& [first, second] = *two;
  const std::string root = common_folder(items);
  const auto side = [&](const std::string& name) {
    return PairSide{.items = {}, .root = root, .name = name, .prefix = ""};
  };
  PairSide a = side(first.empty() ? "names without '" + second + "'" : "'" + first + "'");
  PairSide b = side("'" + second + "'");
  std::vector<FileProblem> strays;
  for (const SampleItem& item : items) {
    const std::string ending = parted(without_extension(item.name)).second;
    if (ending == second)
      b.items.push_back(item);
    else if (first.empty() || ending == first)
      a.items.push_back(item);
    else
      strays.push_back({item.name, "ends neither in '" + first + "' nor in '" + second + "'"});
  }
  Pairing result = match_sides(a, {"", first}, b, {"", second}, direction);
  result.decision->value = "names";
  result.problems.insert(result.problems.end(), strays.begin(), strays.end());
  return result;
}

// Folders of drawings of the images beside them.
bool names_targets(const std::string& folder) {
  constexpr std::array<std::string_view, 20> kNames = {
      "mask",   "masks",   "label",        "labels",        "annotation",  "annotations", "gt",
      "target", "targets", "edges",        "sketch",        "sketches",    "depth",       "normals",
      "output", "outputs", "segmentation", "segmentations", "groundtruth", "ground truth"};
  const std::string rest = role_of(folder).rest;
  return std::ranges::count(kNames, rest) > 0;
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
  if (options.pairs == "names" || (automatic && are_pairs(items, root))) return PairLayout::folders;
  if (options.pairs == "side" || (automatic && json_side_by_side)) return PairLayout::side_by_side;
  return options.pairs == "edges" ? PairLayout::edges : PairLayout::single;
}

Pairing pair(SampleItems items, PairLayout layout, const FileOptions& options) {
  if (options.pairs == "names") return pair_by_names(items, options.direction);
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

std::optional<Decision> unused_pairs(const SampleItems& items, DataKind kind,
                                     const FileOptions& options) {
  if (kind != DataKind::image || options.pairs != "auto") return {};
  const std::string root = common_folder(items);
  const std::vector<std::string> folders = sub_folders(items, root);
  if (folders == std::vector<std::string>{""}) {
    const auto two = endings_of_twos(items);
    if (!two) return {};
    return Decision{"pairs", "none",
                    "names come " + listed(*two) + ": --pairs names takes them as pairs"};
  }
  if (folders.size() != 2 || folders[0].empty()) return {};
  if (!names_targets(folders[0]) && !names_targets(folders[1])) return {};
  const PairSide a = side_of(items, root + folders[0] + "/"),
                 b = side_of(items, root + folders[1] + "/");
  const auto [of_a, of_b] = different_affixes(a, b);
  const std::vector<std::string> in_a = stems_of(a), in_b = stems_of(b);
  if (2 * matches(in_a, of_a, in_b, of_b) < std::max(in_a.size(), in_b.size())) return {};
  return Decision{"pairs", "none",
                  folders[0] + "/ and " + folders[1] +
                      "/ have files of the same names: --pairs folders takes them as pairs"};
}

Pairing pair_sides(const PairSide& a, const PairSide& b, const std::string& direction) {
  const auto [of_a, of_b] = different_affixes(a, b);
  Pairing result = match_sides(a, of_a, b, of_b, direction);
  for (const auto& [affixes, side] : {std::pair(&of_a, &a), std::pair(&of_b, &b)})
    if (!affixes->empty())
      result.decision->reason += "; names of " + side->name + " without " + affixes->text();
  return result;
}

}  // namespace gannet
