#include "gannet/data/files/detail/pixel_table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <map>
#include <optional>

#include "gannet/base/error.h"
#include "gannet/data/detail/checks.h"
#include "gannet/data/files/detail/array_images.h"
#include "gannet/data/files/detail/folder_roles.h"
#include "gannet/data/files/items.h"

namespace gannet {
namespace {

constexpr uint64_t kFileLimit = uint64_t{1} << 33;
constexpr int64_t kSmallestSide = 8, kLargestSide = 1024;
constexpr int64_t kFewLevels = 16;          // a table of such small numbers may be anything
constexpr size_t kStart = size_t{1} << 20;  // bytes that the first two lines must be in
constexpr size_t kMostOthers = 4;           // columns that are no pixels

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\"");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\"") + 1 - first);
}

std::vector<std::string_view> parted(std::string_view line, char separator) {
  std::vector<std::string_view> cells;
  for (size_t at = 0; at <= line.size();) {
    const size_t end = std::min(line.find(separator, at), line.size());
    cells.push_back(trimmed(line.substr(at, end - at)));
    at = end + 1;
  }
  return cells;
}

std::optional<double> number_of(std::string_view cell) {
  double x = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), x);
  if (error != std::errc() || end != cell.data() + cell.size()) return {};
  return x;
}

struct Side {
  int64_t side = 0, channels = 1;
};

std::optional<Side> side_of(int64_t pixels) {
  for (const int64_t channels : {1, 3}) {
    const int64_t side = std::llround(std::sqrt(static_cast<double>(pixels / channels)));
    if (side >= kSmallestSide && side <= kLargestSide && channels * side * side == pixels)
      return Side{side, channels};
  }
  return {};
}

// pixel12, px_12, 3x4.
bool names_pixel(const std::string& name) {
  const size_t digits = name.find_first_of("0123456789");
  if (digits == std::string::npos) return false;
  std::string before = name.substr(0, digits);
  while (before.ends_with('_') || before.ends_with(' ')) before.pop_back();
  const std::string rest = name.substr(digits);
  const bool plain = rest.find_first_not_of("0123456789") == std::string::npos;
  if (plain) return before == "pixel" || before == "px" || before == "pix" || before == "p";
  const size_t by = rest.find('x');
  return before.empty() && by != std::string::npos && by > 0 && by + 1 < rest.size() &&
         rest.find_first_not_of("0123456789x") == std::string::npos;
}

bool names_split(const std::string& name) {
  return name == "usage" || name == "split" || name == "set" || name == "partition";
}

// Which column is what. pixels: of one cell all, where `in_a_cell`.
struct Columns {
  char separator = ',';
  size_t width = 0, first_pixel = 0;
  int64_t pixels = 0;
  bool in_a_cell = false, has_header = true;
  std::optional<size_t> label, split;
  std::vector<std::string> names, left_out;
};

void name_others(Columns& c, const std::vector<size_t>& others) {
  for (const size_t i : others) {
    const std::string& name = c.names[i];
    if (!c.split && names_split(name)) {
      c.split = i;
    } else if (!c.label && name != "id" && name != "index" && !name.empty()) {
      c.label = i;
    } else {
      c.left_out.push_back(name.empty() ? "column " + std::to_string(i + 1) : name);
    }
  }
}

// By the names in the first line.
std::optional<Columns> columns_by_names(const std::vector<std::string_view>& cells,
                                        const std::vector<std::string_view>& second) {
  Columns c;
  std::vector<size_t> others;
  c.width = cells.size();
  for (size_t i = 0; i < cells.size(); ++i) {
    c.names.push_back(lower_case(std::string(cells[i])));
    const bool all = c.names[i] == "pixels" && second.size() == cells.size();
    if (all) {
      c.in_a_cell = true;
      c.pixels = static_cast<int64_t>(parted(second[i], ' ').size());
      c.first_pixel = i;
    } else if (names_pixel(c.names[i])) {
      if (c.pixels++ == 0) c.first_pixel = i;
      if (i + 1 != c.first_pixel + static_cast<size_t>(c.pixels)) return {};  // not side by side
    } else {
      others.push_back(i);
    }
  }
  if (!side_of(c.pixels) || others.size() > kMostOthers) return {};
  name_others(c, others);
  return c;
}

