#include "gannet/models/attribute_request.h"

#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "gannet/base/error.h"
#include "gannet/base/message_text.h"
#include "gannet/base/philox.h"
#include "gannet/base/spelling.h"
#include "gannet/data/files/attributes.h"
#include "gannet/data/files/items.h"
#include "gannet/formats/dates.h"

namespace gannet {
namespace {

constexpr size_t kFewest = 16, kShare = 20;  // of the rows, those that a number's request takes
constexpr uint32_t kRowCall = 2;             // of the draw's address
constexpr size_t kMostShown = 20;

std::string trimmed(const std::string& text) {
  const size_t first = text.find_first_not_of(" \t"), last = text.find_last_not_of(" \t");
  return first == std::string::npos ? "" : text.substr(first, last + 1 - first);
}

// The parts between commas; one without '=' belongs to the part before it, as in "Hair=dark, long".
std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts;
  const bool named = text.find('=') != std::string::npos;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    const std::string part = text.substr(at, end - at);
    if (named && !parts.empty() && part.find('=') == std::string::npos && !trimmed(part).empty())
      parts.back() += "," + part;
    else if (!named || !trimmed(part).empty())
      parts.push_back(part);
    at = end + 1;
  }
  for (std::string& part : parts) part = trimmed(part);
  return parts;
}

// A column that is asked for: where its numbers are, and which they are to be, in own units.
struct Wish {
  const Column* column;
  size_t at;
  std::vector<double> numbers;
};

class Request {
 public:
  Request(const AttributeTable& table, std::string option)
      : table_(table), option_(std::move(option)) {}

  std::vector<Wish> read(const std::string& text) {
    if (text.find('=') == std::string::npos) return by_order(parts_of(text));
    std::vector<Wish> wishes;
    for (const std::string& part : parts_of(text)) {
      Wish wish = by_name(part);
      for (const Wish& other : wishes)
        if (other.at == wish.at) fail(wish.column->name + " is asked for twice");
      wishes.push_back(std::move(wish));
    }
    return wishes;
  }

 private:
  [[noreturn]] void fail(const std::string& what, const std::string& hint = "") const {
    throw UsageError(what, option_, hint);
  }

  double number(const std::string& text, const std::string& of, const Column& column = {}) const {
    const std::optional<double> value = parse_number(text, column);
    if (!value || !std::isfinite(*value)) fail("expected a number" + of + ", found '" + text + "'");
    return *value;
  }

  // Numbers alone, as many as there are.
  std::vector<Wish> by_order(const std::vector<std::string>& parts) const {
    if (static_cast<int64_t>(parts.size()) != table_.width())
      fail(option_ + " has " + std::to_string(parts.size()) + " numbers, this network takes " +
               std::to_string(table_.width()),
           table_.has_names ? "by name: " + example() : "");
    std::vector<Wish> wishes;
    size_t at = 0;
    for (const Column& column : table_.columns) {
      wishes.push_back({&column, at, {}});
      for (int64_t i = 0; i < column.width(); ++i)
        wishes.back().numbers.push_back(number(parts[at++], "s joined by commas"));
    }
    return wishes;
  }

  // An example that works: of the first column.
  std::string example() const {
    const Column& c = table_.columns[0];
    char text[40];
    std::snprintf(text, sizeof text, "%.3g", table_.mean[0]);
    const std::string mean = c.date.empty() ? text : date_text(table_.mean[0], c.date);
    return option_ + " \"" + c.name + "=" + (c.words.empty() ? mean : c.words.back()) + "\"";
  }

  Wish by_name(const std::string& part) const {
    if (!table_.has_names)
      fail("the attributes of this network have no names, found '" + part + "'",
           option_ + " with " + std::to_string(table_.width()) + " numbers, in their order");
    // Names may have '=' in them.
    for (size_t equal = part.rfind('='); equal != std::string::npos && equal > 0;
         equal = part.rfind('=', equal - 1)) {
      const std::string name = trimmed(part.substr(0, equal));
      size_t at = 0;
      for (const Column& column : table_.columns) {
        if (lower_case(column.name) == lower_case(name))
          return {&column, at, values(column, trimmed(part.substr(equal + 1)))};
        at += static_cast<size_t>(column.width());
      }
    }
    const std::string name = trimmed(part.substr(0, part.find('=')));
    std::vector<std::string> names;
    for (const Column& column : table_.columns) names.push_back(column.name);
    const std::string near = closest_name(name, names);
    fail("unknown attribute '" + name + "'",
         near.empty() ? "there are " + attribute_names_text(table_) : "did you mean " + near + "?");
  }

  std::vector<double> values(const Column& column, const std::string& text) const {
    const std::string word = lower_case(text);
    if (column.kind == ColumnKind::number) return {number(text, " for " + column.name, column)};
    if (column.kind == ColumnKind::yes_no) {
      for (const char* yes : {"1", "yes", "true", "y", "t"})
        if (word == yes) return {1};
      for (const char* no : {"0", "-1", "no", "false", "n", "f"})
        if (word == no) return {0};
      const std::optional<double> between = parse_number(text);
      if (between && *between > 0 && *between < 1) return {*between};
      fail("expected " + column.words[0] + " or " + column.words[1] + " for " + column.name +
           ", found '" + text + "'");
    }
    std::vector<double> numbers(column.words.size());
    for (size_t w = 0; w < numbers.size(); ++w) numbers[w] = lower_case(column.words[w]) == word;
    if (std::ranges::count(numbers, 1) > 0) return numbers;
    const std::string near = closest_name(text, column.words);
    fail("unknown word for " + column.name + ": '" + text + "'",
         near.empty() ? "its words are " + name_list(column.words, kMostShown)
                      : "did you mean " + near + "?");
  }

