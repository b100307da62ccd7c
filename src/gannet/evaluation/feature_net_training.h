// `gannet classifier`: trains a feature net (feature_net.h). No torch in here.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "gannet/base/files.h"
#include "gannet/data/source_options.h"

namespace gannet {

// Adam on the cross-entropy, its rate falling to 0 linearly; images shifted by up to `shift` pixels
// each way (-1: a fourteenth of the side) and, if asked for, mirrored at random; the net kept is an
// average of the weights with a half-life of `average` steps.
struct FeatureNetTraining {
  std::string data = "fashion-mnist";  // labelled images with a part "test"
  SourceOptions source;
  Path out;
  int64_t steps = 5000, batch = 128, shift = -1, width = 16, features = 128;
  double lr = 2e-3, average = 200;
  bool mirror = false;
  uint64_t seed = 0;
  std::string device = "auto";
};

struct FeatureNetReport {
  double test_accuracy = 0;
  int64_t test_images = 0, parameters = 0;
};

// Throws Error for data without classes or images, and for a part "test" that is not there.
// on_progress: a line at a time.
FeatureNetReport train_feature_net(const FeatureNetTraining& training,
                                   const std::function<void(const std::string&)>& on_progress = {});

}  // namespace gannet
