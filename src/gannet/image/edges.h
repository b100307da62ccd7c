// The edges of an image as a line drawing, for pix2pix (arXiv:1611.07004, section 4); without a
// trained detector.
#pragma once

#include "gannet/formats/image.h"

namespace gannet {

// Grey, of the same size, white where nothing changes: 255 minus half the length of Sobel's 3x3
// gradient, of the channel where it is longest; a step of 128 levels is black. The border is
// replicated. 1 or 3 channels.
Image edges(const Image& image);

}  // namespace gannet
