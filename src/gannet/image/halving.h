// The sizes of images that convolutional networks take: sides that halve well.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gannet/base/image_size.h"

namespace gannet {

// From an image to the smallest feature map of a network, by halving both sides `times` times.
struct Halving {
  int64_t times = 0;
  ImageSize base;  // the smallest map
};

// Halves while both sides are even and at least 8. Nothing for sizes that do not halve well: below
// 16 pixels, with a base whose shorter side is above 8, or longer than 4:1. Squares: 16
// 20 24 28 32 40 48 56 64 80 96 112 128 160 192 224 256 ...
std::optional<Halving> halve(ImageSize size);

// The nearest sizes that halve well, at most two, smaller ones first; squares for a square.
std::vector<ImageSize> nearest_halving_sizes(ImageSize size);

// These as options, with the cut that brings a rectangle to a square: "--image-size 48, or
// --image-size 56".
std::string nearest_halving_text(ImageSize size);

}  // namespace gannet
