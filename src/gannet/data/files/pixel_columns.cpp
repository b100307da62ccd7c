#include "gannet/data/files/detail/pixel_columns.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "gannet/data/files/items.h"

namespace gannet {
namespace {

constexpr int64_t kSmallestSide = 8, kLargestSide = 1024;
constexpr int64_t kFewLevels = 16;  // a table of such small numbers may be anything
constexpr size_t kMostOthers = 4;   // columns that are no pixels

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

void name_others(PixelColumns& c, const std::vector<size_t>& others) {
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
std::optional<PixelColumns> columns_by_names(const std::vector<std::string_view>& cells,
                                             const std::vector<std::string_view>& second) {
  PixelColumns c;
  std::vector<size_t> others;
  c.width = cells.size();
  for (size_t i = 0; i < cells.size(); ++i) {
    c.names.push_back(lower_case(std::string(cells[i])));
    const bool all = c.names[i] == "pixels" && second.size() == cells.size();
    if (all) {
      c.in_a_cell = true;
      c.pixels = static_cast<int64_t>(split_cells(second[i], ' ').size());
      c.first_pixel = i;
    } else if (names_pixel(c.names[i])) {
      if (c.pixels++ == 0) c.first_pixel = i;
      if (i + 1 != c.first_pixel + static_cast<size_t>(c.pixels)) return {};  // not side by side
    } else {
      others.push_back(i);
    }
  }
  if (!pixel_shape(c.pixels) || others.size() > kMostOthers) return {};
  name_others(c, others);
  return c;
}

// Without names: a label and pixels, or pixels alone.
std::optional<PixelColumns> columns_by_numbers(const std::vector<std::string_view>& row) {
  PixelColumns c;
  c.width = row.size();
  c.has_header = false;
  c.pixels = static_cast<int64_t>(row.size());
  if (!pixel_shape(c.pixels)) {
    --c.pixels;
    c.first_pixel = 1;
    c.label = 0;
  }
  if (const auto side = pixel_shape(c.pixels); !side || side->channels > 1) return {};
  double most = 0;
  for (size_t i = c.first_pixel; i < row.size(); ++i) {
    const std::optional<double> x = cell_number(row[i]);
    if (!x || *x < 0 || *x > 255 || *x != std::floor(*x)) return {};
    most = std::max(most, *x);
  }
  if (most <= kFewLevels) return {};
  return c;
}

}  // namespace

std::string_view trim_cell(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\"");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\"") + 1 - first);
}

std::vector<std::string_view> split_cells(std::string_view line, char separator) {
  std::vector<std::string_view> cells;
  for (size_t at = 0; at <= line.size();) {
    const size_t end = std::min(line.find(separator, at), line.size());
    cells.push_back(trim_cell(line.substr(at, end - at)));
    at = end + 1;
  }
  return cells;
}

std::optional<double> cell_number(std::string_view cell) {
  double x = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), x);
  if (error != std::errc() || end != cell.data() + cell.size()) return {};
  return x;
}

std::optional<PixelShape> pixel_shape(int64_t pixels) {
  for (const int64_t channels : {1, 3}) {
    const int64_t side = std::llround(std::sqrt(static_cast<double>(pixels / channels)));
    if (side >= kSmallestSide && side <= kLargestSide && channels * side * side == pixels)
      return PixelShape{side, channels};
  }
  return {};
}

std::string_view next_line(std::string_view text, size_t& at) {
  const size_t end = std::min(text.find('\n', at), text.size());
  const std::string_view line = text.substr(at, end - at);
  at = end + 1;
  return line;
}

std::optional<PixelColumns> find_pixel_columns(std::string_view text) {
  size_t at = 0;
  const std::string_view first = next_line(text, at);
  const std::string_view second = at < text.size() ? next_line(text, at) : std::string_view();
  for (const char separator : {',', ';', '\t'}) {
    const std::vector<std::string_view> cells = split_cells(first, separator);
    if (cells.size() < 2) continue;
    std::optional<PixelColumns> found =
        cell_number(cells.back()) ? columns_by_numbers(cells)
                                  : columns_by_names(cells, split_cells(second, separator));
    if (found) found->separator = separator;
    return found;
  }
  return {};
}

}  // namespace gannet
