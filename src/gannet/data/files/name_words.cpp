#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "gannet/base/file_names.h"
#include "gannet/data/files/detail/name_words.h"

namespace gannet {
namespace {

constexpr std::string_view kDigits = "0123456789", kMarks = " ._-()[]#";
constexpr size_t kMostWords = 10000, kShown = 5;

// What cameras, programs and telephones begin names with.
bool is_of_a_program(const std::string& word) {
  constexpr std::array<std::string_view, 18> kWords = {
      "img",  "image",   "images", "dsc",   "dscn",  "dscf",           "pxl",
      "pict", "picture", "pic",    "photo", "frame", "whatsapp image", "screenshot",
      "scan", "video",   "sample", "file"};
  return std::ranges::count(kWords, lower_case(word)) > 0;
}

}  // namespace

namespace {

// A name as a word and a number: walk_001, 001_walk.
struct WordAndNumber {
  std::string word;
  char mark = '\0';  // between the two, on the number's side; 0: none
};

WordAndNumber word_and_number(const std::string& name) {
  const std::string path = without_extension(name);
  const std::string stem = path.substr(folder_of(path).size());
  const size_t end = stem.find_last_not_of(kMarks), begin = stem.find_first_of(kDigits);
  if (end == std::string::npos || begin == std::string::npos) return {};
  if (kDigits.find(stem[end]) != std::string_view::npos) {
    const size_t before = stem.find_last_not_of(kDigits, end);
    if (before == std::string::npos) return {};
    const bool marked = kMarks.find(stem[before]) != std::string_view::npos;
    const size_t last = stem.find_last_not_of(kMarks, before);  // npos + 1: marks alone
    return {stem.substr(0, last + 1), marked ? stem[last + 1] : '\0'};
  }
  const size_t after = stem.find_first_not_of(kDigits, begin);
  if (stem.find_first_not_of(kMarks) != begin || kMarks.find(stem[after]) == std::string_view::npos)
    return {};
  const size_t first = stem.find_first_not_of(kMarks, after);
  return {stem.substr(first, end + 1 - first), stem[first - 1]};
}

}  // namespace

std::string name_word(const std::string& name) { return word_and_number(name).word; }

std::optional<std::vector<std::string>> name_words(const SampleItems& items) {
  std::map<std::string, size_t, NaturalLess> count;
  for (const SampleItem& item : items)
    if (const std::string word = name_word(item.name); !word.empty() && !is_of_a_program(word))
      ++count[word];
  std::vector<std::string> words;
  size_t named = 0;
  for (const auto& [word, n] : count) {
    if (n < 2) continue;
    words.push_back(word);
    named += n;
  }
  const bool divide =
      words.size() > 1 && words.size() <= kMostWords && 10 * named >= 9 * items.size();
  return divide ? std::optional(std::move(words)) : std::nullopt;
}

namespace {

std::string without_digits(std::string word) {
  std::erase_if(word, [](char c) { return kDigits.find(c) != std::string_view::npos; });
  return word;
}

}  // namespace

ClipWords clip_words(const SampleItems& items, int64_t frames) {
  std::map<std::string, int64_t, NaturalLess> count;
  std::map<std::string, char> marks;
  for (const SampleItem& item : items)
    if (const auto [word, mark] = word_and_number(item.name); !word.empty()) {
      ++count[word];
      marks.emplace(word, mark);
    }
  ClipWords found;
  int64_t named = 0, long_enough = 0;
  for (const auto& [word, n] : count) {
    if (n < 2) continue;
    found.clips.push_back(word);
    named += n;
    long_enough += n >= frames;
  }
  if (found.clips.size() < 2 || found.clips.size() > kMostWords) return {};
  const auto is_number_of_first = [&](const std::string& word) {
    const char mark = marks[word];
    return without_digits(word) == without_digits(found.clips[0]) && mark != '_' && mark != ' ';
  };
  const auto words = static_cast<int64_t>(found.clips.size());
  found.apart = 10 * named >= 9 * static_cast<int64_t>(items.size()) && 2 * long_enough > words &&
                !std::ranges::all_of(found.clips, is_number_of_first);
  return found;
}

std::string listed_words(const std::vector<std::string>& words) {
  std::string text = std::to_string(words.size()) + " words (";
  for (size_t i = 0; i < std::min(words.size(), kShown); ++i)
    text += (i > 0 ? ", " : "") + words[i];
  return text + (words.size() > kShown ? ", ...)" : ")");
}

}  // namespace gannet
