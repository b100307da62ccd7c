// Points [N, D] from FILE.npy or FILE.csv, standardised column by column.
#pragma once

#include <memory>

#include "gannet/base/files.h"
#include "gannet/data/dataset.h"

namespace gannet {

std::unique_ptr<Dataset> open_points(const Path& path, const SourceOptions& options);

}  // namespace gannet
