#include "gannet/data/files/detail/pairs.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

#include "gannet/base/error.h"
#include "gannet/base/file_names.h"
#include "gannet/data/files/detail/folder_roles.h"
#include "gannet/data/files/detail/name_pairs.h"

namespace gannet {

bool names_targets(const std::string& folder) {
  constexpr std::array<std::string_view, 24> kNames = {
      "mask",  "masks",   "label",        "labels",        "annotation",  "annotations",
      "gt",    "target",  "targets",      "edges",         "sketch",      "sketches",
      "depth", "normals", "output",       "outputs",       "hr",          "lr",
      "after", "before",  "segmentation", "segmentations", "groundtruth", "ground truth"};
  const std::string rest = role_of(folder).rest;
  return std::ranges::count(kNames, rest) > 0;
}

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
  const size_t mark = suffix.find_first_of("_-. "), scale = suffix.rfind('x');
  const bool is_scale = scale != std::string::npos && scale + 1 < suffix.size() &&
                        suffix.find_first_not_of("0123456789", scale + 1) == std::string::npos;
  if (mark != std::string::npos)
    suffix.erase(0, mark);
  else  // 0801x4 of DIV2K
    suffix.erase(0, is_scale ? scale : suffix.size());
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
      const Affixes& other = in_a != nullptr ? of_b : of_a;
      const std::string wanted = other.prefix + name + other.suffix;
      result.problems.push_back({file, "has no partner " + wanted + ".* on the other side"});
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

// Of a side whose names have this part.
Affixes affixes_of(const Twos& twos, const std::string& part) {
  if (twos.way == NameWay::extension) return {};
  if (twos.way == NameWay::beginning) return {part, ""};
  return {"", part};
}

// Pairs of one folder by what of their names is of one side alone.
Pairing pair_by_names(const SampleItems& items, const std::string& direction) {
  const std::optional<Twos> twos = find_twos(items);
  if (!twos)
    throw UsageError(
        "expected names that come in twos, as 1.jpg and 1_mask.png, 1_A.png and 1_B.png, or "
        "A_1.png and B_1.png",
        "--pairs names", "--pairs folders takes equal names in two folders");
  const std::string &first = twos->first, &second = twos->second;
  const std::string root = common_folder(items);
  const auto side = [&](const std::string& name) {
    return PairSide{.items = {}, .root = root, .name = name, .prefix = ""};
  };
  PairSide a = side(first.empty() ? "names without '" + second + "'" : "'" + first + "'");
  PairSide b = side("'" + second + "'");
  std::vector<FileProblem> strays;
  for (const SampleItem& item : items) {
    const std::string part = parted(item.name, twos->way).part;
    if (part == second)
      b.items.push_back(item);
    else if (first.empty() || part == first)
      a.items.push_back(item);
    else
      strays.push_back({item.name, "has neither '" + first + "' nor '" + second + "' in its name"});
  }
  Pairing result =
      match_sides(a, affixes_of(*twos, first), b, affixes_of(*twos, second), direction);
  result.decision->value = "names";
  result.problems.insert(result.problems.end(), strays.begin(), strays.end());
  return result;
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
    const std::optional<Twos> two = find_twos(items);
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
