#include "gannet/data/files/attributes.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace gannet {
namespace {

constexpr size_t kMostRows = 1000, kMostNumbers = 65'536;

// The mean and standard deviation of number k over the items.
struct Moments {
  double mean = 0, deviation = 0;
  bool plain = true;  // -1, 0 and 1 alone
};

Moments moments_of(const SampleItems& items, size_t k) {
  Moments m;
  const auto n = static_cast<double>(items.size());
  for (const SampleItem& item : items) {
    const double x = item.label.attributes[k];
    m.mean += x / n;
    m.plain &= x == 0 || std::abs(x) == 1;
  }
  for (const SampleItem& item : items)
    m.deviation += (item.label.attributes[k] - m.mean) * (item.label.attributes[k] - m.mean) / n;
  m.deviation = std::sqrt(m.deviation);
  return m;
}

void add_units(const SampleItems& items, const Column& column, bool named, AttributeTable& table) {
  for (int64_t w = 0; w < column.width(); ++w) {
    const Moments m = moments_of(items, table.mean.size());
    const bool constant = m.deviation <= 1e-6 * std::abs(m.mean) || m.deviation == 0;
    if (column.kind == ColumnKind::yes_no) {
      table.mean.push_back(0.5);
      table.scale.push_back(0.5);
    } else if (column.kind == ColumnKind::words || (m.plain && !named)) {
      table.mean.push_back(0);
      table.scale.push_back(1);
    } else {
      table.mean.push_back(m.mean);
      table.scale.push_back(constant ? 1 : m.deviation);
    }
  }
}

void add_rows(const SampleItems& items, AttributeTable& table) {
  const auto width = static_cast<size_t>(table.width());
  const size_t rows = std::min({items.size(), kMostRows, std::max<size_t>(1, kMostNumbers / width)});
  for (size_t i = 0; i < rows; ++i) {
    std::vector<float> row = items[i * items.size() / rows].label.attributes;
    to_network(table, row);
    table.rows.insert(table.rows.end(), row.begin(), row.end());
  }
}

}  // namespace

std::shared_ptr<const AttributeTable> attribute_table(const SampleItems& items,
                                                      std::vector<Column> columns) {
  if (items.empty() || items[0].label.attributes.empty()) return nullptr;
  auto table = std::make_shared<AttributeTable>();
  table->has_names = !columns.empty();
  table->columns = std::move(columns);
  if (!table->has_names)
    table->columns.resize(items[0].label.attributes.size(), Column{.name = "", .decimals = -1});
  for (const Column& column : table->columns)
    add_units(items, column, table->has_names, *table);
  add_rows(items, *table);
  return table;
}

bool is_plain(const AttributeTable& table) {
  return std::ranges::all_of(table.mean, [](double x) { return x == 0; }) &&
         std::ranges::all_of(table.scale, [](double x) { return x == 1; });
}

void to_network(const AttributeTable& table, std::span<float> attributes) {
  for (size_t k = 0; k < std::min(attributes.size(), table.mean.size()); ++k)
    attributes[k] = static_cast<float>((attributes[k] - table.mean[k]) / table.scale[k]);
}

void to_own_units(const AttributeTable& table, std::span<float> attributes) {
  for (size_t k = 0; k < std::min(attributes.size(), table.mean.size()); ++k) {
    char text[32];
    const double value = attributes[k] * table.scale[k] + table.mean[k];
    std::snprintf(text, sizeof text, "%.6g", std::abs(value) < 1e-6 * table.scale[k] ? 0 : value);
    attributes[k] = std::strtof(text, nullptr);
  }
}

}  // namespace gannet
