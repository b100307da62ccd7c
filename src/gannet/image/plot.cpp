#include "gannet/image/plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "gannet/base/error.h"
#include "gannet/image/detail/plot_axes.h"
#include "gannet/image/font.h"

namespace gannet {
namespace {

constexpr Colour kPaper = {255, 255, 255}, kLines = {228, 228, 228}, kInk = {40, 40, 40};
constexpr int64_t kPitch = kGlyphHeight + kDescent + 3;              // of a legend's rows
constexpr int64_t kLeft = 56, kRight = 14, kTop = 12, kBottom = 36;  // margins in pixels

}  // namespace

double height_of(const Axis& axis, double value) {
  return axis.logarithmic ? std::log10(value) : value;
}

namespace {

void settle(Axis& axis, const std::vector<Curve>& curves, std::vector<double> Curve::*part) {
  double from = axis.from, to = axis.to;
  if (from == to) {
    from = INFINITY, to = -INFINITY;
    for (const Curve& curve : curves)
      for (const double value : curve.*part) {
        if (!std::isfinite(value) || (axis.logarithmic && value <= 0)) continue;
        from = std::min(from, value);
        to = std::max(to, value);
      }
    if (!(from <= to)) from = axis.logarithmic ? 1 : 0, to = from + 1;
  }
  axis.from = height_of(axis, from);
  axis.to = height_of(axis, to);
  if (axis.to - axis.from < 1e-12) axis.from -= 0.5, axis.to += 0.5;
}

}  // namespace

void settle(Axis& x, Axis& y, const std::vector<Curve>& curves) {
  for (const Curve& curve : curves)
    if (curve.x.size() != curve.y.size())
      throw Error("a curve of " + std::to_string(curve.x.size()) + " and " +
                      std::to_string(curve.y.size()) + " numbers",
                  curve.name);
  settle(x, curves, &Curve::x);
  settle(y, curves, &Curve::y);
}

std::string title(const Axis& axis) { return axis.name + (axis.logarithmic ? " (log scale)" : ""); }

std::string label(const Axis& axis, int64_t part) {
  const double at = axis.from + (axis.to - axis.from) * static_cast<double>(part) / kAxisParts;
  const double value = axis.logarithmic ? std::pow(10, at) : at;
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", std::abs(value) < 1e-12 ? 0 : value);
  return text;
}

namespace {

struct LegendPlace {
  int64_t left = 0, row = 0;
};

// Names side by side, row by row, under the axes.
std::vector<LegendPlace> legend_places(const std::vector<Curve>& curves, int64_t width) {
  std::vector<LegendPlace> places;
  int64_t left = kLeft, row = 0;
  for (const Curve& curve : curves) {
    const int64_t wide = curve.name.empty() ? 0 : text_width(curve.name) + 34;
    if (left > kLeft && left + wide > width) left = kLeft, ++row;
    places.push_back({left, row});
    left += wide;
  }
  return places;
}

class Plot {
 public:
  Plot(const Axis& x, const Axis& y, int64_t width, int64_t height, int64_t below)
      : x_(x), y_(y), canvas_(blank(width, height + below, kPaper)) {
    wide_ = width - kLeft - kRight;
    high_ = height - kTop - kBottom;
    if (wide_ < 40 || high_ < 40)
      throw Error("a plot of " + std::to_string(width) + "x" + std::to_string(height) +
                      " pixels is too small",
                  "");
  }

  void draw_frame() {
    for (int64_t part = 0; part <= kAxisParts; ++part) {
      const int64_t across = kLeft + wide_ * part / kAxisParts,
                    down = kTop + high_ - high_ * part / kAxisParts;
      fill_rectangle(canvas_, across, kTop, 1, high_, kLines);
      fill_rectangle(canvas_, kLeft, down, wide_, 1, kLines);
      const std::string below = label(x_, part), beside = label(y_, part);
      draw_text(canvas_, across - text_width(below) / 2, kTop + high_ + 6, below, kInk);
      draw_text(canvas_, kLeft - 4 - text_width(beside), down - kGlyphHeight / 2, beside, kInk);
    }
    const std::string across = title(x_);
    draw_text(canvas_, kLeft + (wide_ - text_width(across)) / 2,
              kTop + high_ + kBottom - kGlyphHeight - kDescent - 3, across, kInk);
    draw_text(canvas_, kLeft + 4, 2, title(y_), kInk);
  }

