// The first GAN (Goodfellow et al. 2014, arXiv:1406.2661): two perceptrons, the minimax game of eq.
// 1 (--loss minimax), or G maximising log D(G(z)) as section 3 advises (--loss ns). The paper
// trains with SGD and momentum (--optimizer sgd). Result: docs/recipes/vanilla.md. Axes: N batch, D
// numbers of a sample, Z latent.
#include "gannet/recipes/heads.h"
#include "gannet/recipes/recipes.h"
#include "gannet/training/adversarial_objective.h"

namespace gannet::vanilla {
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
  return data.is_points()
             ? G
             : G.tanh();  // points have no bounds, images and audio clips are in [-1, 1]
}

NetSpec discriminator(const VanillaOptions& o, const DatasetInfo& data) {
  NetSpec D("D", data.dims);
  for (int64_t i = 0; i < o.depth; ++i) D.dense(o.ndf).leaky_relu(0.2);
  return finish(D, o, data);  // [N, 1], a logit
}

}  // namespace

extern const Recipe recipe;
const Recipe recipe = {
    .name = "vanilla",
    .paper = "Goodfellow et al. 2014, arXiv:1406.2661",
    .summary = "multilayer perceptrons and the minimax game; images or points",
    .try_data = "ring-8",
    .try_sample = "",
    .options = []() -> std::unique_ptr<Options> { return std::make_unique<VanillaOptions>(); },
    .make = [](const Options& options, const DatasetInfo& data,
               const Setup& setup) -> std::unique_ptr<Gan> {
      const auto& o = dynamic_cast<const VanillaOptions&>(options);
      return std::make_unique<AdversarialGan>(generator(o, data), discriminator(o, packed(data, o)),
                                              o, setup);
    }};

}  // namespace gannet::vanilla
