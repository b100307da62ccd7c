#include "gannet/training/gan.h"

#include "gannet/base/error.h"
#include "gannet/tensor/random.h"

namespace gannet {

Tensor Gan::latents(const Address& address, int64_t first, int64_t n) const {
  return normal(address, first, n, latent(), setup_.tensor);
}

Condition Gan::conditions(const DataShape& asked, const Address& address, int64_t first,
                          int64_t n) const {
  if (asked.classes.empty()) return {};
  return {.labels = integers(address, first, n, asked.classes_count(), setup_.tensor)};
}

Tensor Gan::sample(const Tensor& z, const Condition& condition) {
  return averaged("G")(z, condition);
}

Net& Gan::add(NetSpec spec, NetUse use) {
  const NetSpec average = spec.renamed(spec.name() + "_ema");
  Member member{.net = std::make_unique<Net>(std::move(spec), setup_.seed, layers_, setup_.tensor),
                .average = nullptr,
                .lr = use.lr,
                .share = use.share,
                .learns = use.learns};
  // The same numbers of layers, hence the same weights at first.
  if (use.averaged)
    member.average = std::make_unique<Net>(average, setup_.seed, layers_, setup_.tensor);
  layers_ += member.net->layers();
  members_.push_back(std::move(member));
  return *members_.back().net;
}

Net& Gan::net(std::string_view name) {
  for (Net* net : nets())
    if (net->name() == name) return *net;
  throw Error("this Gan has no net of this name", std::string(name));
}

Net& Gan::averaged(std::string_view name) {
  for (const Member& m : members_)
    if (m.net->name() == name) return m.average ? *m.average : *m.net;
  throw Error("this Gan has no net of this name", std::string(name));
}

bool Gan::takes(std::string_view input) const {
  return std::ranges::any_of(members_,
                             [&](const Member& m) { return m.net->spec().has_input(input); });
}

std::vector<Net*> Gan::nets() {
  std::vector<Net*> all;
  for (const Member& m : members_) {
    all.push_back(m.net.get());
    if (m.average) all.push_back(m.average.get());
  }
  return all;
}

}  // namespace gannet
