// Lines above the header of a table, as spreadsheets export them: a title, its source, a date.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace gannet {

// Are these widths of rows those of a table below such lines?
bool alike_below_titles(const std::vector<size_t>& widths);

// How many of the first rows, of their cells, are such lines: narrower than all rows below, or
// (`padded`) of one cell beside empty ones above a header.
size_t count_titles(const std::vector<std::vector<std::string_view>>& rows, bool padded);

}  // namespace gannet
