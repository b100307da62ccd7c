// Curves over axes, as an image: ROCs, losses.
#pragma once

#include <string>
#include <vector>

#include "gannet/image/canvas.h"

namespace gannet {

struct Curve {
  std::string name;  // in the legend; empty: not there
  std::vector<double> x, y;
  Colour colour;
};

struct Axis {
  std::string name;
  double from = 0, to = 0;   // equal: as the curves need it
  bool logarithmic = false;  // values above 0 alone
};

// Later curves lie above earlier ones. Points outside of the axes, and what is not finite, are left
// out. Throws Error for a curve whose x and y are of unlike lengths.
// The legend is in the lower right corner, or outside: under the axes, where it covers no curve;
// the image is as much higher.
enum class Legend { below, outside };
Image draw_curves(const std::vector<Curve>& curves, Axis x, Axis y, Legend legend = Legend::below,
                  int64_t width = 480, int64_t height = 400);

// The same as an SVG document, which has no legend's corner: the names stand below.
std::string svg_curves(const std::vector<Curve>& curves, Axis x, Axis y, int64_t width = 640,
                       int64_t height = 360);

// Distinguishable colours, no two alike in the first hundred.
Colour curve_colour(size_t number);

}  // namespace gannet
