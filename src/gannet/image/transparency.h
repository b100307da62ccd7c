// Images with alpha, taken apart so that a network sees colours alone.
#pragma once

#include "gannet/formats/image.h"

namespace gannet {

// RGBA without its alpha: where nothing is to be seen, colours are those of the nearest visible
// pixels, so that none bleeds in from beyond an edge. Other images as they are.
Image visible_colours(const Image& image);

Image alpha_of(const Image& image);                 // of RGBA: its alpha as grey
Image with_alpha(Image image, const Image& alpha);  // RGBA of grey or RGB of the same size

}  // namespace gannet
