// Images as rows of a table: MNIST and its like as CSV files, FER2013.
#pragma once

#include <memory>

#include "gannet/base/files.h"
#include "gannet/data/dataset.h"

namespace gannet {

// A table whose columns are pixels: named pixel0, pixel1, ... or 1x1, 1x2, ... , or without a
// header 784 (or another square) of bytes, with a label before them; or a column `pixels` of
// numbers parted by blanks. Square images, grey or of three interleaved channels; further columns:
// a label (numbers or words) and the part of the set. None where the first lines are of another
// table. Throws Error naming the line for rows of another length and cells that are no pixels.
std::unique_ptr<Dataset> open_pixel_table(const Path& path, const SourceOptions& options);

}  // namespace gannet