// Without names: a label and pixels, or pixels alone.
std::optional<Columns> columns_by_numbers(const std::vector<std::string_view>& row) {
  Columns c;
  c.width = row.size();
  c.has_header = false;
  c.pixels = static_cast<int64_t>(row.size());
  if (!side_of(c.pixels)) {
    --c.pixels;
    c.first_pixel = 1;
    c.label = 0;
  }
  if (const auto side = side_of(c.pixels); !side || side->channels > 1) return {};
  double most = 0;
  for (size_t i = c.first_pixel; i < row.size(); ++i) {
    const std::optional<double> x = number_of(row[i]);
    if (!x || *x < 0 || *x > 255 || *x != std::floor(*x)) return {};
    most = std::max(most, *x);
  }
  if (most <= kFewLevels) return {};
  return c;
}

std::string_view without_mark(std::string_view text) {
  return text.starts_with("\xef\xbb\xbf") ? text.substr(3) : text;
}

std::string_view line_of(std::string_view text, size_t& at) {
  const size_t end = std::min(text.find('\n', at), text.size());
  const std::string_view line = text.substr(at, end - at);
  at = end + 1;
  return line;
}

std::optional<Columns> columns_of(std::string_view text) {
  size_t at = 0;
  const std::string_view first = line_of(text, at);
  const std::string_view second = at < text.size() ? line_of(text, at) : std::string_view();
  for (const char separator : {',', ';', '\t'}) {
    const std::vector<std::string_view> cells = parted(first, separator);
    if (cells.size() < 2) continue;
    std::optional<Columns> found = number_of(cells.back())
                                       ? columns_by_numbers(cells)
                                       : columns_by_names(cells, parted(second, separator));
    if (found) found->separator = separator;
    return found;
  }
  return {};
}

// "train", "val" or "test"; FER2013's are Training, PublicTest and PrivateTest.
std::string part_of(std::string_view cell, const std::string& place) {
  const std::string name(cell);
  if (lower_case(name) == "publictest") return "val";
  switch (role_of(name).part) {
    case Part::train:
      return "train";
    case Part::val:
      return "val";
    case Part::test:
      return "test";
    default:
      break;
  }
  if (lower_case(name) == "privatetest") return "test";
  throw Error("expected a part of the set, as train or test, found '" + name.substr(0, 40) + "'",
              place);
}

class PixelTable {
 public:
  PixelTable(std::string_view text, Columns columns, const Path& path, const SourceOptions& options)
      : text_(text), columns_(std::move(columns)), path_(path), options_(options) {}

  std::unique_ptr<Dataset> open() {
    if (!columns_.split) split_number(options_.split);
    if (!columns_.split && options_.split != "train")
      throw UsageError("a file has no test split", path_.string(), "name the test set's own file");
    read_rows();
    if (rows_ == 0) throw Error("no images in it for the split " + options_.split, path_.string());
    const Side side = *side_of(columns_.pixels);
    const std::vector<int64_t> shape = {rows_, side.side, side.side, side.channels};
    const bool bytes = whole_ && largest_ <= 255;
    Bytes pixels(values_.size());
    if (bytes)
      for (size_t i = 0; i < values_.size(); ++i) pixels[i] = static_cast<std::byte>(values_[i]);
    const NpyArray array{bytes ? Dtype::U8 : Dtype::F32, shape,
                         bytes ? ByteSpan(pixels) : std::as_bytes(std::span(values_))};
    return open_array_images(array, labels(), path_, options_);
  }

 private:
  std::string place() const { return path_.string() + ", line " + std::to_string(line_); }

  void read_rows() {
    size_t at = 0;
    if (columns_.has_header) line_of(text_, at), ++line_;
    while (at < text_.size()) {
      const std::string_view line = line_of(text_, at);
      ++line_;
      if (trimmed(line).empty()) continue;
      if (options_.limit > 0 && rows_ == options_.limit) return;
      read_row(parted(line, columns_.separator));
    }
  }

