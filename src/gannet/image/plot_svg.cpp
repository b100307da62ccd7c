// svg_curves() of plot.h.
#include <cmath>
#include <cstdio>

#include "gannet/base/markup.h"
#include "gannet/image/detail/plot_axes.h"

namespace gannet {
namespace {

constexpr double kLeft = 64, kRight = 16, kTop = 26, kBottom = 40, kRow = 18;
constexpr size_t kLettersARow = 80;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

std::string colour_of(const Colour& colour) {
  char text[16];
  std::snprintf(text, sizeof text, "#%02x%02x%02x", colour[0], colour[1], colour[2]);
  return text;
}

std::string text_at(double x, double y, const char* anchor, const std::string& text) {
  return "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\">" +
         markup_escaped(text) + "</text>\n";
}

struct Frame {
  Axis x, y;
  double wide, high;

  std::pair<double, double> place(double at_x, double at_y) const {
    const double across = (height_of(x, at_x) - x.from) / (x.to - x.from);
    const double up = (height_of(y, at_y) - y.from) / (y.to - y.from);
    if (!(across > -1e-9 && across < 1 + 1e-9 && up > -1e-9 && up < 1 + 1e-9)) return {NAN, NAN};
    return {kLeft + across * wide, kTop + (1 - up) * high};
  }

  std::string lines() const {
    std::string svg;
    for (int64_t part = 0; part <= kAxisParts; ++part) {
      const double share = static_cast<double>(part) / kAxisParts;
      const double across = kLeft + share * wide, down = kTop + (1 - share) * high;
      svg += "<path d=\"M" + number(across) + " " + number(kTop) + "v" + number(high) + "M" +
             number(kLeft) + " " + number(down) + "h" + number(wide) + "\" stroke=\"#e4e4e4\"/>\n";
      svg += text_at(across, kTop + high + 16, "middle", label(x, part)) +
             text_at(kLeft - 6, down + 4, "end", label(y, part));
    }
    return svg + text_at(kLeft + wide / 2, kTop + high + 33, "middle", title(x)) +
           text_at(kLeft, kTop - 10, "start", title(y));
  }

  // A path for each stretch of finite points; a single point is a dot.
  std::string path(const Curve& curve) const {
    std::string d;
    bool begun = false;
    for (size_t i = 0; i < curve.x.size(); ++i) {
      const auto [across, down] = place(curve.x[i], curve.y[i]);
      if (!std::isfinite(across + down)) {
        begun = false;
        continue;
      }
      d += (begun ? "L" : "M") + number(across) + " " + number(down);
      if (!begun) d += "h0";
      begun = true;
    }
    return "<path d=\"" + d + "\" fill=\"none\" stroke=\"" + colour_of(curve.colour) +
           "\" stroke-width=\"1.5\" stroke-linecap=\"round\" stroke-linejoin=\"round\"/>\n";
  }
};

// The names, row by row below the plot; returns how many rows.
int64_t legend(const std::vector<Curve>& curves, double top, std::string& svg) {
  int64_t row = 0;
  size_t letters = 0;
  for (const Curve& curve : curves) {
    if (curve.name.empty()) continue;
    if (letters > 0 && letters + curve.name.size() + 5 > kLettersARow) ++row, letters = 0;
    const double x = kLeft + 7 * static_cast<double>(letters),
                 y = top + kRow * static_cast<double>(row);
    svg += "<path d=\"M" + number(x) + " " + number(y - 4) + "h16\" stroke=\"" +
           colour_of(curve.colour) + "\" stroke-width=\"3\"/>\n" +
           text_at(x + 21, y, "start", curve.name);
    letters += curve.name.size() + 5;
  }
  return letters > 0 ? row + 1 : 0;
}

}  // namespace

std::string svg_curves(const std::vector<Curve>& curves, Axis x, Axis y, int64_t width,
                       int64_t height) {
  settle(x, y, curves);
  const Frame frame{x, y, static_cast<double>(width) - kLeft - kRight,
                    static_cast<double>(height) - kTop - kBottom};
  std::string names, svg = frame.lines();
  for (const Curve& curve : curves) svg += frame.path(curve);
  const int64_t rows = legend(curves, static_cast<double>(height) + 8, names);
  const std::string size = std::to_string(width) + "\" height=\"" +
                           std::to_string(height + rows * static_cast<int64_t>(kRow) + 4);
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + size +
         "\" font-family=\"sans-serif\" "
         "font-size=\"12\" fill=\"#282828\">\n<rect width=\"100%\" height=\"100%\" "
         "fill=\"#fff\"/>\n" +
         svg + names + "</svg>\n";
}

}  // namespace gannet
