#include "gannet/data/files/detail/caption_files.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <unordered_map>

#include "gannet/formats/encoding.h"

namespace gannet {
namespace {

constexpr size_t kMostCaptions = 1000;

// Boxes of objects, as detectors are trained on, are numbers alone.
bool has_letters(const std::vector<std::string>& lines) {
  return std::ranges::any_of(lines, [](const std::string& line) {
    return std::ranges::any_of(line, [](unsigned char c) { return c >= 0x80 || std::isalpha(c); });
  });
}

// By names without their endings, also in small letters: Captions/.
struct Texts {
  std::unordered_map<std::string, size_t> exact, lower;
};

struct CaptionFile {
  size_t index = 0;    // among the tree's names
  std::string folder;  // "" beside the sample, else captions/, texts/, ...
};

// NAME.txt beside the sample; or at the same place in a folder of captions that lies beside the
// samples, or beside their folder: captions/a/1.txt or captions/1.txt of images/a/1.png.
std::optional<CaptionFile> caption_file(const std::string& name, const Texts& texts) {
  constexpr std::array kFolders = {"captions", "caption",      "texts",   "text",
                                   "txt",      "descriptions", "prompts", "text_c10"};  // of CUB
  const std::string stem = without_extension(name);
  if (const auto found = texts.exact.find(stem); found != texts.exact.end())
    return CaptionFile{found->second, ""};
  for (size_t root = folder_of(stem).size();; root = folder_of(stem.substr(0, root - 1)).size()) {
    for (size_t from = root; from != std::string::npos;) {
      for (const char* folder : kFolders) {
        const auto found =
            texts.lower.find(lower_case(stem.substr(0, root) + folder + "/" + stem.substr(from)));
        if (found != texts.lower.end())
          return CaptionFile{found->second, std::string(folder) + "/"};
      }
      const size_t slash = stem.find('/', from);
      from = slash == std::string::npos ? slash : slash + 1;
    }
    if (root == 0) return {};
  }
}

}  // namespace

void add_caption_files(SampleItems& items, const std::vector<std::string>& names,
                       const std::function<Bytes(size_t)>& read, std::vector<std::string>& used,
                       std::vector<Decision>& decisions) {
  Texts texts;
  for (size_t i = 0; i < names.size(); ++i)
    if (lower_case(names[i]).ends_with(".txt")) {
      const std::string stem = without_extension(names[i]);
      texts.exact.emplace(stem, i);
      texts.lower.emplace(lower_case(stem), i);
    }
  if (texts.exact.empty()) return;
  std::string folder;  // of captions
  int64_t captioned = 0, captions = 0, numbers = 0, empty = 0;
  std::map<std::string, int64_t> encodings;
  for (SampleItem& item : items) {
    if (!item.label.captions.empty()) continue;
    const std::optional<CaptionFile> found = caption_file(item.name, texts);
    if (!found) continue;
    const DecodedText decoded = decode_text(read(found->index));
    std::vector<std::string> lines = text_lines(decoded.text, kMostCaptions);
    if (lines.empty()) {
      ++empty;
      continue;
    }
    if (!has_letters(lines)) {
      ++numbers;
      continue;
    }
    used.push_back(names[found->index]);
    folder = found->folder;
    if (!decoded.encoding.empty()) ++encodings[decoded.encoding];
    ++captioned;
    captions += static_cast<int64_t>(lines.size());
    item.label.captions = std::move(lines);
  }
  const auto text = [](int64_t n, const char* what) { return std::to_string(n) + what; };
  if (captioned > 0)
    decisions.push_back(
        {"captions", ".txt",
         text(captions, " captions of ") + text(captioned, " of ") +
             text(static_cast<int64_t>(items.size()), " samples, in the text files ") +
             (folder.empty() ? "beside them" : "of " + folder)});
  for (const auto& [encoding, count] : encodings)
    decisions.push_back(
        {"captions", ".txt",
         text(count, count == 1 ? " file is" : " files are") + " not UTF-8, read as " + encoding});
  if (numbers > 0)
    decisions.push_back(
        {"captions", "none", text(numbers, " text files beside samples hold numbers alone")});
  if (empty > 0)
    decisions.push_back(
        {"captions", "none",
         text(empty, empty == 1 ? " text file of a sample is" : " text files of samples are") +
             " empty: these have no caption"});
}

}  // namespace gannet
