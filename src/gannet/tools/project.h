// `gannet project`: GAN inversion, the latent from which the generator draws a given image, by
// gradient descent on z (Zhu et al. 2016, arXiv:1609.03552, eq. 4, with pixels at three scales for
// its features). No torch in here.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/formats/image.h"

namespace gannet {

struct ProjectionRequest {
  Path network, target;                 // a network file or run; an image, made to fit the network
  std::string value_range = "network";  // of the target: InputRange::option (network_input.h)
  // The condition, as in SampleRequest; empty: each start draws its own.
  std::string label, text, attributes;
  uint64_t seed = 0;  // of the first start; the others have the numbers after it
  int64_t starts = 8, steps = 300;
  double lr = 0.1;              // of Adam, falling to 0 as a cosine
  std::string device = "auto";  // tensor/device.h
};

struct Projection {
  std::string note;         // how the target was read, where that is to be said
  std::string warning;      // that attributes are far outside of the data's; "": none
  Image target, result;     // at the network's size
  double rms = 0;           // root of the mean squared difference, 0 to 1 for black against white
  double psnr = 0;          // decibels, of a peak of 1
  double rms_at_start = 0;  // of the same start before the first step
  int64_t best = 0;         // number of the start
  std::string label;        // of the best start, where the network takes classes
  std::vector<float> latent;
  std::vector<std::vector<double>> losses;  // of each start, at each step and after the last
};

// Throws Error for networks that draw no images or from no latent, UsageError for a condition that
// the network has no input for.
Projection project(const ProjectionRequest& request,
                   const std::function<void(int64_t step, double loss)>& on_step = nullptr);

}  // namespace gannet
