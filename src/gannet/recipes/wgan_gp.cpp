// WGAN-GP (Gulrajani et al. 2017, arXiv:1704.00028), algorithm 1: the Wasserstein loss with a
// gradient penalty between real and generated samples (weight 10), five critic updates for each of
// G, Adam with a learning rate of 1e-4, beta1 = 0, beta2 = 0.9, and no batch norm in the critic
// (section 4). Images whose sides halve well by DCGAN's networks, or with --arch residual by those
// of appendix C; other data by three layers of 512 ReLU units as in the paper's toy experiments.
// Result: docs/recipes/wgan-gp.md. Axes: N batch, C channels, H W pixels, Z latent.
#include <numeric>

#include "gannet/nn/blocks.h"
#include "gannet/recipes/dcgan.h"
#include "gannet/recipes/defaults.h"
#include "gannet/recipes/heads.h"
#include "gannet/recipes/make_recipe.h"
#include "gannet/training/adversarial_objective.h"

namespace gannet {
namespace {

struct WganGpOptions : Options {
  std::string arch = "conv", d_norm = "none";

  WganGpOptions() {
    loss = "wgan";
    gp = 10;
    n_critic = 5;
    lr = 1e-4;
    b1 = 0;
    b2 = 0.9;
  }
  void fields(FieldVisitor& v) override {
    Options::fields(v);
    v.field("arch", arch, {.help = "networks for images", .choices = kArchitectures});
    v.field("d-norm", d_norm,
            {.help = "normalization in a convolutional critic",
             .choices = {"none", "layer", "instance"}});
  }
};

NetSpec generator(const WganGpOptions& o, const DatasetInfo& data) {
  NetSpec G("G", {o.nz});
  if (o.arch == "residual") {
    residual_generator(G, data.dims, o.ngf, {.norm = [](NetSpec& net) { net.batch_norm(); }});
    return G;
  }
  if (halvings(data) > 0) {
    init_as_dcgan(G);
    return dcgan_generator(G, data, o.ngf);
  }
  for (int i = 0; i < 3; ++i) G.dense(8 * o.ngf).relu();
  G.dense(data.dims);
  return data.is_points() ? G : G.tanh();
}

NetSpec critic(const WganGpOptions& o, const DatasetInfo& data) {
  NetSpec D("D", data.dims);
  if (o.arch == "residual") {
    residual_discriminator_features(D, o.ndf, {.norm = [&o](NetSpec& net) { net.norm(o.d_norm); }});
    // The mean of each channel, over all of the map, or of its squares where it has several.
    D.avg_pool(std::gcd(D.shape()[1], D.shape()[2])).flatten();
  } else if (const int64_t n = halvings(data)) {
    D.init_weights(Init::normal(0.02));
    dcgan_features(D, n, o.ndf, o.d_norm);
  } else {
    for (int i = 0; i < 3; ++i) D.dense(8 * o.ndf).relu();
  }
  return add_discriminator_head(D, o, data);  // [N, 1]
}

// docs/defaults.md.
constexpr DefaultRow kDefaults[] = {
    {when::images, "n-critic", "1",
     "five critic updates see a quarter of the images in the same time"},
    {when::images, "d-norm", "layer",
     "the norm that the paper allows in a critic; images come sooner"},
    {when::images, "lr", "0.001", "a high rate for few steps"},
    {when::images, "b1", "0", "as the paper has it for images"},
    {when::images, "ndf", "32", "half of the time, so twice as many images are seen"},
    {when::images, "batch", "32", kManySteps},
    {when::small_images, "kimg", "120", "some minutes"},
    {when::large_images, "kimg", "40", "ten minutes or more"},
    {when::points, "nz", "2", "points have few dimensions"},
    {when::points, "ngf", "16", "points need small networks"},
    {when::points, "ndf", "16", "points need small networks"},
    {when::points, "batch", "256", "points are cheap, and a larger batch has more of each mode"},
    {when::points, "n-critic", "1", "steps of G at a fifth of the time"},
    {when::points, "gp", "1", "10 is for images: narrow modes need a steep critic"},
    {when::points, "glr", "0.001", "a high rate for few steps"},
    {when::points, "dlr", "0.002", "with one update a step the critic needs the higher rate"},
    {when::points, "kimg", "1000", "about half a minute"},
};

}  // namespace

Recipe wgan_gp_recipe() {
  return make_recipe<WganGpOptions>(
      {.name = "wgan-gp",
       .paper = "Gulrajani et al. 2017, arXiv:1704.00028",
       .summary = "Wasserstein loss with a gradient penalty, five critic updates a step; any data",
       .try_data = "ring-8",
       .try_sample = "",
       .defaults = defaults_from<kDefaults>},
      [](const WganGpOptions& o, const DatasetInfo& data, const Setup& setup) {
        check_architecture(o.arch, "wgan-gp", data);
        return std::make_unique<AdversarialGan>(generator(o, data), critic(o, packed(data, o)), o,
                                                setup);
      });
}

}  // namespace gannet
