// Training, validation and test part of a set by a column of a table that names its files. Parts by
// folders are in splits.h.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gannet/data/files/detail/file_table.h"
#include "gannet/data/files/detail/folder_roles.h"
#include "gannet/data/kind.h"
#include "gannet/data/source_options.h"

namespace gannet {

struct TableParts {
  std::map<std::string, Part, std::less<>> of;  // of items, by their names; none: not said
  std::string by;                               // "column split of labels.csv"
  int64_t missing = 0;                          // rows of files that are not there
  std::optional<FileTable> labels = {};         // of split lists with a second column
};

// The column that has parts of the set: of their names (train, val, test) in a column named split,
// partition, ... or without a header; 0, 1 and 2 there, as CelebA's list_eval_partition.txt has
// them (train, val, test); yes or no in is_train, is_valid or is_test. -1: none.
int64_t part_column(const FileTable& table);
std::optional<TableParts> parts_by_table(const FileTable& table, const SampleItems& items);

bool has_part(const TableParts& parts, const std::string& split);

// Lists of parts by their usual names: list_eval_partition.txt, splits.csv, ...
std::optional<size_t> find_part_table(const std::vector<std::string>& names,
                                      const SampleItems& items);
// One beside a file of the disk.
std::optional<std::string> part_table_beside(const Path& file);

// Leaves the items and problems of one part: `split`, train, val or test (where there is none of
// test: val). Throws UsageError naming `source` where there are none.
struct PartChoice {
  Decision decision;
  LeftOutList left_out;
};
PartChoice take_part(const TableParts& parts, DataKind kind, const std::string& split,
                     const std::string& source, SampleItems& items,
                     std::vector<FileProblem>& problems);

}  // namespace gannet
