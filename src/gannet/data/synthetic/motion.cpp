#include "gannet/data/synthetic/motion.h"

#include <cmath>
#include <numbers>

namespace gannet {
namespace {

constexpr double kShrink = 0.68;  // radius relative to that in images
constexpr double kTurn = 2 * std::numbers::pi;

struct Motion {
  const char *name, *verb;
  void (*move)(const MovingScene&, double t, Scene& scene);
};

constexpr Motion kMotions[] = {
    {"left", "moving left",
     [](const MovingScene& c, double t, Scene& s) { s.x = c.to + t * (c.from - c.to); }},
    {"right", "moving right",
     [](const MovingScene& c, double t, Scene& s) { s.x = c.from + t * (c.to - c.from); }},
    {"up", "moving up",
     [](const MovingScene& c, double t, Scene& s) { s.y = c.to + t * (c.from - c.to); }},
    {"down", "moving down",
     [](const MovingScene& c, double t, Scene& s) { s.y = c.from + t * (c.to - c.from); }},
    {"bounce", "bouncing",
     [](const MovingScene& c, double t, Scene& s) {
       s.y = c.to - (c.to - c.from) * std::abs(std::sin(kTurn * (c.turns * t + c.phase)));
     }},
    {"circle", "circling",
     [](const MovingScene& c, double t, Scene& s) {
       const double angle = kTurn * (c.turns * t + c.phase);
       s.x = 0.5 + c.radius * std::cos(angle);
       s.y = 0.5 + c.radius * std::sin(angle);
     }},
    {"spin", "spinning",
     [](const MovingScene& c, double t, Scene& s) { s.angle += kTurn * 0.5 * c.turns * t; }},
    {"pulse", "pulsing",
     [](const MovingScene& c, double t, Scene& s) {
       s.radius *= 1 + 0.4 * std::sin(kTurn * (2 * c.turns * t + c.phase));
     }},
};
constexpr uint32_t kSpin = 6;

// A rotation of a circle or ring is hardly visible: other shapes spin instead.
constexpr uint32_t kSpinningShape[] = {3, 1, 2, 3, 4, 4, 6, 7};

}  // namespace

const std::vector<std::string>& motion_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Motion& motion : kMotions) all.push_back(motion.name);
    return all;
  }();
  return names;
}

MovingScene draw_moving_scene(const Address& address, uint32_t sample) {
  Address path = address;
  path.call = 1;
  float u[6];
  uniform(path, sample, u);
  const auto mix = [](double from, double to, double share) { return from + share * (to - from); };
  MovingScene video{
      .scene = draw_scene(address, sample),
      .motion = static_cast<uint32_t>(u[0] * static_cast<float>(std::size(kMotions)))};
  Scene& scene = video.scene;
  scene.radius *= kShrink;
  if (video.motion == kSpin) scene.shape = kSpinningShape[scene.shape];
  const double margin = 1.1 * scene.radius + 0.03, room = 1 - 2 * margin;
  video.from = margin + 0.2 * room * u[1];
  video.to = 1 - margin - 0.2 * room * u[2];
  video.turns = (u[3] < 0.5f ? -1 : 1) * mix(0.7, 1.2, u[4]);
  video.phase = u[5];
  video.radius = 0.5 * room * mix(0.75, 1, u[2]);
  return video;
}

Scene frame(const MovingScene& video, double t) {
  Scene scene = video.scene;
  kMotions[video.motion].move(video, t, scene);
  return scene;
}

std::string caption(const MovingScene& video) {
  std::string words = caption(video.scene);
  return words.insert(words.find(" on a "), std::string(" ") + kMotions[video.motion].verb);
}

}  // namespace gannet