  const AttributeTable& table_;
  std::string option_;
};

std::span<const float> row_of(const AttributeTable& table, size_t row) {
  const auto width = static_cast<size_t>(table.width());
  return std::span(table.rows).subspan(row * width, width);
}

// Squared distance of a row to the wishes, of one kind of columns.
double distance(const AttributeTable& table, size_t row, const std::vector<Wish>& wishes,
                bool numbers) {
  double sum = 0;
  for (const Wish& wish : wishes) {
    if ((wish.column->kind == ColumnKind::number) != numbers) continue;
    for (size_t i = 0; i < wish.numbers.size(); ++i) {
      const size_t k = wish.at + i;
      const double off = row_of(table, row)[k] - (wish.numbers[i] - table.mean[k]) / table.scale[k];
      sum += off * off;
    }
  }
  return sum;
}

std::string cell_text(const Column& column, double x) {
  if (!column.date.empty()) return date_text(x, column.date);
  return with_unit(number_text(x), column.unit);
}

// "Age=300"; of a column without a name "number 3 (300)".
std::string assignment_text(const Column& column, size_t k, double x) {
  const std::string value = cell_text(column, x);
  return column.name.empty() ? "number " + std::to_string(k + 1) + " (" + value + ")"
                             : column.name + "=" + value;
}

// The rows that the unnamed attributes are drawn from.
std::vector<size_t> candidates(const AttributeTable& table, const std::vector<Wish>& wishes) {
  std::vector<size_t> all(table.rows.size() / static_cast<size_t>(table.width())), rows;
  for (size_t i = 0; i < all.size(); ++i) all[i] = i;
  for (const size_t row : all)
    if (distance(table, row, wishes, false) < 1e-6) rows.push_back(row);
  if (rows.empty()) rows = all;
  const bool numbers = std::ranges::any_of(
      wishes, [](const Wish& w) { return w.column->kind == ColumnKind::number; });
  const size_t most = std::max(kFewest, rows.size() / kShare);
  if (!numbers || rows.size() <= most) return rows;
  std::ranges::stable_sort(rows, {},
                           [&](size_t row) { return distance(table, row, wishes, true); });
  rows.resize(most);
  return rows;
}

}  // namespace

Tensor attributes_for_seeds(const DatasetInfo& info, const std::string& request,
                            std::span<const uint64_t> seeds, const std::string& option) {
  AttributeTable plain;
  plain.mean.assign(static_cast<size_t>(info.attributes), 0);
  plain.scale.assign(plain.mean.size(), 1);
  plain.columns.resize(plain.mean.size());
  const AttributeTable& table = info.attribute_table ? *info.attribute_table : plain;
  const std::vector<Wish> wishes =
      request.empty() ? std::vector<Wish>() : Request(table, option).read(request);
  size_t named = 0;
  for (const Wish& wish : wishes) named += wish.numbers.size();
  if (named < table.mean.size() && table.rows.empty()) {
    if (request.empty()) return {};
    throw UsageError("this network file has no samples' attributes to draw the others from", option,
                     "name all of " + attribute_names_text(table));
  }
  const std::vector<size_t> rows =
      named < table.mean.size() ? candidates(table, wishes) : std::vector<size_t>();
  std::vector<float> all;
  for (const uint64_t seed : seeds) {
    std::vector<float> values(table.mean.size());
    if (!rows.empty()) {
      const Address address{.seed = seed, .purpose = Purpose::label, .call = kRowCall};
      const auto chosen =
          row_of(table, rows[integer(address, 0, static_cast<uint32_t>(rows.size()))]);
      values.assign(chosen.begin(), chosen.end());
    }
    for (const Wish& wish : wishes)
      for (size_t i = 0; i < wish.numbers.size(); ++i) {
        const size_t k = wish.at + i;
        values[k] = static_cast<float>((wish.numbers[i] - table.mean[k]) / table.scale[k]);
      }
    all.insert(all.end(), values.begin(), values.end());
  }
  return at::tensor(all, at::kFloat).view({static_cast<int64_t>(seeds.size()), info.attributes});
}

std::string far_attributes_text(const DatasetInfo& info, const std::string& request,
                                const std::string& option) {
  constexpr double kMargin = 0.1;  // of the range
  if (request.empty() || !info.attribute_table || info.attribute_table->rows.empty()) return "";
  const AttributeTable& table = *info.attribute_table;
  const size_t width = table.mean.size();
  std::string text;
  for (const Wish& wish : Request(table, option).read(request)) {
    if (wish.column->kind != ColumnKind::number) continue;
    const size_t k = wish.at;
    double low = INFINITY, high = -INFINITY;
    for (size_t i = k; i < table.rows.size(); i += width) {
      const double x = table.rows[i] * table.scale[k] + table.mean[k];
      low = std::min(low, x);
      high = std::max(high, x);
    }
    const double margin = std::max(kMargin * (high - low), 1e-5 * std::abs(high));
    const double value = wish.numbers[0];
    if (value >= low - margin && value <= high + margin) continue;
    text += (text.empty() ? "" : "; ") + assignment_text(*wish.column, k, value) +
            " is far outside of the data, which has " + cell_text(*wish.column, low) + " to " +
            cell_text(*wish.column, high);
  }
  return text;
}

std::string attribute_names_text(const AttributeTable& table) {
  std::vector<std::string> names;
  for (const Column& column : table.columns)
    names.push_back(column.words.empty()
                        ? column.name
                        : column.name + " (" + name_list(column.words, kMostShown) + ")");
  return name_list(names, kMostShown);
}

}  // namespace gannet
