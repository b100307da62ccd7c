// Image pairs: which images are input and target of each other.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gannet/data/files/items.h"
#include "gannet/data/kind.h"
#include "gannet/data/source_options.h"

namespace gannet {

struct Pairing {
  PairLayout layout = PairLayout::single;
  SampleItems items;  // of pairs in two folders: one item a pair, named as its target
  std::vector<FileProblem> problems;
  std::optional<Decision> decision;
};

// How the items of one tree are paired: FileOptions::pairs, or, where that is auto, in folders a/
// and b/, or trainA/ and trainB/, where most names are in both, or side by side where dataset.json
// says so. Throws UsageError where
// --pairs folders does not find two. --pairs names has the layout of folders.
PairLayout detect_layout(const SampleItems& items, DataKind kind, const FileOptions& options,
                         bool json_side_by_side);

// Pairs the items of one tree. With PairLayout::folders by equal names in the two sub-folders, or,
// with --pairs names, by names that differ in what follows their last mark (1.jpg, 1_mask.png).
// Throws UsageError where names do not come in such twos.
Pairing pair(SampleItems items, PairLayout layout, const FileOptions& options);

// One side of pairs in two folders.
struct PairSide {
  SampleItems items;
  std::string root;    // what their names have in common, with its '/'
  std::string name;    // of the folder, in messages
  std::string prefix;  // before an item's name in messages
};

// What to say of images that look like pairs and are not taken as such: masks/ beside images/, or
// names of one folder with and without "_mask". None where they do not.
std::optional<Decision> unused_pairs(const SampleItems& items, DataKind kind,
                                     const FileOptions& options);

// Pairs by equal names below each root, whatever their extensions; where they do not match, without
// what all names of a side begin or end with ("_mask"). Input is `a` with the direction
// AtoB, else `b`.
Pairing pair_sides(const PairSide& a, const PairSide& b, const std::string& direction);

}  // namespace gannet
