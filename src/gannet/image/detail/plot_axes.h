// Axes of a plot, as pixels and as SVG have them alike.
#pragma once

#include <string>
#include <vector>

#include "gannet/image/plot.h"

namespace gannet {

constexpr int64_t kAxisParts = 5;

double height_of(const Axis& axis, double value);  // in the units that are drawn
// Both ends of the axes, in these units. Throws Error for a curve whose x and y are not as many.
void settle(Axis& x, Axis& y, const std::vector<Curve>& curves);
std::string title(const Axis& axis);                // its name, and whether it is logarithmic
std::string label(const Axis& axis, int64_t part);  // at one of its kAxisParts + 1 lines

}  // namespace gannet
