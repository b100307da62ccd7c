// Images at another size, antialiased: each new sample is a weighted mean of the old ones under a
// filter that is stretched by the ratio of the sizes, so that none is skipped when images shrink.
// The same as Pillow's resize() with these filters (its 8-bit samples and 22-bit weights included):
// metrics depend on it, see Parmar et al. 2021, arXiv:2104.11222.
#pragma once

#include <string_view>
#include <vector>

#include "gannet/formats/image.h"

namespace gannet {

enum class Filter { box, bilinear, bicubic, lanczos };  // bicubic: Keys with a = -0.5; Lanczos: 3

const std::vector<std::string_view>& filter_names();
Filter find_filter(std::string_view name);  // throws UsageError for an unknown one

// Throws Error unless width and height are from 1 to 65535. Alpha is a channel like the others: lay
// an image on a background before, or colours under alpha 0 leak in.
Image resized(const Image& image, int64_t width, int64_t height, Filter filter);

}  // namespace gannet
