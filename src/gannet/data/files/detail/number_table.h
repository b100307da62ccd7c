// A table whose rows are samples: a CSV file as numbers, for sets of points. Tables about other
// files are in file_table.h, tables of pixels in pixel_table.h.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/data/source_options.h"
#include "gannet/formats/columns.h"

namespace gannet {

struct NumberTable {
  int64_t rows = 0, width = 0;
  std::vector<double> values;                   // row-major, finite
  std::vector<std::string> names;               // of the numbers; empty where the file has none
  std::shared_ptr<const TableColumns> columns;  // null: of an array
  std::vector<Decision> decisions;
};

// The rows of a table up to options.limit, by options.gaps. Throws Error.
NumberTable read_number_table(const Path& path, const SourceOptions& options);

}  // namespace gannet
