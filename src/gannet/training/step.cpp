#include "gannet/training/step.h"

#include <ATen/ops/scalar_tensor.h>

#include <algorithm>
#include <deque>

#include "gannet/tensor/random.h"
#include "gannet/tensor/recording.h"

namespace gannet {
namespace {

// Runs a net in another mode, and restores mode and call counter.
class ModeGuard {
 public:
  ModeGuard(Net& net, const RunMode& mode) : net_(net), before_(net.mode()), calls_(net.calls()) {
    net_.set_mode(mode);
  }
  ~ModeGuard() { net_.set_mode(before_, calls_); }
  ModeGuard(const ModeGuard&) = delete;
  ModeGuard& operator=(const ModeGuard&) = delete;

 private:
  Net& net_;
  const RunMode before_;
  const uint32_t calls_;
};

bool contains(const std::vector<Net*>& nets, const Net* net) {
  return std::ranges::find(nets, net) != nets.end();
}

}  // namespace

const Tensor& FakeCache::get(const std::vector<Net*>& nets,
                             const std::function<Tensor()>& generate) {
  const auto found = std::ranges::find(entries_, nets, &Entry::nets);
  if (found != entries_.end()) return found->fakes;
  return entries_.emplace_back(Entry{nets, generate()}).fakes;
}

void FakeCache::drop_fakes_of(const Net& net) {
  std::erase_if(entries_, [&](const Entry& entry) { return contains(entry.nets, &net); });
}

Tensor Step::z() {
  Tensor& z = samples().z;
  if (!z.defined()) z = gan_.latents(place_.address, place_.first_sample, batch_.size());
  return z;
}

Tensor Step::fakes(Net& G) {
  return fakes({&G}, [&] { return Tensor(G(z(), batch_.cond)); });
}

Tensor Step::fakes(const std::vector<Net*>& nets, const std::function<Tensor()>& generate) {
  const Tensor& x = samples().fakes.get(nets, [&] {
    std::deque<ModeGuard> guards;
    for (Net* net : nets)
      if (!draws_here(*net)) guards.emplace_back(*net, sampling_mode(*net));
    return generate();
  });
  const bool trained =
      std::ranges::any_of(nets, [](const Net* net) { return net->mode().requires_grad; });
  return trained ? x : x.detach();
}

bool Step::draws_here(const Net& net) const {
  return net.mode().draws.phase == place_.address.phase;
}

// Shared fakes draw at the shared address, where each net's calls are counted apart, and have a
// graph if any phase of the step needs it.
RunMode Step::sampling_mode(Net& net) const {
  RunMode mode = net.mode();
  mode.draws = place_.address;
  mode.requires_grad |= shared_ && contains(trained_later_, &net);
  return mode;
}

Tensor Step::scheduled(double ScheduledValues::*value) const {
  if (const Recording* const recording = Recording::current())
    for (size_t i = 0; i < std::size(kRecordedValues); ++i)
      if (kRecordedValues[i] == value)
        return recording->values.values_on_device.select(0, static_cast<int64_t>(i));
  return at::scalar_tensor(place_.scheduled.*value, at::kDouble);
}

Tensor Step::noise() const {
  return place_.scheduled.noise > 0 ? scheduled(&ScheduledValues::noise) : Tensor();
}

Tensor Step::r1_scale() const { return scheduled(&ScheduledValues::r1_scale); }

Address Step::at(Purpose purpose, uint32_t call) const {
  Address address = place_.address;
  address.purpose = purpose;
  address.call = call;
  return address;
}

Tensor Step::normal(Purpose purpose, const Shape& shape, uint32_t call, Location where) {
  return gannet::normal(at(purpose, call), place_.first_sample, batch_.size(), shape,
                        gan_.setup().tensor, where);
}

Tensor Step::uniform(Purpose purpose, const Shape& shape, uint32_t call, Location where) {
  return gannet::uniform(at(purpose, call), place_.first_sample, batch_.size(), shape,
                         gan_.setup().tensor, where);
}

Tensor Step::uniform_on_cpu(Purpose purpose, const Shape& shape, uint32_t call, Location where) {
  return gannet::uniform(at(purpose, call), place_.first_sample, batch_.size(), shape,
                         at::TensorOptions(at::kFloat), where);
}

Tensor Step::integers(Purpose purpose, int64_t below, uint32_t call, Location where) {
  return gannet::integers(at(purpose, call), place_.first_sample, batch_.size(), below,
                          gan_.setup().tensor, where);
}

}  // namespace gannet
