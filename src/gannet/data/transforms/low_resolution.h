// A low-resolution picture beside each sample, for recipes that learn to enlarge pictures.
#pragma once

#include <memory>

#include "gannet/data/dataset.h"

namespace gannet {

// The set with, as each sample's given picture (Sample::image), the sample itself shrunk by
// `scale`: 8-bit samples, antialiased bicubic as Pillow's (formats/resample.h), so that what a
// network learns from is what a user's small picture is. What `data` gave instead is dropped.
// Throws Error where the samples are no pictures of sides that `scale` divides.
std::shared_ptr<const Dataset> with_low_resolution(std::shared_ptr<const Dataset> data,
                                                   int64_t scale);

}  // namespace gannet
