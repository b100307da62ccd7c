// Columns of tables and attributes in the metadata of model files.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "gannet/formats/columns.h"

namespace gannet {

// {"columns": [{"name", "kind", "words", "decimals"}], "mean", "scale", "rows", "has_names"}: rows
// in the attributes' own units, to six digits.
std::string write_attributes(const AttributeTable& table);
nlohmann::json write_table_columns(const TableColumns& table);

// Throw an exception for anything else, and for columns that are not `width` numbers.
std::shared_ptr<const AttributeTable> read_attributes(const nlohmann::json& object);
std::shared_ptr<const TableColumns> read_table_columns(const nlohmann::json& object, size_t width);

}  // namespace gannet
