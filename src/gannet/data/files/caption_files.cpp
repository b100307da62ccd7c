// Captions in NAME.txt beside NAME.png.
#include <algorithm>
#include <unordered_map>

#include "gannet/data/files/detail/label_table.h"
#include "gannet/formats/encoding.h"

namespace gannet {
namespace {

constexpr size_t kMostCaptions = 1000;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size() && lines.size() < kMostCaptions;) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    const size_t first = line.find_first_not_of(" \t\r"), last = line.find_last_not_of(" \t\r");
    if (first != std::string::npos) lines.push_back(line.substr(first, last + 1 - first));
    at = end + 1;
  }
  return lines;
}

// Boxes of objects, as detectors are trained on, are numbers alone.
bool has_letters(const std::vector<std::string>& lines) {
  return std::ranges::any_of(lines, [](const std::string& line) {
    return std::ranges::any_of(line, [](unsigned char c) { return c >= 0x80 || std::isalpha(c); });
  });
}

}  // namespace

void add_caption_files(SampleItems& items, const std::vector<std::string>& names,
                       const std::function<Bytes(size_t)>& read, std::vector<std::string>& used,
                       std::vector<Decision>& decisions) {
  std::unordered_map<std::string, size_t> texts;
  for (size_t i = 0; i < names.size(); ++i)
    if (lower_case(names[i]).ends_with(".txt")) texts.emplace(without_extension(names[i]), i);
  if (texts.empty()) return;
  int64_t captioned = 0, captions = 0, numbers = 0, other_encodings = 0;
  for (SampleItem& item : items) {
    const auto found = texts.find(without_extension(item.name));
    if (found == texts.end() || !item.label.captions.empty()) continue;
    const DecodedText decoded = decode_text(read(found->second));
    std::vector<std::string> lines = lines_of(decoded.text);
    if (lines.empty()) continue;
    if (!has_letters(lines)) {
      ++numbers;
      continue;
    }
    used.push_back(names[found->second]);
    other_encodings += !decoded.encoding.empty();
    ++captioned;
    captions += static_cast<int64_t>(lines.size());
    item.label.captions = std::move(lines);
  }
  const auto text = [](int64_t n, const char* what) { return std::to_string(n) + what; };
  if (captioned > 0)
    decisions.push_back(
        {"captions", ".txt", text(captions, " captions of ") + text(captioned, " of ") +
                                 text(static_cast<int64_t>(items.size()),
                                      " samples, in the text files beside them")});
  if (other_encodings > 0)
    decisions.push_back(
        {"captions", ".txt", text(other_encodings, " files are not UTF-8, read as Windows-1252")});
  if (numbers > 0)
    decisions.push_back(
        {"captions", "none", text(numbers, " text files beside samples hold numbers alone")});
}

}  // namespace gannet