  void draw(const Curve& curve) {
    for (size_t i = 0; i + 1 < curve.x.size(); ++i) {
      const auto [x0, y0] = pixel(curve.x[i], curve.y[i]);
      const auto [x1, y1] = pixel(curve.x[i + 1], curve.y[i + 1]);
      if (!std::isfinite(x0 + y0 + x1 + y1)) continue;
      const int64_t steps = 1 + static_cast<int64_t>(2 * std::hypot(x1 - x0, y1 - y0));
      for (int64_t s = 0; s <= steps; ++s) {
        const double t = static_cast<double>(s) / static_cast<double>(steps);
        draw_dot(canvas_, x0 + t * (x1 - x0), y0 + t * (y1 - y0), 0.6, curve.colour, 0.6);
      }
    }
  }

  void draw_legend_in_corner(const std::vector<Curve>& curves) {
    int64_t widest = 0, rows = 0;
    for (const Curve& curve : curves)
      if (!curve.name.empty()) widest = std::max(widest, text_width(curve.name)), ++rows;
    const int64_t left = kLeft + wide_ - widest - 26;
    int64_t top = kTop + high_ - rows * kPitch - 4;
    if (rows > 0)
      fill_rectangle(canvas_, left - 4, top - 4, widest + 28, rows * kPitch + 4, kPaper);
    for (const Curve& curve : curves) {
      if (curve.name.empty()) continue;
      draw_name(curve, left, top);
      top += kPitch;
    }
  }

  void draw_legend_below(const std::vector<Curve>& curves, const std::vector<LegendPlace>& places) {
    for (size_t i = 0; i < curves.size(); ++i)
      if (!curves[i].name.empty())
        draw_name(curves[i], places[i].left, kTop + high_ + kBottom + places[i].row * kPitch);
  }

  void draw_name(const Curve& curve, int64_t left, int64_t top) {
    fill_rectangle(canvas_, left, top + kGlyphHeight / 2, 14, 2, curve.colour);
    draw_text(canvas_, left + 18, top, curve.name, kInk);
  }

  Image take() { return std::move(canvas_); }

 private:
  std::pair<double, double> pixel(double x, double y) const {
    const double across = (height_of(x_, x) - x_.from) / (x_.to - x_.from);
    const double up = (height_of(y_, y) - y_.from) / (y_.to - y_.from);
    const auto inside = [](double v) { return v >= -1e-9 && v <= 1 + 1e-9; };
    if (!inside(across) || !inside(up)) return {NAN, NAN};
    return {static_cast<double>(kLeft) + across * static_cast<double>(wide_),
            static_cast<double>(kTop) + (1 - up) * static_cast<double>(high_)};
  }

  Axis x_, y_;
  Image canvas_;
  int64_t wide_ = 0, high_ = 0;
};

}  // namespace

Image draw_curves(const std::vector<Curve>& curves, Axis x, Axis y, Legend legend, int64_t width,
                  int64_t height) {
  settle(x, y, curves);
  const bool outside = legend == Legend::outside &&
                       std::ranges::any_of(curves, [](const Curve& c) { return !c.name.empty(); });
  const std::vector<LegendPlace> places = legend_places(curves, width);
  Plot plot(x, y, width, height, outside ? (places.back().row + 1) * kPitch + 4 : 0);
  plot.draw_frame();
  for (const Curve& curve : curves) plot.draw(curve);
  if (outside)
    plot.draw_legend_below(curves, places);
  else
    plot.draw_legend_in_corner(curves);
  return plot.take();
}

Colour curve_colour(size_t number) {
  constexpr std::array<Colour, 6> colours = {{{24, 90, 188},
                                              {214, 87, 24},
                                              {34, 139, 72},
                                              {160, 50, 150},
                                              {190, 150, 20},
                                              {20, 150, 170}}};
  if (number < colours.size()) return colours[number];
  // Then hues that are far from those before: the golden angle.
  const double hue = std::fmod(0.08 + 0.61803398875 * static_cast<double>(number), 1.0) * 6;
  constexpr std::array<double, 3> kLow = {20, 90, 60}, kHigh = {150, 205, 225};
  const size_t shade = number % 3;
  const auto part = [&](double shift) {
    const double at = std::fmod(hue + shift, 6.0);
    const double share = std::clamp(std::abs(at - 3) - 1, 0.0, 1.0);
    return static_cast<uint8_t>(kLow[shade] + share * (kHigh[shade] - kLow[shade]));
  };
  return {part(0), part(4), part(2)};
}

}  // namespace gannet
