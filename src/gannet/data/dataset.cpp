#include "gannet/data/dataset.h"

namespace gannet {

void Dataset::draw(int64_t index, const Address&, Sample& into) const { get(index, into); }

std::string Dataset::caption(int64_t index) const {
  Sample sample;
  get(index, sample);
  return sample.caption;
}

}  // namespace gannet
