// Numbers with a unit in cells of tables: "12%", "-$3.50", "1.234,5 €", "74 bhp".
#pragma once

#include <string>
#include <string_view>

namespace gannet {

struct Unit {
  std::string prefix, suffix;  // "$", " €"; with the blanks between them and the number

  bool empty() const { return prefix.empty() && suffix.empty(); }
  std::string text() const;  // without these blanks
  bool operator==(const Unit&) const = default;
};

// What stands before and behind the digits of a cell; a sign is the number's. `number` gets the
// rest, with its sign in front.
Unit unit_of(std::string_view cell, std::string& number);

// Per cent, per mille, or a currency: such cells are numbers whatever else is in their column.
bool is_usual(const Unit& unit);

// The cell's number without this unit, where it has it; else the cell.
std::string without_unit(std::string_view cell, const Unit& unit);
std::string with_unit(const std::string& number, const Unit& unit);

}  // namespace gannet
