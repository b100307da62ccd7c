// The edges of an image, as a drawing: what pix2pix learns photographs from (arXiv:1611.07004,
// section 4), made without a learnt detector.
#pragma once

#include "gannet/formats/image.h"

namespace gannet {

// Grey, of the same size, white where nothing changes: 255 less half the length of Sobel's 3x3
// gradient, of the channel where it is longest; a step of 128 levels is black. Beyond the border a
// image goes on as its last pixel. 1 or 3 channels.
Image edges(const Image& image);

}  // namespace gannet
