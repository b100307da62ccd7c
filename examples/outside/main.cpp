// A program without networks is the generator: a renderer of scenes with five parameters. A camera
// takes images of scenes with secret parameters. Gannet's classifier learns to tell the two apart;
// the renderer gets one score for each of its images (no gradient), keeps the parameters with the
// best scores, and draws new ones around them: a GAN with evolution instead of backpropagation.
//
// Expected: the distance between the renderer's mean parameters and the secret ones falls to a
// fifth or less; the output image shows the rounds.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "gannet/base/error.h"
#include "gannet/base/philox.h"
#include "gannet/formats/png.h"
#include "gannet/image/canvas.h"
#include "gannet/tools/real_fake_classifier.h"

namespace {

using gannet::Image;

constexpr int64_t kSide = 24, kPopulation = 128, kRounds = 40;
constexpr size_t kParameters = 5;

// Horizontal and vertical position, radius, colour of the disc, brightness of the background; each
// about 0 to 1.
using Scene = std::array<double, kParameters>;

// The interface of any program outside of Gannet: parameters in, an image out.
using Renderer = std::function<Image(const Scene&)>;

Image render(const Scene& scene) {
  const auto level = [](double v) {
    return static_cast<uint8_t>(std::lround(255 * std::clamp(v, 0.0, 1.0)));
  };
  const uint8_t ground = level(0.2 + 0.6 * scene[4]);
  Image image = gannet::blank(kSide, kSide, {ground, ground, ground});
  const double side = static_cast<double>(kSide);
  const gannet::Colour paint = {level(scene[3]), level(0.4), level(1 - scene[3])};
  gannet::draw_dot(image, side * scene[0], side * scene[1], side * (0.08 + 0.3 * scene[2]), paint,
                   1.0);
  return image;
}

// Scenes around a mean: the secret one of the camera, or the current one of the renderer.
struct Scenes {
  Scene mean;
  double spread;

  std::vector<Scene> draw(uint64_t seed, uint32_t round) const {
    std::vector<Scene> all(static_cast<size_t>(kPopulation));
    for (size_t i = 0; i < all.size(); ++i) {
      std::array<float, kParameters> z;
      gannet::normal({.seed = seed, .step = round}, static_cast<uint32_t>(i), z);
      for (size_t k = 0; k < kParameters; ++k) all[i][k] = mean[k] + spread * z[k];
    }
    return all;
  }
};

std::vector<Image> render_all(const Renderer& renderer, const std::vector<Scene>& scenes) {
  std::vector<Image> all;
  for (const Scene& scene : scenes) all.push_back(renderer(scene));
  return all;
}

// Moves the mean towards that of the third with the best scores (the cross-entropy method,
// Rubinstein 1999, in small steps and with a fixed spread, as a shrinking one would stall).
void select(Scenes& scenes, const std::vector<Scene>& drawn, const std::vector<double>& realness) {
  constexpr double kStep = 0.3;
  std::vector<size_t> order(drawn.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order, std::greater<>{}, [&](size_t i) { return realness[i]; });
  order.resize(order.size() / 3);
  for (size_t k = 0; k < kParameters; ++k) {
    double mean = 0;
    for (const size_t i : order) mean += drawn[i][k] / static_cast<double>(order.size());
    scenes.mean[k] += kStep * (mean - scenes.mean[k]);
  }
}

double distance(const Scene& a, const Scene& b) {
  double sum = 0;
  for (size_t k = 0; k < kParameters; ++k) sum += (a[k] - b[k]) * (a[k] - b[k]);
  return std::sqrt(sum);
}

void show(Image& canvas, const std::vector<Image>& images, int64_t row) {
  for (int64_t i = 0; i < 12; ++i)
    gannet::paste(canvas, images[static_cast<size_t>(i)], i * 2 * (kSide + 1),
                  row * 2 * (kSide + 1), 2);
}

int play(const std::string& file) {
  const Scenes secret{{0.3, 0.65, 0.6, 0.85, 0.25}, 0.1};
  Scenes scenes{{0.6, 0.4, 0.3, 0.4, 0.6}, 0.15};
  const Renderer renderer = render;
  gannet::RealFakeClassifier classifier(kSide, kSide, 3);
  Image canvas = gannet::blank(12 * 2 * (kSide + 1), 6 * 2 * (kSide + 1), {255, 255, 255});
  const double before = distance(scenes.mean, secret.mean);
  for (uint32_t round = 0; round < kRounds; ++round) {
    const std::vector<Image> real = render_all(render, secret.draw(1, round));
    const std::vector<Scene> drawn = scenes.draw(2, round);
    const std::vector<Image> fakes = render_all(renderer, drawn);
    if (round % 10 == 0) show(canvas, fakes, round / 10);
    classifier.fit(real, fakes, 20);
    const std::vector<double> realness = classifier.realness(fakes);
    select(scenes, drawn, realness);
    const auto fooled = std::ranges::count_if(realness, [](double r) { return r > 0; });
    if (round % 5 == 4)
      std::printf("round %2u: distance to the secret scene %.3f, taken for real %lld of %lld\n",
                  round + 1, distance(scenes.mean, secret.mean), static_cast<long long>(fooled),
                  static_cast<long long>(kPopulation));
  }
  show(canvas, render_all(renderer, scenes.draw(3, 0)), 4);
  show(canvas, render_all(render, secret.draw(4, 0)), 5);
  gannet::write_file(file, gannet::write_png(canvas));
  const double after = distance(scenes.mean, secret.mean);
  std::printf("distance to the secret scene: %.3f at first, %.3f at the end: %s\n", before, after,
              file.c_str());
  return after < before / 5 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return play(argc > 1 ? argv[1] : "evolution.png");
  } catch (const gannet::Error& error) {
    std::fprintf(stderr, "outside: %s\n", error.what());
    return 1;
  }
}
