#include "gannet/data/files/detail/folder_roles.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string_view>

#include "gannet/data/files/items.h"

namespace gannet {
namespace {

enum class Letter { other, digit, lower, upper };

Letter letter_of(unsigned char c) {
  if (std::isdigit(c)) return Letter::digit;
  if (std::isupper(c)) return Letter::upper;
  return std::islower(c) || c >= 0x80 ? Letter::lower : Letter::other;
}

// The words of a name in lower case, parted by other characters, by digits, and by a capital letter
// after a small one. Digits are left out: 2017 of val2017.
std::vector<std::string> words_of(const std::string& name) {
  std::vector<std::string> words;
  Letter before = Letter::other;
  for (const char c : name) {
    const Letter letter = letter_of(static_cast<unsigned char>(c));
    const bool is_letter = letter == Letter::lower || letter == Letter::upper;
    const bool begins = before == Letter::other || before == Letter::digit ||
                        (before == Letter::lower && letter == Letter::upper);
    if (is_letter && begins) words.emplace_back();
    if (is_letter) words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    before = letter;
  }
  return words;
}

bool says_nothing(std::string_view word) {
  static const std::set<std::string_view> words = {
      "set",     "data",   "dataset", "image",  "images",  "img",    "imgs",
      "picture", "photos", "split",   "folder", "files",   "audio",  "wav",
      "clips",   "frames", "videos",  "dir",    "samples", "public", "private"};
  return words.contains(word);
}

// Also with such a word behind it: trainset, testdata, valimages.
Part part_of(const std::string& word) {
  static const std::map<std::string_view, Part> parts = {{"train", Part::train},
                                                         {"training", Part::train},
                                                         {"trainval", Part::train},
                                                         {"trainings", Part::train},
                                                         {"trainingsdaten", Part::train},
                                                         {"entrenamiento", Part::train},
                                                         {"test", Part::test},
                                                         {"testing", Part::test},
                                                         {"testdaten", Part::test},
                                                         {"prueba", Part::test},
                                                         {"holdout", Part::test},
                                                         {"heldout", Part::test},
                                                         {"val", Part::val},
                                                         {"valid", Part::val},
                                                         {"validation", Part::val},
                                                         {"validate", Part::val},
                                                         {"validierung", Part::val},
                                                         {"dev", Part::val},
                                                         {"eval", Part::val},
                                                         {"evaluation", Part::val},
                                                         {"extra", Part::extra},
                                                         {"unlabeled", Part::extra},
                                                         {"unlabelled", Part::extra},
                                                         {"unsup", Part::extra},
                                                         {"unsupervised", Part::extra},
                                                         {"additional", Part::extra},
                                                         {"pred", Part::extra},
                                                         {"prediction", Part::extra}};
  for (const auto& [name, part] : parts)
    if (word == name || (word.starts_with(name) && says_nothing(word.substr(name.size()))))
      return part;
  return Part::none;
}

bool is_unlabelled(const std::string& folder) {
  return std::ranges::any_of(words_of(folder), [](const std::string& word) {
    return word == "unlabeled" || word == "unlabelled" || word == "unsup" || word == "unsupervised";
  });
}

}  // namespace

FolderRole role_of(const std::string& folder) {
  FolderRole role;
  std::vector<std::string> words = words_of(folder);
  if (!words.empty() && (words.back() == "a" || words.back() == "b")) {
    role.side = words.back()[0];
    words.pop_back();
  }
  for (const std::string& word : words) {
    const Part part = part_of(word);
    if (part != Part::none && role.part == Part::none)
      role.part = part;
    else if (!says_nothing(word) && !(part == Part::val && role.part == Part::train))
      role.rest += (role.rest.empty() ? "" : " ") + word;
  }
  return role;
}

namespace {

// Where training and held out folders of one further name ("" too) are there, and of no other one:
// further data, as train_masks beside train and test.
void set_apart_further_data(std::vector<FolderRole>& roles) {
  std::map<std::string, std::set<Part>> parts;
  for (const FolderRole& role : roles)
    if (role.part != Part::none) parts[role.rest].insert(role.part);
  std::vector<std::string> whole;
  for (const auto& [rest, of] : parts)
    if (of.contains(Part::train) && (of.contains(Part::test) || of.contains(Part::val)))
      whole.push_back(rest);
  if (parts.contains("") && std::ranges::count(whole, "") > 0) whole = {""};
  if (whole.size() != 1) return;
  for (FolderRole& role : roles)
    if (role.part != Part::none && role.rest != whole[0])
      role = {.part = Part::extra, .rest = whole[0]};
}

// A folder of unlabelled data beside others, which are what is learned from, but for a test part.
bool are_beside_unlabelled(std::vector<FolderRole>& roles,
                           const std::vector<std::string>& folders) {
  const bool unlabelled = std::ranges::any_of(folders, is_unlabelled);
  const bool train = std::ranges::count(roles, Part::train, &FolderRole::part) > 0;
  const auto others = std::ranges::count(roles, Part::none, &FolderRole::part);
  if (!unlabelled || train || others == 0) return false;
  for (FolderRole& role : roles)
    if (role.part == Part::none) role.part = Part::train;
  return true;
}

// tr, te, trn, tst, ts, va, also behind other words: imagesTr, labelsTs.
std::optional<FolderRole> short_role_of(const std::string& folder) {
  static const std::map<std::string, Part> parts = {
      {"tr", Part::train}, {"trn", Part::train}, {"te", Part::test}, {"tst", Part::test},
      {"ts", Part::test},  {"va", Part::val},    {"vl", Part::val}};
  const std::vector<std::string> words = words_of(folder);
  const auto part = words.empty() ? parts.end() : parts.find(words.back());
  if (part == parts.end()) return {};
  FolderRole role{.part = part->second};
  for (size_t i = 0; i + 1 < words.size(); ++i)
    if (!says_nothing(words[i])) role.rest += (role.rest.empty() ? "" : " ") + words[i];
  return role;
}

// Where one of them is named so, and nothing but parts lies beside it: beside others these are
// languages. labelsTr is further data. "": files beside the folders.
std::optional<std::vector<FolderRole>> short_parts(const std::vector<std::string>& folders) {
  std::vector<FolderRole> roles;
  std::set<Part> found;
  bool any_short = false;
  for (const std::string& folder : folders) {
    const std::optional<FolderRole> short_role = short_role_of(folder);
    FolderRole role = short_role ? *short_role : role_of(folder);
    any_short |= short_role && role.rest.empty();
    if (!folder.empty() && role.part == Part::none) return {};
    if (short_role && !role.rest.empty())
      role = {.part = Part::extra};
    else if (!role.rest.empty())
      return {};
    if (role.part != Part::none && role.part != Part::extra && !found.insert(role.part).second)
      return {};
    roles.push_back(std::move(role));
  }
  if (!any_short || !found.contains(Part::train) || found.size() < 2) return {};
  return roles;
}

}  // namespace

std::optional<std::vector<FolderRole>> parts_of_a_set(const std::vector<std::string>& folders) {
  if (auto roles = short_parts(folders)) return roles;
  std::vector<FolderRole> roles;
  for (const std::string& folder : folders)
    roles.push_back(folder.empty() ? FolderRole() : role_of(folder));
  if (are_beside_unlabelled(roles, folders)) return roles;
  set_apart_further_data(roles);
  std::set<Part> parts;
  std::set<std::string> rests, sides;
  bool others = false;
  for (const FolderRole& role : roles) {
    others |= role.part == Part::none;
    if (role.part == Part::none) continue;
    parts.insert(role.part);
    rests.insert(role.rest);
    if (role.part == Part::train) sides.insert(std::string(1, role.side));
  }
  const bool held_out = parts.contains(Part::test) || parts.contains(Part::val);
  const bool train = parts.contains(Part::train);
  // Beside training and held out data any folder is something else; beside training alone it may be
  // a class as training is.
  if (rests.size() != 1 || (others && !(train && held_out))) return {};
  const bool are_parts = train ? parts.size() > 1 || sides == std::set<std::string>{"a", "b"}
                               : parts.size() > 1 && held_out;
  if (!are_parts) return {};
  return roles;
}

}  // namespace gannet
