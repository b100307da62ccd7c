// Procedural videos of one moving shape (shapes.h): the parameters of each, frame by frame.
#pragma once

#include <string>
#include <vector>

#include "gannet/data/synthetic/shapes.h"

namespace gannet {

struct MovingScene {
  Scene scene;          // what does not change; smaller than in images, to leave room
  uint32_t motion = 0;  // an index in motion_names()
  // In units of the image's side and of turns, as the motion needs them.
  double from = 0, to = 0, turns = 1, phase = 0, radius = 0;
};

// The classes: left right up down bounce circle spin pulse.
const std::vector<std::string>& motion_names();

MovingScene draw_moving_scene(const Address& address,
                              uint32_t sample);   // a function of the address alone
Scene frame(const MovingScene& video, double t);  // t in [0, 1]: the first and the last frame
std::string caption(
    const MovingScene& video);  // "a small red star moving left on a dark background"

}  // namespace gannet
