#include "gannet/formats/units.h"

#include <algorithm>
#include <array>

namespace gannet {
namespace {

constexpr std::string_view kDigits = "0123456789";
constexpr std::array<std::string_view, 22> kUsual = {
    "%",   "‰",   "$",   "€",   "£",   "¥",   "₹",  "₽",  "₩",  "US$", "USD",
    "EUR", "GBP", "CHF", "JPY", "CNY", "INR", "kr", "zł", "Kč", "R$",  "Fr."};

std::string_view trimmed(std::string_view text) {
  for (const std::string_view blank : {" ", "\xc2\xa0", "\xe2\x80\xaf"}) {
    while (text.starts_with(blank)) text.remove_prefix(blank.size());
    while (text.ends_with(blank)) text.remove_suffix(blank.size());
  }
  return text;
}

bool is_sign(std::string_view text) { return text.starts_with('-') || text.starts_with('+'); }

}  // namespace

std::string Unit::text() const {
  return std::string(trimmed(prefix)) + std::string(trimmed(suffix));
}

Unit unit_of(std::string_view cell, std::string& number) {
  std::string sign;
  const auto take_sign = [&] {
    if (sign.empty() && cell.starts_with("\xe2\x88\x92")) {
      sign = "-";
      cell.remove_prefix(3);
    }
    if (!sign.empty() || !is_sign(cell)) return;
    sign = cell.substr(0, 1);
    cell.remove_prefix(1);
  };
  take_sign();
  const size_t digit = cell.find_first_of(kDigits), last = cell.find_last_of(kDigits);
  if (digit == std::string_view::npos) return {};
  const size_t point = digit > 0 && (cell[digit - 1] == '.' || cell[digit - 1] == ',') ? 1 : 0;
  Unit unit{.prefix = std::string(cell.substr(0, digit - point)),
            .suffix = std::string(cell.substr(last + 1))};
  // "$-3.50" has its sign behind the unit.
  if (sign.empty() && (unit.prefix.ends_with('-') || unit.prefix.ends_with('+'))) {
    sign = unit.prefix.back();
    unit.prefix.pop_back();
  }
  number = sign + std::string(cell.substr(digit - point, last + 1 - digit + point));
  return unit;
}

bool is_usual(const Unit& unit) {
  return !unit.empty() && (unit.prefix.empty() || unit.suffix.empty()) &&
         std::ranges::find(kUsual, unit.text()) != kUsual.end();
}

std::string without_unit(std::string_view cell, const Unit& unit) {
  std::string number;
  if (unit.empty() || unit_of(cell, number).text() != unit.text()) return std::string(cell);
  return number;
}

std::string with_unit(const std::string& number, const Unit& unit) {
  if (is_sign(number)) return number[0] + unit.prefix + number.substr(1) + unit.suffix;
  return unit.prefix + number + unit.suffix;
}

}  // namespace gannet
