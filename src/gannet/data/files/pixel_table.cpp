#include "gannet/data/files/detail/pixel_table.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <optional>

#include "gannet/base/error.h"
#include "gannet/data/detail/checks.h"
#include "gannet/data/files/detail/array_images.h"
#include "gannet/data/files/detail/folder_roles.h"
#include "gannet/data/files/detail/pixel_columns.h"
#include "gannet/data/files/detail/splits.h"
#include "gannet/data/files/items.h"

namespace gannet {
namespace {

constexpr uint64_t kFileLimit = uint64_t{1} << 33;
constexpr size_t kStart = size_t{1} << 20;  // bytes that the first two lines must be in

std::string_view without_mark(std::string_view text) {
  return text.starts_with("\xef\xbb\xbf") ? text.substr(3) : text;
}

// FER2013's parts are Training, PublicTest and PrivateTest.
Part part_of(std::string_view cell, const std::string& place) {
  const std::string name(cell), lower = lower_case(name);
  const Part part = lower == "publictest"    ? Part::val
                    : lower == "privatetest" ? Part::test
                                             : role_of(name).part;
  if (part == Part::none || part == Part::extra)
    throw Error("expected a part of the set, as train or test, found '" + name.substr(0, 40) + "'",
                place);
  return part;
}

class PixelTable {
 public:
  PixelTable(std::string_view text, PixelColumns columns, const Path& path,
             const SourceOptions& options)
      : text_(text), columns_(std::move(columns)), path_(path), options_(options) {}

  std::unique_ptr<Dataset> open() {
    if (!columns_.split) split_number(options_.split);
    if (!columns_.split && options_.split != "train")
      throw UsageError("a file has no test split", path_.string(), "name the test set's own file");
    read_rows();
    if (rows_ == 0) throw Error("no images in it for the split " + options_.split, path_.string());
    const PixelShape side = *pixel_shape(columns_.pixels);
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
    if (columns_.has_header) next_line(text_, at), ++line_;
    while (at < text_.size()) {
      const std::string_view line = next_line(text_, at);
      ++line_;
      if (trim_cell(line).empty()) continue;
      if (options_.limit > 0 && rows_ == options_.limit) return;
      read_row(split_cells(line, columns_.separator));
    }
  }

  void read_row(const std::vector<std::string_view>& cells) {
    if (cells.size() != columns_.width)
      throw Error("expected " + std::to_string(columns_.width) + " columns, found " +
                      std::to_string(cells.size()),
                  place());
    if (columns_.split && option_of(part_of(cells[*columns_.split], place())) != options_.split) {
      ++other_parts_;
      return;
    }
    if (columns_.label) add_label(cells[*columns_.label]);
    const auto count = static_cast<size_t>(columns_.pixels);
    if (columns_.in_a_cell) {
      const std::vector<std::string_view> pixels = split_cells(cells[columns_.first_pixel], ' ');
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
      const std::optional<double> x = cell_number(cells[i]);
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
    const PixelShape side = *pixel_shape(columns_.pixels);
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
      const std::optional<double> x = cell_number(cell);
      numbers &= x && *x == std::floor(*x) && std::abs(*x) <= 1e6;
    }
    std::map<std::pair<double, std::string>, int64_t> known;
    const auto key = [&](const std::string& cell) {
      return numbers ? std::pair(*cell_number(cell), std::string()) : std::pair(0.0, cell);
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
  PixelColumns columns_;
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
  std::optional<PixelColumns> columns = find_pixel_columns(without_mark(start));
  if (!columns) return nullptr;
  const Bytes bytes = read_file(path, kFileLimit);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return PixelTable(without_mark(text), *std::move(columns), path, options).open();
}

}  // namespace gannet
