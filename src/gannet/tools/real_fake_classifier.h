// A critic for programs that make images by themselves: it learns to tell theirs from real ones,
// again and again as theirs get better, and says how real each looks. No torch in here.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "gannet/formats/image.h"

namespace gannet {

class RealFakeClassifier {
 public:
  // Of images of one size; channels 1 or 3.
  RealFakeClassifier(int64_t width, int64_t height, int64_t channels, uint64_t seed = 0);
  ~RealFakeClassifier();

  // So many more steps of Adam on batches of real and made images, from what it knows already.
  // Equal calls give equal critics. Throws Error for images of another size, or too few.
  void learn(const std::vector<Image>& real, const std::vector<Image>& made, int64_t steps);

  // For each image log P(real) / P(made), as this critic has it.
  std::vector<double> realness(const std::vector<Image>& images) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gannet
