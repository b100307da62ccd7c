// VAE (Kingma & Welling 2013, arXiv:1312.6114): the other generative model, to compare with. An
// encoder E says which codes z an image may have, q(z|x); a decoder G draws an image of z; both
// raise a lower bound of log p(x) (eq. 10): how well G draws x again, less what q(z|x) tells beyond
// the prior N(0, 1). No game and no discriminator. The nets are dcgan's, mirrored; Adam as there
// but for beta1. Images of 28, 32 and 64 pixels. Result: docs/recipes/vae.md. Axes: N batch, C
// channels, H W pixels, Z latent.
#include <ATen/TensorOperators.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/ones.h>

#include <cmath>
#include <numbers>

#include "gannet/losses/reconstruction.h"
#include "gannet/recipes/heads.h"
#include "gannet/recipes/recipes.h"
#include "gannet/training/step.h"

namespace gannet::vae {
namespace {

struct VaeOptions : Options {
  double beta = 1;

  VaeOptions() {
    nz = 32;
    ngf = ndf = 32;
    lr = 1e-3;
    b1 = 0.9;
  }
  void fields(FieldVisitor& v) override {
    LatentOptions::fields(v);
    WidthOptions::fields(v);
    training_fields(v);
    v.field("beta", beta,
            {.help = "weight of the divergence; 1 is the bound (arXiv:1312.6114), more makes codes "
                     "simpler and images duller",
             .min = 0,
             .max = 1000});
  }
};

int64_t levels(const DatasetInfo& image) {
  return halvings(image, "vae", "gannet data pack brings images to such a size");
}

// What G is sure of, one number a channel, learned like a weight: log of the spread around its
// mean.
NetSpec spread(const DatasetInfo& image) {
  NetSpec S("S", {1});
  return S.init_weights(Init::constant(0)).init_biases(Init::constant(-2)).dense(image.channels());
}

NetSpec decoder(const VaeOptions& o, const DatasetInfo& image) {
  const int64_t n = levels(image), side = image.dims[2] >> n;
  int64_t width = o.ngf << (n - 1);
  NetSpec G("G", {o.nz});
  G.dense({width, side, side}).batch_norm().relu();
  while (width > o.ngf) G.conv_transpose(width /= 2).batch_norm().relu();
  return G.conv_transpose(image.channels()).tanh();  // [N, C, H, W] in [-1, 1], the means
}

NetSpec encoder(const VaeOptions& o, const DatasetInfo& image) {
  const int64_t n = levels(image);
  int64_t width = o.ndf;
  NetSpec E("E", image.dims);
  E.conv_down(width).leaky_relu(0.2);
  for (int64_t i = 1; i < n; ++i) E.conv_down(width *= 2).batch_norm().leaky_relu(0.2);
  return E.dense(2 * o.nz);  // [N, 2 Z]: means and log variances of q(z|x)
}

// q(z|x), and one z from it for standard normal noise: the reparameterization trick (section 2.4).
struct Code {
  Tensor mean, log_variance, z;
  Code(const Tensor& said, const Tensor& noise)
      : mean(said.slice(1, 0, noise.size(1))),
        // Beyond these the variance is 0 or endless in f32; at first nothing is near them.
        log_variance(at::clamp(said.slice(1, noise.size(1)), -20, 20)),
        z(mean + at::exp(0.5 * log_variance) * noise) {}
};

class Vae : public Gan {
 public:
  Vae(const VaeOptions& o, const DatasetInfo& data, const Setup& setup)
      : Gan(setup),
        o_(o),
        E_(add(encoder(o, data), {.lr = o.lr, .ema = o.has_ema()})),
        G_(add(decoder(o, data), {.lr = o.lr, .ema = o.has_ema()})),
        S_(add(spread(data), {.lr = o.lr, .ema = o.has_ema()})) {}

  std::vector<Phase> phases() override {
    return {{.name = "bound", .nets = {"E", "G", "S"}, .loss = [this](const Batch& b, Step& s) {
               return loss(b.real, s);
             }}};
  }
  Shape latent() const override { return {o_.nz}; }

  std::optional<Reconstruction> reconstruct(const Tensor& x, const Tensor& z) override {
    const Code code(ema("E")(x), z);
    const Tensor mean = ema("G")(code.z);
    const Tensor bound = log_likelihood(x, mean, ema("S")(one(x)).main[0]) -
                         kl_divergence(code.mean, code.log_variance);
    return Reconstruction{.samples = ema("G")(code.mean), .elbo = bound};
  }

 private:
  static Tensor one(const Tensor& like) { return at::ones({1, 1}, like.options()); }

  Terms loss(const Tensor& x, Step& step) {
    const Code code(E_(x), step.z());
    const Tensor likelihood = log_likelihood(x, G_(code.z), S_(one(x)).main[0]).mean();
    const Tensor divergence = kl_divergence(code.mean, code.log_variance).mean();
    const double values = static_cast<double>(x[0].numel()) * std::numbers::ln2;
    step.log_scalar("bits_per_value", (divergence - likelihood) / values);
    return {{"reconstruction", -likelihood}, {"divergence", o_.beta * divergence}};
  }

  const VaeOptions o_;
  Net &E_, &G_, &S_;
};

}  // namespace

extern const Recipe recipe;
const Recipe recipe = {
    .name = "vae",
    .paper = "Kingma & Welling 2013, arXiv:1312.6114",
    .summary = "no game: an encoder and a decoder raise a bound of the likelihood; to compare with",
    .try_data = "shapes",
    .try_sample = "",
    .options = []() -> std::unique_ptr<Options> { return std::make_unique<VaeOptions>(); },
    .make = [](const Options& options, const DatasetInfo& data,
               const Setup& setup) -> std::unique_ptr<Gan> {
      return std::make_unique<Vae>(dynamic_cast<const VaeOptions&>(options), data, setup);
    }};

}  // namespace gannet::vae
