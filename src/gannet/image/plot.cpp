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

std::string label(const Axis& axis, int64_t part) {
  const double at = axis.from + (axis.to - axis.from) * static_cast<double>(part) / kAxisParts;
  const double value = axis.logarithmic ? std::pow(10, at) : at;
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", std::abs(value) < 1e-12 ? 0 : value);
  return text;
}

namespace {

class Plot {
 public:
  Plot(const Axis& x, const Axis& y, int64_t width, int64_t height)
      : x_(x), y_(y), canvas_(blank(width, height, kPaper)) {
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
    draw_text(canvas_, kLeft + (wide_ - text_width(x_.name)) / 2,
              canvas_.height - kGlyphHeight - kDescent - 3, x_.name, kInk);
    draw_text(canvas_, kLeft + 4, 2, y_.name, kInk);
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

  void draw_legend(const std::vector<Curve>& curves, Legend legend) {
    int64_t widest = 0, rows = 0;
    for (const Curve& curve : curves)
      if (!curve.name.empty()) widest = std::max(widest, text_width(curve.name)), ++rows;
    constexpr int64_t pitch = kGlyphHeight + kDescent + 3;
    const int64_t left = kLeft + wide_ - widest - 26;
    int64_t top = legend == Legend::above ? kTop + 8 : kTop + high_ - rows * pitch - 4;
    if (rows > 0) fill_rectangle(canvas_, left - 4, top - 4, widest + 28, rows * pitch + 4, kPaper);
    for (const Curve& curve : curves) {
      if (curve.name.empty()) continue;
      fill_rectangle(canvas_, left, top + kGlyphHeight / 2, 14, 2, curve.colour);
      draw_text(canvas_, left + 18, top, curve.name, kInk);
      top += pitch;
    }
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
  Plot plot(x, y, width, height);
  plot.draw_frame();
  for (const Curve& curve : curves) plot.draw(curve);
  plot.draw_legend(curves, legend);
  return plot.take();
}

Colour curve_colour(size_t number) {
  constexpr std::array<Colour, 7> colours = {{{24, 90, 188},
                                              {214, 87, 24},
                                              {34, 139, 72},
                                              {160, 50, 150},
                                              {190, 150, 20},
                                              {20, 150, 170},
                                              {110, 110, 110}}};
  return colours[number % colours.size()];
}

}  // namespace gannet
