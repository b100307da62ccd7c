// A table about the files of a folder: which column names them, and which rows are whose. What the
// other columns say is read by label_table.h (labels) and split_table.h (parts of the set).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/data/files/items.h"
#include "gannet/formats/csv.h"

namespace gannet {

struct FileTable {
  std::string name;                           // of the table, as messages name it
  CsvTable table;                             // its rows that name items, in their order
  int64_t file_column = -1;                   // that names the files
  std::vector<std::vector<int64_t>> rows_of;  // of each item
  int64_t missing = 0;                        // rows of files that are not there
  std::string first_missing;

  std::string name_of(int64_t column) const;     // as messages name it: "Age", "column 3"
  std::string lower_name(int64_t column) const;  // "" without a header
};

struct FileTableOptions {
  std::string name;                      // FileTable::name
  std::string root;                      // the folder it lies in, with its '/', below the items'
  std::vector<std::string> others = {};  // files that are there and no items: of other parts
  bool required = false;                 // named by the user: one that names no items is an error
};

// The column whose cells are paths or names of most items, with or without their endings. None
// where there is no such column, unless it is required: then throws Error.
std::optional<FileTable> read_file_table(const SampleItems& items, ByteSpan bytes,
                                         const FileTableOptions& options);

// The index among sorted names of the first of these files, in any case, in the folder that holds
// all items or in one around it.
std::optional<size_t> find_table(const std::vector<std::string>& names, const SampleItems& items,
                                 std::span<const char* const> files);

}  // namespace gannet
