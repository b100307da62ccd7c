// Drawing on colour images, for grids and plots. All of 3 channels; parts outside are cut off.
#pragma once

#include <cstdint>

#include "gannet/formats/image.h"

namespace gannet {

Image blank(int64_t width, int64_t height, Colour colour);

// Mixes `colour` into one pixel: 0 leaves it, 1 replaces it.
void blend(Image& canvas, int64_t x, int64_t y, Colour colour, double cover);
void fill_rectangle(Image& canvas, int64_t x, int64_t y, int64_t width, int64_t height,
                    Colour colour);
void draw_dot(Image& canvas, double x, double y, double radius, Colour colour, double cover);

// Copies `part` (1 or 3 channels), each of its pixels as scale x scale pixels.
void paste(Image& canvas, const Image& part, int64_t x, int64_t y, int64_t scale = 1);

// The whole image with each pixel as scale x scale pixels; 1: as it is.
Image enlarged(const Image& image, int64_t scale);

}  // namespace gannet
