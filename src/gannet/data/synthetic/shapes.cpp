#include "gannet/data/synthetic/shapes.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

namespace gannet {
namespace {

struct Point {
  double x, y;
};

// Distances to the edge, negative inside. Each shape fits a circle of radius about 1 around the
// origin; y points down.
using Distance = double (*)(Point);

double circle(Point p, Point centre, double radius) {
  return std::hypot(p.x - centre.x, p.y - centre.y) - radius;
}

// To a closed polygon: the nearest edge, and the crossings of a ray to the right for the sign.
double polygon(Point p, std::span<const Point> corners) {
  double nearest = 1e9;
  bool inside = false;
  for (size_t i = 0, j = corners.size() - 1; i < corners.size(); j = i++) {
    const Point a = corners[j], b = corners[i];
    const double ex = b.x - a.x, ey = b.y - a.y, px = p.x - a.x, py = p.y - a.y;
    const double along = std::clamp((px * ex + py * ey) / (ex * ex + ey * ey), 0.0, 1.0);
    const double dx = px - along * ex, dy = py - along * ey;
    nearest = std::min(nearest, dx * dx + dy * dy);
    if ((a.y > p.y) != (b.y > p.y) && p.x < a.x + ex * (p.y - a.y) / ey) inside = !inside;
  }
  return inside ? -std::sqrt(nearest) : std::sqrt(nearest);
}

// Corners at equal angles from the top, their radii taken in turn.
template <size_t N>
std::array<Point, N> corners_around(std::array<double, 2> radii) {
  std::array<Point, N> corners;
  for (size_t i = 0; i < N; ++i) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(i) / N, r = radii[i % 2];
    corners[i] = {r * std::sin(angle), -r * std::cos(angle)};
  }
  return corners;
}

double disc(Point p) { return circle(p, {0, 0}, 0.88); }

double ring(Point p) { return std::abs(circle(p, {0, 0}, 0.7)) - 0.24; }

double square(Point p) {
  constexpr double h = 0.78;
  static constexpr std::array<Point, 4> corners = {{{-h, -h}, {h, -h}, {h, h}, {-h, h}}};
  return polygon(p, corners);
}

double triangle(Point p) {
  static const std::array<Point, 3> corners = corners_around<3>({1.05, 1.05});
  return polygon({p.x, p.y - 0.15}, corners);
}

double star(Point p) {
  static const std::array<Point, 10> corners = corners_around<10>({1.1, 0.47});
  return polygon({p.x, p.y - 0.05}, corners);
}

double cross(Point p) {
  constexpr double l = 0.95, w = 0.33;
  static constexpr std::array<Point, 12> corners = {{{-w, -l},
                                                     {w, -l},
                                                     {w, -w},
                                                     {l, -w},
                                                     {l, w},
                                                     {w, w},
                                                     {w, l},
                                                     {-w, l},
                                                     {-w, w},
                                                     {-l, w},
                                                     {-l, -w},
                                                     {-w, -w}}};
  return polygon(p, corners);
}

// A square on its corner, with a half disc on each of its upper sides.
double heart(Point p) {
  constexpr double a = 0.56, d = a * std::numbers::sqrt2;
  static constexpr std::array<Point, 4> corners = {{{0, -d}, {d, 0}, {0, d}, {-d, 0}}};
  const Point q = {p.x, p.y - 0.06};
  return std::min(
      {polygon(q, corners), circle(q, {d / 2, -d / 2}, a), circle(q, {-d / 2, -d / 2}, a)});
}

double moon(Point p) {
  return std::max(circle(p, {-0.1, 0}, 0.95), -circle(p, {0.4, -0.15}, 0.78));
}

struct Kind {
  const char* name;
  Distance distance;
};
constexpr Kind kKinds[] = {{"circle", disc}, {"square", square}, {"triangle", triangle},
                           {"star", star},   {"cross", cross},   {"ring", ring},
                           {"heart", heart}, {"moon", moon}};

struct Paint {
  const char* name;
  std::array<double, 3> rgb;
};
constexpr Paint kPaints[] = {{"red", {0.86, 0.18, 0.18}},    {"orange", {0.95, 0.53, 0.10}},
                             {"yellow", {0.96, 0.82, 0.20}}, {"green", {0.22, 0.68, 0.30}},
                             {"teal", {0.10, 0.68, 0.70}},   {"blue", {0.18, 0.40, 0.87}},
                             {"purple", {0.53, 0.28, 0.76}}, {"pink", {0.95, 0.50, 0.72}}};

struct Size {
  const char* word;
  double smallest, largest;  // radius
};
constexpr Size kSizes[] = {{"small ", 0.18, 0.22}, {"", 0.26, 0.31}, {"large ", 0.36, 0.41}};

template <class Row, size_t N>
std::vector<std::string> names_of(const Row (&rows)[N]) {
  std::vector<std::string> names;
  for (const Row& row : rows) names.push_back(row.name);
  return names;
}

double mix(double from, double to, double share) { return from + share * (to - from); }

double smooth(double x) { return x <= 0 ? 0 : x >= 1 ? 1 : x * x * (3 - 2 * x); }

// The colour at p, in the shape's own coordinates, over the background colour `ground`: a soft
// shadow to the lower right, then the shape, lit from the upper left. `pixel` is the width of a
// pixel in these coordinates.
double shade(const Scene& scene, size_t channel, double ground, double distance, double shadow,
             Point p, double pixel) {
  const double shadowed = ground * (1 - 0.35 * smooth(1 - shadow / 0.35));
  const double lit = scene.paint[channel] * (1 - 0.10 * (p.x + p.y));
  return mix(shadowed, lit, std::clamp(0.5 - distance / pixel, 0.0, 1.0));
}

// Maps pixels to the shape's own coordinates, before and after its rotation.
class PixelMap {
 public:
  PixelMap(const Scene& scene, int64_t side)
      : width(1 / (scene.radius * static_cast<double>(side))),
        scene_(scene),
        side_(static_cast<double>(side)),
        cosine_(std::cos(scene.angle)),
        sine_(std::sin(scene.angle)) {}

