// Numbers as people write them in tables, for columns.h.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gannet/formats/columns.h"

namespace gannet {

template <size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& list) {
  for (const std::string_view entry : list)
    if (entry == text) return true;
  return false;
}

std::string lower(std::string_view text);  // ASCII

// The mark before decimals, and one that may stand between thousands.
struct NumberStyle {
  char decimal = '.', thousands = ',';
};
constexpr NumberStyle kPoint = {'.', ','}, kComma = {',', '.'};

// None where the text is no number; infinity is one here, NaN is none.
std::optional<double> number_in(std::string_view cell, NumberStyle style);
int64_t decimals_of(std::string_view cell, NumberStyle style);  // -1: with an exponent
bool is_number_gap(std::string_view cell);  // also those that are gaps among numbers alone

// How many cells are numbers in each style; those with a comma; those that are no gaps, and of
// these the ones that would be among numbers.
struct StyleCounts {
  int64_t point = 0, comma = 0, with_comma = 0, present = 0, dashes = 0;
  void add(std::string_view cell);
};

// A cell of a number: rounded to its decimals, with its unit, or as a date.
std::string number_cell(const Column& column, double value);

}  // namespace gannet
