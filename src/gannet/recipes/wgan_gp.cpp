// WGAN-GP (Gulrajani et al. 2017, arXiv:1704.00028), algorithm 1: a critic with a penalty on its
// slope between real and generated samples (weight 10), five updates of it for each of G, Adam with
// rate 1e-4, beta1 = 0, beta2 = 0.9, and no batch norm in the critic (section 4). Images of 28,
// 32 or 64 pixels by DCGAN's nets, the critic's without norm, or with --arch residual by the nets
// of appendix C; anything else by three layers of 512 ReLU units as in the paper's toy experiments.
// Result: docs/recipes/wgan-gp.md. Axes: N batch, C channels, H W pixels, Z latent.
#include "gannet/nn/blocks.h"
#include "gannet/recipes/heads.h"
#include "gannet/recipes/recipes.h"
#include "gannet/training/adversarial_objective.h"

namespace gannet::wgan_gp {
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
            {.help = "normalisation in a convolutional critic",
             .choices = {"none", "layer", "instance"}});
  }
};

NetSpec generator(const WganGpOptions& o, const DatasetInfo& data) {
  NetSpec G("G", {o.nz});
  if (o.arch == "residual") {
    residual_generator(G, data.dims, o.ngf, {.norm = [](NetSpec& net) { net.batch_norm(); }});
    return G;
  }
  if (const int64_t n = halvings(data)) {
    const int64_t side = data.dims[2] >> n;
    int64_t width = o.ngf << (n - 1);
    G.init_weights(Init::normal(0.02)).init_norms(Init::normal(0.02, 1));
    G.dense({width, side, side}).batch_norm().relu();
    while (width > o.ngf) G.conv_transpose(width /= 2).batch_norm().relu();
    return G.conv_transpose(data.channels()).tanh();  // [N, C, H, W] in [-1, 1]
  }
  for (int i = 0; i < 3; ++i) G.dense(8 * o.ngf).relu();
  G.dense(data.dims);
  return data.is_points() ? G : G.tanh();
}

NetSpec critic(const WganGpOptions& o, const DatasetInfo& data) {
  NetSpec D("D", data.dims);
  if (o.arch == "residual") {
    residual_features(D, o.ndf, {.norm = [&o](NetSpec& net) { net.norm(o.d_norm); }});
    D.avg_pool(D.shape()[1]).flatten();  // the mean of each channel
  } else if (const int64_t n = halvings(data)) {
    int64_t width = o.ndf;
    D.init_weights(Init::normal(0.02));
    D.conv_down(width).leaky_relu(0.2);
    for (int64_t i = 1; i < n; ++i) D.conv_down(width *= 2).norm(o.d_norm).leaky_relu(0.2);
  } else {
    for (int i = 0; i < 3; ++i) D.dense(8 * o.ndf).relu();
  }
  return finish(D, o, data);  // [N, 1]
}

}  // namespace

extern const Recipe recipe;
const Recipe recipe = {
    .name = "wgan-gp",
    .paper = "Gulrajani et al. 2017, arXiv:1704.00028",
    .summary = "a critic that is held to slope 1; any data, steady but five updates a step",
    .try_data = "ring-8",
    .try_sample = "",
    .options = []() -> std::unique_ptr<Options> { return std::make_unique<WganGpOptions>(); },
    .make = [](const Options& options, const DatasetInfo& data,
               const Setup& setup) -> std::unique_ptr<Gan> {
      const auto& o = dynamic_cast<const WganGpOptions&>(options);
      check_architecture(o.arch, "wgan-gp", data);
      return std::make_unique<AdversarialGan>(generator(o, data), critic(o, packed(data, o)), o,
                                              setup);
    }};

}  // namespace gannet::wgan_gp
