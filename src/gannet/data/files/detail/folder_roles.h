// What the names of folders say: parts of a set (train, test, ...) and sides of pairs (A, B).
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace gannet {

enum class Part { none, train, val, test, extra };  // extra: unlabelled or further data

struct FolderRole {
  Part part = Part::none;
  char side = ' ';   // 'a' or 'b' of pairs, as in trainA; else ' '
  std::string rest;  // what else is in the name: "seg" of seg_train
};

// By the words of the name, in any case and any of the usual forms: "Training_Set", "trainB",
// "val2017", "images-test".
FolderRole role_of(const std::string& folder);

// The roles of folders that are the parts of one set: training and another part, or the two sides
// of training, and nothing in their names that differs. None where they are something else, as
// classes of these names.
std::optional<std::vector<FolderRole>> parts_of_a_set(const std::vector<std::string>& folders);

}  // namespace gannet
