#include "gannet/training/gan.h"

#include "gannet/base/error.h"
#include "gannet/tensor/random.h"

namespace gannet {

Tensor Gan::latents(const Address& address, int64_t first, int64_t n) const {
  return normal(address, first, n, latent(), setup_.tensor);
}

Condition Gan::conditions(const DatasetInfo& info, const Address& address, int64_t first,
                          int64_t n) const {
  if (info.classes.empty()) return {};
  Address labels = address;
  labels.purpose = Purpose::label;
  return {.labels = integers(labels, first, n, info.classes_count(), setup_.tensor)};
}

Tensor Gan::sample(const Tensor& z, const Condition& condition) { return ema("G")(z, condition); }

Tensor Gan::mix(const Style& coarse, const Style& fine, int64_t from) {
  return ema("G").mixed({coarse.z, inputs(coarse.condition)}, {fine.z, inputs(fine.condition)},
                        from);
}

std::vector<int64_t> Gan::style_sizes() {
  const Net* G = generator_net();
  std::vector<int64_t> sizes = G ? gannet::style_sizes(G->spec()) : std::vector<int64_t>();
  if (!sizes.empty()) sizes.erase(sizes.begin());  // from there on all would be the other's
  return sizes;
}

Net& Gan::add(NetSpec spec, NetUse use) {
  const NetSpec ema = spec.renamed(spec.name() + "_ema");
  Member member{.net = std::make_unique<Net>(std::move(spec), setup_.seed, layers_, setup_.tensor),
                .ema = nullptr,
                .lr = use.lr,
                .lazy_reg_ratio = use.lazy_reg_ratio,
                .trainable = use.trainable};
  // The same numbers of layers, hence the same weights at first.
  if (use.ema) member.ema = std::make_unique<Net>(ema, setup_.seed, layers_, setup_.tensor);
  layers_ += member.net->layers();
  members_.push_back(std::move(member));
  return *members_.back().net;
}

void Gan::set_lazy_reg_ratio(const Net& net, double ratio) {
  for (Member& m : members_)
    if (m.net.get() == &net) m.lazy_reg_ratio = ratio;
}

Net& Gan::net(std::string_view name) {
  for (Net* net : nets())
    if (net->name() == name) return *net;
  throw Error("this Gan has no net of this name", std::string(name));
}

Net& Gan::ema(std::string_view name) {
  for (const Member& m : members_)
    if (m.net->name() == name) return m.ema ? *m.ema : *m.net;
  throw Error("this Gan has no net of this name", std::string(name));
}

Net* Gan::generator_net() {
  for (const Member& m : members_)
    if (m.net->name() == "G") return m.ema ? m.ema.get() : m.net.get();
  return nullptr;
}

Net* Gan::discriminator_net() {
  for (const Member& m : members_)
    if (m.net->name() == "D") return m.net.get();
  return nullptr;
}

bool Gan::has_input(std::string_view input) const {
  return std::ranges::any_of(members_,
                             [&](const Member& m) { return m.net->spec().has_input(input); });
}

std::vector<Net*> Gan::nets() {
  std::vector<Net*> all;
  for (const Member& m : members_) {
    all.push_back(m.net.get());
    if (m.ema) all.push_back(m.ema.get());
  }
  return all;
}

}  // namespace gannet
