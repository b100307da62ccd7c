// Images in NumPy's files: arrays [N, H, W], [N, H, W, C] or [N, C, H, W].
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/data/dataset.h"
#include "gannet/formats/npy.h"

namespace gannet {

// The array of images, or the only one, of a file that open_array() reads; null: it has none of
// this split.
const NpzArray* images_of_npz(const std::vector<NpzArray>& arrays, const std::string& split);

bool is_image_array(const NpyArray& array);  // by its shape: 3 or 4 axes

struct ArrayLabels {
  std::vector<int64_t> numbers;     // of each image its class, or empty
  std::vector<std::string> names;   // of the classes 0, 1, ...; empty: the numbers that occur
  std::vector<Decision> decisions;  // of whoever made the array
};

// Of bytes, or of numbers from 0 to 255, 0 to 1 or -1 to 1; grey, colour or with transparency.
// Sizes, crops and so on as for files of images (images.h). Throws Error for other shapes and
// ranges.
std::unique_ptr<Dataset> open_array_images(const NpyArray& array, ArrayLabels labels,
                                           const Path& path, const SourceOptions& options);

// FILE.npy: points [N, D] or images; FILE.npz of images, with labels where it has them: arrays
// named images, x or the like, labels or y, and with _train and _test for --split.
std::unique_ptr<Dataset> open_array(const Path& path, const SourceOptions& options);

}  // namespace gannet
