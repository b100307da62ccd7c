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
  return fakes({&G}, [&] { return Tensor(G(z(), batch_.cond)); });
}

Tensor Step::fakes(const std::vector<Net*>& nets, const std::function<Tensor()>& make) {
  Shared& kept = shared_ ? *shared_ : own_;
  const auto requires_grad = [](const Net* net) { return net->mode().requires_grad; };
  const bool learns_now = std::ranges::any_of(nets, requires_grad);
  auto found = std::ranges::find(kept.made, nets, &Shared::Made::nets);
  if (found == kept.made.end()) {
    // Shared fakes draw at the shared address, where each net's calls are counted apart.
    struct Before {
      RunMode mode;
      uint32_t calls;
    };
    std::vector<Before> before;
    for (Net* net : nets) {
      before.push_back({net->mode(), net->calls()});
      RunMode mode = net->mode();
      if (mode.draws.phase == place_.address.phase) continue;
      mode.draws = place_.address;
      mode.requires_grad |= shared_ && std::ranges::find(learning_, net) != learning_.end();
      net->set_mode(mode);
    }
    found = kept.made.insert(kept.made.end(), {nets, make()});
    for (size_t i = 0; i < nets.size(); ++i)
      if (before[i].mode.draws.phase != place_.address.phase)
        nets[i]->set_mode(before[i].mode, before[i].calls);
  }
  return learns_now ? found->fakes : found->fakes.detach();
}

Address Step::at(uint32_t call, Purpose purpose) const {
  Address address = place_.address;
  address.purpose = purpose;
  address.call = call;
  return address;
}

Tensor Step::noise(const Shape& shape, uint32_t call) {
  return normal(at(call, Purpose::noise), place_.first_sample, batch_.size(), shape,
                gan_.setup().tensor);
}

Tensor Step::uniform(const Shape& shape, uint32_t call, Purpose purpose) {
  return gannet::uniform(at(call, purpose), place_.first_sample, batch_.size(), shape,
                         gan_.setup().tensor);
}

Tensor Step::integers(int64_t below, uint32_t call) {
  return gannet::integers(at(call, Purpose::noise), place_.first_sample, batch_.size(), below,
                          gan_.setup().tensor);
}

}  // namespace gannet
