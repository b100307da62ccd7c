// A low-resolution image beside each sample, for recipes that learn to enlarge images.
#pragma once

#include <memory>

#include "gannet/data/dataset.h"

namespace gannet {

// The set with, as each sample's given image (Sample::input_image), the sample itself shrunk by
// `scale`: 8-bit samples, antialiased bicubic as Pillow's (formats/resample.h), so that what a
// network learns from is what a user's small image is. What `data` gave instead is dropped.
// Throws Error where the samples are no images of sides that `scale` divides.
std::shared_ptr<const Dataset> with_low_resolution(std::shared_ptr<const Dataset> data,
                                                   int64_t scale);

}  // namespace gannet
