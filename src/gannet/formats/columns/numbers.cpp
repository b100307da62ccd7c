#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

#include "gannet/formats/dates.h"
#include "gannet/formats/detail/number_styles.h"

namespace gannet {
namespace {

constexpr std::string_view kMinus = "\xe2\x88\x92";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The length of a mark between thousands at the front of `text`: the style's, a blank (also one
// that does not break lines), or an apostrophe.
size_t thousands_mark(std::string_view text, NumberStyle style) {
  if (text.starts_with(style.thousands) || text.starts_with(' ') || text.starts_with('\''))
    return 1;
  if (text.starts_with("\xc2\xa0")) return 2;
  return text.starts_with("\xe2\x80\xaf") || text.starts_with("\xe2\x80\x99") ? 3 : 0;
}

// The cell with '.' before decimals and no marks between thousands; "" where the marks do not part
// groups of three.
std::string plain_number(std::string_view cell, NumberStyle style) {
  std::string plain;
  size_t i = 0, group = 0;  // digits since the last mark
  bool marked = false, whole = true;
  std::string with_minus;  // a typeset minus sign
  if (cell.starts_with(kMinus)) cell = with_minus = "-" + std::string(cell.substr(kMinus.size()));
  if (cell.starts_with('-') || cell.starts_with('+')) {
    if (cell[0] == '-') plain += '-';
    if (++i == cell.size() || cell[i] == '-' || cell[i] == '+') return "";
  }
  const size_t front = plain.size();
  for (; i < cell.size(); ++i) {
    const char c = cell[i];
    if (is_digit(c)) {
      plain += c;
      ++group;
      continue;
    }
    const size_t mark = whole ? thousands_mark(cell.substr(i), style) : 0;
    if (mark > 0 && c != style.decimal) {
      const bool good = marked ? group == 3 : group >= 1 && group <= 3 && plain[front] != '0';
      if (!good) return "";
      marked = true;
      group = 0;
      i += mark - 1;
      continue;
    }
    if (whole && marked && group != 3) return "";
    whole = false;
    plain += c == style.decimal ? '.' : c == '.' ? '?' : c;
  }
  return whole && marked && group != 3 ? "" : plain;
}

std::string text_of(double value, int64_t decimals) {
  char text[400];
  if (decimals < 0) {
    const auto shortest = static_cast<float>(value);
    return {text, std::to_chars(text, text + sizeof text, shortest).ptr};
  }
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed,
                                 static_cast<int>(decimals))
                       .ptr;
  std::string result(text, end);
  if (result.starts_with('-') && result.find_first_not_of("-0.") == std::string::npos)
    result.erase(0, 1);
  return result;
}

}  // namespace

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

std::optional<double> number_in(std::string_view cell, NumberStyle style) {
  const std::string plain = plain_number(cell, style);
  double value = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (plain.empty() || end != plain.data() + plain.size() || error == std::errc::invalid_argument ||
      std::isnan(value))
    return std::nullopt;
  if (error == std::errc::result_out_of_range)
    return plain.find("e-") != std::string::npos || plain.find("E-") != std::string::npos
               ? 0
               : std::numeric_limits<double>::infinity();
  return value;
}

int64_t decimals_of(std::string_view cell, NumberStyle style) {
  if (cell.find_first_of("eE") != std::string_view::npos) return -1;
  const size_t mark = cell.find(style.decimal);
  return mark == std::string_view::npos ? 0 : static_cast<int64_t>(cell.size() - mark - 1);
}

bool is_number_gap(std::string_view cell) {
  constexpr std::array<std::string_view, 6> kMore = {"-", "--", ".", "none", "missing", "unknown"};
  return is_gap(cell) || is_one_of(lower(cell), kMore);
}

void StyleCounts::add(std::string_view cell) {
  if (is_gap(cell)) return;
  ++present;
  dashes += is_number_gap(cell);
  point += number_in(cell, kPoint).has_value();
  comma += number_in(cell, kComma).has_value();
  with_comma += cell.find(',') != std::string_view::npos;
}

std::string number_cell(const Column& column, double value) {
  if (!column.date.empty()) return date_text(value, column.date);
  std::string text = text_of(value, column.decimals);
  if (column.decimal_comma) std::ranges::replace(text, '.', ',');
  return with_unit(text, column.unit);
}

bool names_captions(std::string_view column) {
  constexpr std::array<std::string_view, 9> kNames = {"caption",  "captions",  "text",
                                                      "sentence", "sentences", "description",
                                                      "prompt",   "comment",   "transcript"};
  return is_one_of(lower(column), kNames);
}

bool is_gap(std::string_view cell) {
  constexpr std::array<std::string_view, 20> kGaps = {
      "",     "#N/A",   "#N/A N/A", "#NA",  "-1.#IND", "-1.#QNAN", "-NaN",
      "-nan", "1.#IND", "1.#QNAN",  "<NA>", "N/A",     "NA",       "NULL",
      "NaN",  "None",   "n/a",      "nan",  "null",    "?"};
  return is_one_of(cell, kGaps);
}

std::optional<double> parse_number(std::string_view text) {
  const std::optional<double> value = number_in(text, kPoint);
  return value ? value : number_in(text, kComma);
}

std::optional<double> parse_number(std::string_view text, const Column& column) {
  if (column.date.empty()) return parse_number(without_unit(text, column.unit));
  const std::optional<double> days = parse_date(text, column.date);
  return days ? days : parse_date(text);
}

bool is_number(std::string_view cell) {
  if (parse_number(cell)) return true;
  std::string number;
  return (is_usual(unit_of(cell, number)) && parse_number(number)) || parse_date(cell);
}

bool has_decimal_commas(const CsvTable& table) {
  for (int64_t c = 0; c < table.width; ++c) {
    StyleCounts n;
    for (int64_t r = 0; r < table.rows; ++r) n.add(table.cell(r, c));
    if (n.comma > n.point && 2 * n.comma >= n.present) return true;
  }
  return false;
}

}  // namespace gannet