  Point pixel(int64_t column, int64_t row) const {
    const double x = (static_cast<double>(column) + 0.5) / side_;
    const double y = (static_cast<double>(row) + 0.5) / side_;
    return {(x - scene_.x) / scene_.radius, (y - scene_.y) / scene_.radius};
  }
  Point rotated(Point p) const {
    return {cosine_ * p.x + sine_ * p.y, cosine_ * p.y - sine_ * p.x};
  }
  // Beyond it there is neither shape nor shadow.
  bool near(Point p) const { return p.x * p.x + p.y * p.y < 3; }

  const double width;  // of a pixel

 private:
  const Scene& scene_;
  double side_, cosine_, sine_;
};

}  // namespace

const std::vector<std::string>& shape_names() {
  static const std::vector<std::string> names = names_of(kKinds);
  return names;
}

const std::vector<std::string>& colour_names() {
  static const std::vector<std::string> names = names_of(kPaints);
  return names;
}

std::array<double, 3> palette(uint32_t colour) { return kPaints[colour].rgb; }

Scene draw_scene(const Address& address, uint32_t sample) {
  float u[16];
  uniform(address, sample, u);
  const auto choice = [](float v, size_t n) {
    return static_cast<uint32_t>(v * static_cast<float>(n));
  };
  Scene scene;
  scene.shape = choice(u[0], std::size(kKinds));
  scene.colour = choice(u[1], std::size(kPaints));
  scene.size = choice(u[2], std::size(kSizes));
  scene.light = u[3] < 0.5f;
  scene.radius = mix(kSizes[scene.size].smallest, kSizes[scene.size].largest, u[4]);
  const double margin = std::min(0.5, 1.1 * scene.radius + 0.03);
  scene.x = mix(margin, 1 - margin, u[5]);
  scene.y = mix(margin, 1 - margin, u[6]);
  scene.angle = mix(-0.35, 0.35, u[7]);
  const double bright = mix(0.92, 1.06, u[8]), tint = mix(0.76, 0.92, u[9]);
  for (size_t c = 0; c < 3; ++c) {
    scene.paint[c] = std::min(1.0, bright * kPaints[scene.colour].rgb[c]);
    const double ground =
        scene.light ? tint + 0.05 * u[10 + c] : 0.05 + 0.4 * (tint - 0.76) + 0.07 * u[10 + c];
    scene.ground[c] = ground;
  }
  scene.slope_x = mix(-0.08, 0.08, u[13]);
  scene.slope_y = mix(-0.08, 0.08, u[14]);
  return scene;
}

std::string caption(const Scene& scene) {
  const std::string words = std::string(kSizes[scene.size].word) + kPaints[scene.colour].name +
                            " " + kKinds[scene.shape].name;
  return (words.starts_with("orange") ? "an " : "a ") + words + " on a " +
         (scene.light ? "light" : "dark") + " background";
}

std::vector<uint8_t> paint(const Scene& scene, int64_t side) {
  std::vector<uint8_t> pixels(static_cast<size_t>(3 * side * side));
  const Distance distance = kKinds[scene.shape].distance;
  const PixelMap map(scene, side);
  for (int64_t row = 0; row < side; ++row)
    for (int64_t column = 0; column < side; ++column) {
      const Point at = map.pixel(column, row), p = map.rotated(at);
      const bool near = map.near(at);
      const double edge = near ? distance(p) : 1e3;
      const bool uncovered = near && edge > -map.width;  // under the shape no shadow shows
      const double shadow = uncovered ? distance(map.rotated({at.x - 0.12, at.y - 0.18})) : 1e3;
      const double x = (static_cast<double>(column) + 0.5) / static_cast<double>(side);
      const double y = (static_cast<double>(row) + 0.5) / static_cast<double>(side);
      for (size_t c = 0; c < 3; ++c) {
        const double ground =
            scene.ground[c] + scene.slope_x * (x - 0.5) + scene.slope_y * (y - 0.5);
        const double value =
            std::clamp(shade(scene, c, ground, edge, shadow, p, map.width), 0.0, 1.0);
        pixels[c * static_cast<size_t>(side * side) + static_cast<size_t>(row * side + column)] =
            static_cast<uint8_t>(std::lround(255 * value));
      }
    }
  return pixels;
}

std::vector<uint8_t> outline(const Scene& scene, int64_t side) {
  constexpr double half = 0.65;  // of a line's width, in pixels
  std::vector<uint8_t> pixels(static_cast<size_t>(side * side), 255);
  const PixelMap map(scene, side);
  for (int64_t row = 0; row < side; ++row)
    for (int64_t column = 0; column < side; ++column) {
      const Point at = map.pixel(column, row);
      if (!map.near(at)) continue;
      const double edge = kKinds[scene.shape].distance(map.rotated(at)) / map.width;
      const double ink = std::clamp(half + 0.5 - std::abs(edge), 0.0, 1.0);
      pixels[static_cast<size_t>(row * side + column)] =
          static_cast<uint8_t>(std::lround(255 * (1 - 0.9 * ink)));
    }
  return pixels;
}

}  // namespace gannet
