// The binary version of CIFAR-10 and CIFAR-100 (Krizhevsky 2009), a folder as it is unpacked.
#pragma once

#include <memory>

#include "gannet/base/files.h"
#include "gannet/data/dataset.h"

namespace gannet {

// A folder with data_batch_*.bin and test_batch.bin, or train.bin and test.bin with
// fine_label_names.txt.
bool is_cifar_folder(const Path& folder);

// Throws Error, with what reads them, for one such file alone, and for the files of the Python
// version (pickles), or a folder of them.
void refuse_cifar_parts(const Path& path);

// 32x32 in colour, with the names of the classes where their file is there (CIFAR-100: the 100 fine
// ones). Throws Error where a file is no whole number of records.
std::unique_ptr<Dataset> open_cifar(const Path& folder, const SourceOptions& options);

}  // namespace gannet
