// Points [N, D], standardized column by column: arrays, and tables of numbers and words.
#pragma once

#include <memory>
#include <string>

#include "gannet/base/files.h"
#include "gannet/data/dataset.h"
#include "gannet/formats/npy.h"

namespace gannet {

bool is_table_name(const Path& path);  // .csv, .tsv, .tab, .txt, .dat, .data, in any case

// An array [N, D].
std::unique_ptr<Dataset> open_points(const NpyArray& array, const Path& path,
                                     const SourceOptions& options);

// Numbers and words (formats/columns.h): words are one-hot; constant columns, an index and words
// that are mostly different are left out, with a Decision. Throws Error for gaps unless
// options.gaps says what becomes of them.
std::unique_ptr<Dataset> open_table(const Path& path, const SourceOptions& options);

}  // namespace gannet
