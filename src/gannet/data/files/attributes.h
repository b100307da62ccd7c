// Attributes of samples in their own units, and as networks take them.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "gannet/data/files/items.h"
#include "gannet/formats/columns.h"

namespace gannet {

// The units of the items' attributes, and a table of some of them, evenly spaced (at most 1,000
// rows, 64 K numbers). Numbers are standardized over the items, yes and no are 1 and -1, words 0
// and
// 1. Without names (`columns` is empty) also numbers that are 0 and 1 or -1 and 1 alone stay as
// they are. Null where items have no attributes.
std::shared_ptr<const AttributeTable> attribute_table(const SampleItems& items,
                                                      std::vector<Column> columns);

// Do networks take the numbers as they are?
bool is_plain(const AttributeTable& table);

// In place, [K].
void to_network(const AttributeTable& table, std::span<float> attributes);
void to_own_units(const AttributeTable& table, std::span<float> attributes);  // to six digits

}  // namespace gannet
