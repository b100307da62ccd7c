// Which columns of a table are pixels: for pixel_table.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gannet {

struct PixelShape {
  int64_t side = 0, channels = 1;
};

// Of square images, grey or of three channels; none where there is no such square.
std::optional<PixelShape> pixel_shape(int64_t pixels);

// Which column is what. pixels: of one cell all, where `in_a_cell`.
struct PixelColumns {
  char separator = ',';
  size_t width = 0, first_pixel = 0;
  int64_t pixels = 0;
  bool in_a_cell = false, has_header = true;
  std::optional<size_t> label, split;
  std::vector<std::string> names, left_out;
};

// By the first two lines of a table; none where it is one of anything else.
std::optional<PixelColumns> find_pixel_columns(std::string_view text);

// Lines and cells: blanks and quotes around a cell are dropped; `at` goes to the next line.
std::string_view next_line(std::string_view text, size_t& at);
std::vector<std::string_view> split_cells(std::string_view line, char separator);
std::optional<double> cell_number(std::string_view cell);
std::string_view trim_cell(std::string_view cell);

}  // namespace gannet
