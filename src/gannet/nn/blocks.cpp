#include "gannet/nn/blocks.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "gannet/base/error.h"
#include "gannet/image/halving.h"

namespace gannet {
namespace {

Init glorot(double gain, int64_t fan_in, int64_t fan_out) {
  return Init::uniform(gain * std::sqrt(6 / static_cast<double>(fan_in + fan_out)));
}

void glorot_conv(NetSpec& net, int64_t channels, int64_t kernel, double gain,
                 const ResidualStyle& style) {
  const int64_t area = kernel * kernel;
  net.init_biases(Init::constant(0))
      .init_weights(glorot(gain, area * net.shape()[0], area * channels));
  net.conv(channels, kernel);
  if (style.spectral) net.spectral_norm();
}

void conv3x3(NetSpec& net, int64_t channels, const ResidualStyle& style) {
  glorot_conv(net, channels, 3, std::sqrt(2.0), style);
}

void norm_relu(NetSpec& net, const ResidualStyle& style) {
  if (style.norm) style.norm(net);
  net.relu();
}

enum class Resample { up, same, down };

// Adds the shortcut from `name`: a 1x1 convolution where the channels or the side change, on the
// smaller side of the resampling, with which it commutes.
void add_shortcut(NetSpec& net, const std::string& name, int64_t channels, Resample resample,
                  const ResidualStyle& style) {
  const std::string out = name + ".out";
  const bool identity = net.mark(out).at(name).shape()[0] == channels && resample == Resample::same;
  if (resample == Resample::down) net.avg_pool();
  if (!identity) glorot_conv(net, channels, 1, 1, style);
  if (resample == Resample::up) net.upsample();
  net.add(out).init_weights(std::nullopt).init_biases(std::nullopt);
}

std::string mark_input(NetSpec& net) {
  const std::string name = "residual" + std::to_string(net.nodes().size());
  net.mark(name);
  return name;
}

void preactivation_block(NetSpec& net, int64_t channels, Resample resample,
                         const ResidualStyle& style) {
  const std::string name = mark_input(net);
  norm_relu(net, style);
  conv3x3(net, net.shape()[0], style);
  norm_relu(net, style);
  conv3x3(net, channels, style);
  if (resample == Resample::down) net.avg_pool();
  add_shortcut(net, name, channels, resample, style);
}

Halving halving_of(const Shape& image) {
  const auto found = image.size() == 3 ? halve({image[2], image[1]}) : std::nullopt;
  if (found) return *found;
  throw Error("residual networks are for images whose sides halve to 4 to 8 pixels, not " +
                  to_string(image),
              "");
}

constexpr int64_t kSmall = 3;  // halvings of images that have the networks of 32 pixels

}  // namespace

void residual_up(NetSpec& net, int64_t channels, const ResidualStyle& style) {
  const std::string name = mark_input(net);
  norm_relu(net, style);
  net.upsample();
  conv3x3(net, channels, style);
  norm_relu(net, style);
  conv3x3(net, channels, style);
  add_shortcut(net, name, channels, Resample::up, style);
}

void residual_down(NetSpec& net, int64_t channels, const ResidualStyle& style) {
  preactivation_block(net, channels, Resample::down, style);
}

void residual_same(NetSpec& net, int64_t channels, const ResidualStyle& style) {
  preactivation_block(net, channels, Resample::same, style);
}

void residual_first(NetSpec& net, int64_t channels, const ResidualStyle& style) {
  const std::string name = mark_input(net);
  conv3x3(net, channels, style);
  net.relu();
  conv3x3(net, channels, style);
  net.avg_pool();
  add_shortcut(net, name, channels, Resample::down, style);
}

void residual_generator(NetSpec& net, const Shape& image, int64_t base,
                        const ResidualStyle& style) {
  const auto [n, map] = halving_of(image);
  const auto channels = [base, n = n](int64_t i) {
    return n <= kSmall ? 4 * base : base << std::min<int64_t>(i, 4);
  };
  const Shape first{channels(n), map.height, map.width};
  net.init_biases(Init::constant(0)).init_weights(glorot(1, count(net.shape()), count(first)));
  net.dense(first);
  if (style.spectral) net.spectral_norm();
  for (int64_t i = n - 1; i >= 0; --i) residual_up(net, channels(i), style);
  norm_relu(net, style);
  glorot_conv(net, image[0], 3, 1, style);
  net.tanh().init_weights(std::nullopt).init_biases(std::nullopt);
}

void residual_discriminator_features(NetSpec& net, int64_t base, const ResidualStyle& style) {
  if (const int64_t n = halving_of(net.shape()).times; n > kSmall) {
    residual_first(net, base, style);
    for (int64_t i = 1; i < n; ++i) residual_down(net, base << std::min<int64_t>(i, 4), style);
    residual_same(net, 16 * base, style);
  } else {
    residual_first(net, 2 * base, style);
    residual_down(net, 2 * base, style);
    residual_same(net, 2 * base, style);
    residual_same(net, 2 * base, style);
  }
  norm_relu(net, style);
}

}  // namespace gannet
