#include "gannet/image/canvas.h"

#include <algorithm>
#include <cmath>

namespace gannet {

Image blank(int64_t width, int64_t height, Colour colour) {
  Image canvas{.width = width, .height = height, .channels = 3, .pixels = {}};
  canvas.pixels.resize(static_cast<size_t>(3 * width * height));
  for (size_t i = 0; i < canvas.pixels.size(); ++i) canvas.pixels[i] = colour[i % 3];
  return canvas;
}

void blend(Image& canvas, int64_t x, int64_t y, Colour colour, double cover) {
  if (x < 0 || y < 0 || x >= canvas.width || y >= canvas.height) return;
  uint8_t* pixel = canvas.pixels.data() + 3 * (y * canvas.width + x);
  for (size_t c = 0; c < 3; ++c)
    pixel[c] = static_cast<uint8_t>(std::lround(pixel[c] + cover * (colour[c] - pixel[c])));
}

void fill_rectangle(Image& canvas, int64_t x, int64_t y, int64_t width, int64_t height,
                    Colour colour) {
  for (int64_t py = y; py < y + height; ++py)
    for (int64_t px = x; px < x + width; ++px) blend(canvas, px, py, colour, 1);
}

void draw_dot(Image& canvas, double x, double y, double radius, Colour colour, double cover) {
  const auto from = [&](double centre) {
    return static_cast<int64_t>(std::floor(centre - radius - 1));
  };
  const auto to = [&](double centre) {
    return static_cast<int64_t>(std::ceil(centre + radius + 1));
  };
  for (int64_t py = from(y); py <= to(y); ++py)
    for (int64_t px = from(x); px <= to(x); ++px) {
      const double distance = std::hypot(px + 0.5 - x, py + 0.5 - y) - radius;
      const double inside = std::clamp(0.5 - distance, 0.0, 1.0);
      if (inside > 0) blend(canvas, px, py, colour, cover * inside);
    }
}

void paste(Image& canvas, const Image& part, int64_t x, int64_t y, int64_t scale) {
  for (int64_t py = 0; py < part.height * scale; ++py)
    for (int64_t px = 0; px < part.width * scale; ++px) {
      const uint8_t* from =
          part.pixels.data() + (py / scale * part.width + px / scale) * part.channels;
      const size_t green = part.channels == 1 ? 0 : 1, blue = part.channels == 1 ? 0 : 2;
      blend(canvas, x + px, y + py, {from[0], from[green], from[blue]}, 1);
    }
}

Image enlarged(const Image& image, int64_t scale) {
  if (scale == 1) return image;
  Image large = blank(image.width * scale, image.height * scale, {0, 0, 0});
  paste(large, image, 0, 0, scale);
  return large;
}

}  // namespace gannet
