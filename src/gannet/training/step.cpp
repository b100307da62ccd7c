#include "gannet/training/step.h"

#include <algorithm>

#include "gannet/tensor/random.h"

namespace gannet {

Tensor Step::z() {
  Shared& kept = shared_ ? *shared_ : own_;
  if (!kept.z.defined()) kept.z = gan_.latents(place_.address, place_.first_sample, batch_.size());
  return kept.z;
}

Tensor Step::fakes(Net& G) {
  Shared& kept = shared_ ? *shared_ : own_;
  const Mode before = G.mode();
  auto found = std::ranges::find(kept.fakes, &G, &std::pair<Net*, Tensor>::first);
  if (found == kept.fakes.end()) {
    Mode mode = before;
    mode.draws = place_.address;
    mode.thawed = before.thawed || (shared_ && std::ranges::find(learning_, &G) != learning_.end());
    G.enter(mode);
    found = kept.fakes.emplace(kept.fakes.end(), &G, G(z(), batch_.cond));
    G.enter(before);
  }
  return before.thawed ? found->second : found->second.detach();
}

Tensor Step::noise(const Shape& shape, uint32_t call) {
  Address address = place_.address;
  address.purpose = Purpose::noise;
  address.call = call;
  return normal(address, place_.first_sample, batch_.size(), shape, gan_.setup().tensor);
}

}  // namespace gannet
