#include "gannet/nn/blocks.h"

#include <cmath>

#include "gannet/base/error.h"

namespace gannet {
namespace {

Init glorot(double gain, int64_t fan_in, int64_t fan_out) {
  return Init::uniform(gain * std::sqrt(6 / static_cast<double>(fan_in + fan_out)));
}

void convolve(NetSpec& net, int64_t channels, int64_t kernel, double gain, const Residual& style) {
  const int64_t area = kernel * kernel;
  net.init_biases(Init::constant(0))
      .init_weights(glorot(gain, area * net.shape()[0], area * channels));
  net.conv(channels, kernel);
  if (style.spectral) net.spectral_norm();
}

void wide(NetSpec& net, int64_t channels, const Residual& style) {
  convolve(net, channels, 3, std::sqrt(2.0), style);
}

void activate(NetSpec& net, const Residual& style) {
  if (style.norm) style.norm(net);
  net.relu();
}

// The way past the convolutions, from `name` on: a 1x1 convolution where the channels or the side
// change. It commutes with both resamplings, and costs a quarter on the smaller side of them.
void pass_by(NetSpec& net, const std::string& name, int64_t channels, int resampled,
             const Residual& style) {
  const std::string out = name + ".out";
  const bool same = net.mark(out).at(name).shape()[0] == channels && resampled == 0;
  if (resampled < 0) net.avg_pool();
  if (!same) convolve(net, channels, 1, 1, style);
  if (resampled > 0) net.upsample();
  net.add(out).init_weights(std::nullopt).init_biases(std::nullopt);
}

std::string begin(NetSpec& net) {
  const std::string name = "residual" + std::to_string(net.nodes().size());
  net.mark(name);
  return name;
}

void after_activations(NetSpec& net, int64_t channels, bool halve, const Residual& style) {
  const std::string name = begin(net);
  activate(net, style);
  wide(net, net.shape()[0], style);
  activate(net, style);
  wide(net, channels, style);
  if (halve) net.avg_pool();
  pass_by(net, name, channels, halve ? -1 : 0, style);
}

// How often the side is halved on the way to 4x4 (28 pixels: 7x7).
int64_t halvings(const Shape& image) {
  const int64_t side = image.size() == 3 && image[1] == image[2] ? image[2] : 0;
  if (side == 28) return 2;
  if (side == 32) return 3;
  if (side == 64) return 4;
  throw Error("residual networks are for squares of 28, 32 or 64 pixels, not " + to_string(image),
              "");
}

}  // namespace

void residual_up(NetSpec& net, int64_t channels, const Residual& style) {
  const std::string name = begin(net);
  activate(net, style);
  net.upsample();
  wide(net, channels, style);
  activate(net, style);
  wide(net, channels, style);
  pass_by(net, name, channels, 1, style);
}

void residual_down(NetSpec& net, int64_t channels, const Residual& style) {
  after_activations(net, channels, /*halve=*/true, style);
}

void residual_same(NetSpec& net, int64_t channels, const Residual& style) {
  after_activations(net, channels, /*halve=*/false, style);
}

void residual_first(NetSpec& net, int64_t channels, const Residual& style) {
  const std::string name = begin(net);
  wide(net, channels, style);
  net.relu();
  wide(net, channels, style);
  net.avg_pool();
  pass_by(net, name, channels, -1, style);
}

void residual_generator(NetSpec& net, const Shape& image, int64_t base, const Residual& style) {
  const int64_t n = halvings(image), side = image[2] >> n;
  int64_t channels = n == 4 ? 16 * base : 4 * base;
  net.init_biases(Init::constant(0))
      .init_weights(glorot(1, count(net.shape()), channels * side * side));
  net.dense({channels, side, side});
  if (style.spectral) net.spectral_norm();
  for (int64_t i = 0; i < n; ++i) residual_up(net, n == 4 ? channels /= 2 : channels, style);
  activate(net, style);
  convolve(net, image[0], 3, 1, style);
  net.tanh().init_weights(std::nullopt).init_biases(std::nullopt);
}

void residual_features(NetSpec& net, int64_t base, const Residual& style) {
  if (halvings(net.shape()) == 4) {
    residual_first(net, base, style);
    for (const int64_t times : {2, 4, 8}) residual_down(net, times * base, style);
    residual_same(net, 16 * base, style);
  } else {
    residual_first(net, 2 * base, style);
    residual_down(net, 2 * base, style);
    residual_same(net, 2 * base, style);
    residual_same(net, 2 * base, style);
  }
  activate(net, style);
}

}  // namespace gannet
