// Procedural images of coloured shapes: the parameters of each image, and its pixels.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "gannet/base/philox.h"

namespace gannet {

// The parameters of one image. Lengths in units of the image's side, angles in radians,
// colours in [0, 1].
struct Scene {
  uint32_t shape = 0, colour = 0, size = 0;  // numbers in the lists of names below
  bool light = false;                        // the background
  double x = 0.5, y = 0.5, radius = 0.3, angle = 0;
  std::array<double, 3> paint{}, ground{};
  double slope_x = 0, slope_y = 0;  // brightness of the ground, right minus left, lower minus upper
};

const std::vector<std::string>& shape_names();  // the classes
const std::vector<std::string>& colour_names();
std::array<double, 3> palette(uint32_t colour);  // RGB

Scene draw_scene(const Address& address, uint32_t sample);  // a function of the address alone
std::string caption(const Scene& scene);  // "a small red star on a dark background"

// Pixels of a square image, 8-bit, planes R, G, B of side x side; edges are antialiased by
// distance.
std::vector<uint8_t> paint(const Scene& scene, int64_t side);

// The scene's edges as dark lines on white, of the same width at any size: one plane of side x
// side.
std::vector<uint8_t> outline(const Scene& scene, int64_t side);

}  // namespace gannet
