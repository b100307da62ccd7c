// Pairs of each image and its low-resolution version, for super-resolution.
#pragma once

#include <memory>

#include "gannet/data/dataset.h"

namespace gannet {

// The set with Sample::input_image replaced by the sample itself, reduced by `scale`: in 8 bits,
// antialiased bicubic as Pillow's (image/resample.h), as a user's small image would be. Throws
// Error where the samples are no images of sides divisible by `scale`.
std::shared_ptr<const Dataset> with_low_resolution(std::shared_ptr<const Dataset> data,
                                                   int64_t scale);

}  // namespace gannet
