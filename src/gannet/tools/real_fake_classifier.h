// A critic for programs that make pictures by themselves: it learns to tell theirs from real ones,
// again and again as theirs get better, and says how real each looks. No torch in here.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "gannet/formats/image.h"

namespace gannet {

class Critic {
 public:
  // Of pictures of one size; channels 1 or 3.
  Critic(int64_t width, int64_t height, int64_t channels, uint64_t seed = 0);
  ~Critic();

  // So many more steps of Adam on batches of real and made pictures, from what it knows already.
  // Equal calls give equal critics. Throws Error for pictures of another size, or too few.
  void learn(const std::vector<Picture>& real, const std::vector<Picture>& made, int64_t steps);

  // For each picture log P(real) / P(made), as this critic has it.
  std::vector<double> realness(const std::vector<Picture>& pictures) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gannet
