#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "gannet/base/error.h"
#include "gannet/data/files/attributes.h"
#include "gannet/formats/dates.h"
#include "gannet/models/detail/columns_json.h"

namespace gannet {
namespace {

using nlohmann::json;

constexpr const char* kKinds[] = {"number", "yes_no", "words", "constant"};
constexpr size_t kMostRowNumbers = 1 << 20;

[[noreturn]] void fail() { throw Error("the columns of the metadata are not as expected", ""); }

json to_json(const std::vector<Column>& columns) {
  json list = json::array();
  for (const Column& c : columns) {
    json entry = {{"name", c.name}, {"kind", kKinds[static_cast<size_t>(c.kind)]}};
    if (!c.words.empty()) entry["words"] = c.words;
    if (c.kind == ColumnKind::number) entry["decimals"] = c.decimals;
    if (!c.unit.empty()) entry["unit"] = {c.unit.prefix, c.unit.suffix};
    if (c.decimal_comma) entry["decimal_comma"] = true;
    if (!c.date.empty()) entry["date"] = c.date;
    list.push_back(std::move(entry));
  }
  return list;
}

std::vector<Column> columns_from(const json& list) {
  std::vector<Column> columns;
  for (const json& entry : list) {
    Column c{.name = entry.at("name").get<std::string>()};
    const auto kind = std::ranges::find(kKinds, entry.at("kind").get<std::string>());
    if (kind == std::end(kKinds)) fail();
    c.kind = static_cast<ColumnKind>(kind - std::begin(kKinds));
    if (entry.contains("words")) c.words = entry["words"].get<std::vector<std::string>>();
    c.decimals = entry.value("decimals", int64_t{0});
    if (entry.contains("unit"))
      c.unit = {entry["unit"].at(0).get<std::string>(), entry["unit"].at(1).get<std::string>()};
    c.decimal_comma = entry.value("decimal_comma", false);
    if (c.date = entry.value("date", ""); !c.date.empty() && !is_date_format(c.date)) fail();
    const size_t words = c.words.size();
    const bool good = c.kind == ColumnKind::number     ? words == 0
                      : c.kind == ColumnKind::yes_no   ? words == 2
                      : c.kind == ColumnKind::constant ? words == 1
                                                       : words >= 1;
    if (!good || c.decimals < -1 || c.decimals > 20) fail();
    columns.push_back(std::move(c));
  }
  return columns;
}

}  // namespace

std::string write_attributes(const AttributeTable& table) {
  json rows = json::array();
  const auto width = static_cast<size_t>(table.width());
  for (size_t at = 0; at + width <= table.rows.size(); at += width) {
    std::vector<float> row(table.rows.begin() + static_cast<std::ptrdiff_t>(at),
                           table.rows.begin() + static_cast<std::ptrdiff_t>(at + width));
    to_own_units(table, row);
    json numbers = json::array();
    for (const float x : row) {
      char text[32];
      std::snprintf(text, sizeof text, "%.6g", x);
      const double value = std::strtod(text, nullptr);
      value == std::floor(value) && std::abs(value) < 1e15
          ? numbers.push_back(static_cast<int64_t>(value))
          : numbers.push_back(value);
    }
    rows.push_back(std::move(numbers));
  }
  return json{{"columns", to_json(table.columns)},
              {"mean", table.mean},
              {"scale", table.scale},
              {"rows", std::move(rows)},
              {"has_names", table.has_names}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

json write_table_columns(const TableColumns& table) {
  json object = {{"columns", to_json(table.columns)}, {"has_names", table.has_names}};
  if (table.separator != ',') object["separator"] = std::string(1, table.separator);
  return object;
}

std::shared_ptr<const AttributeTable> read_attributes(const json& object) {
  auto table = std::make_shared<AttributeTable>();
  table->columns = columns_from(object.at("columns"));
  table->mean = object.at("mean").get<std::vector<double>>();
  table->scale = object.at("scale").get<std::vector<double>>();
  table->has_names = object.at("has_names").get<bool>();
  const auto usable = [](double x) { return std::isfinite(x) && x != 0; };
  if (static_cast<int64_t>(table->mean.size()) != total_width(table->columns) ||
      table->scale.size() != table->mean.size() || table->mean.empty() ||
      !std::ranges::all_of(table->mean, [](double x) { return std::isfinite(x); }) ||
      !std::ranges::all_of(table->scale, usable))
    fail();
  for (const json& numbers : object.at("rows")) {
    auto row = numbers.get<std::vector<float>>();
    if (row.size() != table->mean.size() || table->rows.size() > kMostRowNumbers) fail();
    to_network(*table, row);
    if (!std::ranges::all_of(row, [](float x) { return std::isfinite(x); })) fail();
    table->rows.insert(table->rows.end(), row.begin(), row.end());
  }
  return table;
}

std::shared_ptr<const TableColumns> read_table_columns(const json& object, size_t width) {
  auto table = std::make_shared<TableColumns>();
  table->columns = columns_from(object.at("columns"));
  table->has_names = object.at("has_names").get<bool>();
  const auto separator = object.value("separator", std::string(","));
  if (separator.size() != 1 || std::string(";\t,|").find(separator) == std::string::npos) fail();
  table->separator = separator[0];
  if (total_width(table->columns) != static_cast<int64_t>(width)) fail();
  return table;
}

}  // namespace gannet
