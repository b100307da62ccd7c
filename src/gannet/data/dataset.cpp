#include "gannet/data/dataset.h"

namespace gannet {

void Dataset::draw(int64_t index, const Address&, Sample& into) const { get(index, into); }

std::string Dataset::caption(int64_t index) const {
  Sample sample;
  get(index, sample);
  return sample.caption;
}

std::vector<std::string> Dataset::captions(int64_t index) const {
  std::string one = caption(index);
  if (one.empty()) return {};
  return {std::move(one)};
}

}  // namespace gannet
