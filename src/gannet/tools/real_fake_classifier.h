// A classifier of real against fake images for programs that generate images by themselves: it
// learns to tell theirs from real ones, again and again as theirs get better, and scores each. The
// classes are as in Detector: 0 real, 1 fake. No torch in here.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gannet/formats/image.h"

namespace gannet {

class RealFakeClassifier {
 public:
  // Of images of one size; channels 1 or 3. device: tensor/device.h.
  RealFakeClassifier(int64_t width, int64_t height, int64_t channels, uint64_t seed = 0,
                     const std::string& device = "auto");
  ~RealFakeClassifier();

  // So many more steps of Adam on batches of real and fake images, from the present weights.
  // Equal calls give equal classifiers. Throws Error for images of another size, or too few.
  void fit(const std::vector<Image>& real, const std::vector<Image>& fake, int64_t steps);

  // For each image log P(real) / P(fake): above 0 it looks real. The sign of a critic, as D's
  // logit, and the opposite of DetectionScore::classifier.
  std::vector<double> realness(const std::vector<Image>& images) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gannet
