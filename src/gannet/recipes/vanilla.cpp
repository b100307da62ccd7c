// The original GAN (Goodfellow et al. 2014, arXiv:1406.2661): two multilayer perceptrons and the
// minimax loss of eq. 1 (--loss minimax), or the non-saturating loss of section 3 (--loss ns). The
// paper trains with SGD and momentum (--optimizer sgd). Result: docs/recipes/vanilla.md.
// Axes: N batch, Z latent.
#include "gannet/recipes/defaults.h"
#include "gannet/recipes/heads.h"
#include "gannet/recipes/make_recipe.h"
#include "gannet/training/adversarial_objective.h"

namespace gannet {
namespace {

struct VanillaOptions : Options {
  int64_t depth = 2;

  VanillaOptions() { ngf = ndf = 256; }
  void fields(FieldVisitor& v) override {
    Options::fields(v);
    v.field("depth", depth, {.help = "hidden layers of each perceptron", .min = 1, .max = 16});
  }
};

NetSpec generator(const VanillaOptions& o, const DatasetInfo& data) {
  NetSpec G("G", {o.nz});
  for (int64_t i = 0; i < o.depth; ++i) G.dense(o.ngf).relu();
  G.dense(data.dims);
  if (data.is_points()) return G;  // unbounded
  return G.tanh();                 // images and audio in [-1, 1]
}

NetSpec discriminator(const VanillaOptions& o, const DatasetInfo& data) {
  NetSpec D("D", data.dims);
  for (int64_t i = 0; i < o.depth; ++i) D.dense(o.ndf).leaky_relu(0.2);
  return add_discriminator_head(D, o, data);  // [N, 1], a logit
}

// docs/defaults.md.
constexpr DefaultRow kDefaults[] = {
    {when::points, "nz", "2", "points have few dimensions"},
    {when::points, "ngf", "128", "points need small networks"},
    {when::points, "ndf", "128", "points need small networks"},
    {when::points, "lr", "0.002", "a high rate at first"},
    {when::points, "lr-end", "0.0001", "a low rate at the end draws samples into narrow modes"},
    {when::points, "batch", "256", "points are cheap, and a larger batch has more of each mode"},
    {when::points, "kimg", "2000", "about half a minute"},
};

}  // namespace

Recipe vanilla_recipe() {
  return make_recipe<VanillaOptions>(
      {.name = "vanilla",
       .paper = "Goodfellow et al. 2014, arXiv:1406.2661",
       .summary = "multilayer perceptrons and the minimax loss; images or points",
       .try_data = "ring-8",
       .try_sample = "",
       .defaults = defaults_from<kDefaults>},
      [](const VanillaOptions& o, const DatasetInfo& data, const Setup& setup) {
        return std::make_unique<AdversarialGan>(generator(o, data),
                                                discriminator(o, packed(data, o)), o, setup);
      });
}

}  // namespace gannet