  void read_row(const std::vector<std::string_view>& cells) {
    if (cells.size() != columns_.width)
      throw Error("expected " + std::to_string(columns_.width) + " columns, found " +
                      std::to_string(cells.size()),
                  place());
    if (columns_.split && part_of(cells[*columns_.split], place()) != options_.split) {
      ++other_parts_;
      return;
    }
    if (columns_.label) add_label(cells[*columns_.label]);
    const auto count = static_cast<size_t>(columns_.pixels);
    if (columns_.in_a_cell) {
      const std::vector<std::string_view> pixels = parted(cells[columns_.first_pixel], ' ');
      if (pixels.size() != count)
        throw Error(
            "expected " + std::to_string(count) + " pixels, found " + std::to_string(pixels.size()),
            place());
      add_pixels(pixels, 0);
    } else {
      add_pixels(cells, columns_.first_pixel);
    }
    ++rows_;
  }

  void add_pixels(const std::vector<std::string_view>& cells, size_t first) {
    for (size_t i = first; i < first + static_cast<size_t>(columns_.pixels); ++i) {
      const std::optional<double> x = number_of(cells[i]);
      if (!x || !std::isfinite(*x))
        throw Error("expected a pixel in column " + std::to_string(i + 1) + ", found '" +
                        std::string(cells[i].substr(0, 40)) + "'",
                    place());
      largest_ = std::max(largest_, *x);
      whole_ &= *x == std::floor(*x) && *x >= 0;
      values_.push_back(static_cast<float>(*x));
    }
  }

  void add_label(std::string_view cell) { cells_of_label_.emplace_back(cell); }

  // Numbers in their order, words by name.
  ArrayLabels labels() const {
    ArrayLabels result;
    const Side side = *side_of(columns_.pixels);
    result.decisions.push_back(
        {"kind", "images",
         "the columns are pixels of " + std::to_string(side.side) + "x" +
             std::to_string(side.side) +
             (side.channels == 3 ? ", their red, green and blue side by side" : "") +
             "; --kind points takes them as points"});
    if (other_parts_ > 0)
      result.decisions.push_back({"split", options_.split,
                                  std::to_string(other_parts_) + " images of other parts (" +
                                      columns_.names[*columns_.split] + ") are left out"});
    for (const std::string& name : columns_.left_out)
      result.decisions.push_back({"left-out", name, "no pixel and no label"});
    if (!columns_.label) return result;
    bool numbers = true;
    for (const std::string& cell : cells_of_label_) {
      const std::optional<double> x = number_of(cell);
      numbers &= x && *x == std::floor(*x) && std::abs(*x) <= 1e6;
    }
    std::map<std::pair<double, std::string>, int64_t> known;
    const auto key = [&](const std::string& cell) {
      return numbers ? std::pair(*number_of(cell), std::string()) : std::pair(0.0, cell);
    };
    for (const std::string& cell : cells_of_label_) known[key(cell)] = 0;
    for (auto& [name, index] : known) {
      index = static_cast<int64_t>(result.names.size());
      result.names.push_back(numbers ? std::to_string(std::llround(name.first)) : name.second);
    }
    for (const std::string& cell : cells_of_label_) result.numbers.push_back(known[key(cell)]);
    return result;
  }

  std::string_view text_;
  Columns columns_;
  const Path& path_;
  const SourceOptions& options_;
  int64_t line_ = 0, rows_ = 0, other_parts_ = 0;
  double largest_ = 0;
  bool whole_ = true;
  std::vector<float> values_;
  std::vector<std::string> cells_of_label_;
};

}  // namespace

std::unique_ptr<Dataset> open_pixel_table(const Path& path, const SourceOptions& options) {
  std::string start(kStart, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<size_t>(file.gcount()));
  std::optional<Columns> columns = columns_of(without_mark(start));
  if (!columns) return nullptr;
  const Bytes bytes = read_file(path, kFileLimit);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return PixelTable(without_mark(text), *std::move(columns), path, options).open();
}

}  // namespace gannet
