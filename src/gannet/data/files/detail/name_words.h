// Classes by the names of files in one folder: cat.0.jpg, dog.0.jpg; Abyssinian_34.jpg.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gannet/data/files/items.h"

namespace gannet {

// What stands before the number that a name ends in, or behind the one that it begins with, without
// the marks between: "cat" of "a/cat.12.png", "cat (12).png", "cat-012.png" and "012_cat.png"; ""
// where there is neither, or nothing else.
std::string name_word(const std::string& name);

// The words of most of the items, in natural order: two at least, of two items each. None: the
// names have nothing that divides them so.
std::optional<std::vector<std::string>> name_words(const SampleItems& items);

// The words of frames in one folder: walk_001.png, run_001.png. They are clips apart where most of
// them have `frames` images, hold nine of ten images, and differ by more than a number that may be
// a part of the time (cap_0.04.png, 2024-05-01_12-00-01.png).
struct ClipWords {
  std::vector<std::string> clips;  // in natural order; fewer than two: none
  bool apart = false;
};
ClipWords clip_words(const SampleItems& items, int64_t frames);

// "2 words (cat, dog)"
std::string listed_words(const std::vector<std::string>& words);

}  // namespace gannet
