// VAE (Kingma & Welling 2013, arXiv:1312.6114), for comparison: an encoder E of the approximate
// posterior q(z|x) and a decoder G of p(x|z), which maximize the evidence lower bound (eq. 10): the
// expected log-likelihood less the divergence of q(z|x) from the prior N(0, 1). No discriminator.
// Networks as in dcgan; Adam as there but for beta1. Images whose sides halve well. Result:
// docs/recipes/vae.md. Axes: N batch, C channels, H W pixels, Z latent.
#include <ATen/TensorOperators.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/ones.h>

#include <cmath>
#include <numbers>

#include "gannet/losses/reconstruction.h"
#include "gannet/recipes/dcgan.h"
#include "gannet/recipes/heads.h"
#include "gannet/recipes/make_recipe.h"
#include "gannet/training/step.h"

namespace gannet {
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
    v.field(
        "beta", beta,
        {.help = "weight of the divergence: 1 is the evidence lower bound, more gives more regular "
                 "codes and blurrier images",
         .min = 0,
         .max = 1000});
  }
};

// The log standard deviation of p(x|z), learned, one number for each channel.
NetSpec log_std(const DatasetInfo& image) {
  NetSpec S("S", {1});
  return S.init_weights(Init::constant(0)).init_biases(Init::constant(-2)).dense(image.channels());
}

NetSpec decoder(const VaeOptions& o, const DatasetInfo& image) {
  NetSpec G("G", {o.nz});
  return dcgan_generator(G, image, o.ngf);  // the means of p(x|z)
}

NetSpec encoder(const VaeOptions& o, const DatasetInfo& image) {
  NetSpec E("E", image.dims);
  dcgan_features(E, halvings(image), o.ndf, "batch");
  return E.dense(2 * o.nz);  // [N, 2 Z]: means and log variances of q(z|x)
}

// q(z|x), and one z from it for standard normal noise: the reparameterization trick (section 2.4).
struct Code {
  Tensor mean, log_variance, z;
  Code(const Tensor& posterior, const Tensor& noise)
      : mean(posterior.slice(1, 0, noise.size(1))),
        // Beyond these the variance is 0 or infinite in f32; initially all are far from them.
        log_variance(at::clamp(posterior.slice(1, noise.size(1)), -20, 20)),
        z(mean + at::exp(0.5 * log_variance) * noise) {}
};

class Vae : public Gan {
 public:
  Vae(const VaeOptions& o, const DatasetInfo& data, const Setup& setup)
      : Gan(setup),
        o_(o),
        E_(add(encoder(o, data), {.lr = o.lr, .ema = o.has_ema()})),
        G_(add(decoder(o, data), {.lr = o.lr, .ema = o.has_ema()})),
        S_(add(log_std(data), {.lr = o.lr, .ema = o.has_ema()})) {}

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

Recipe vae_recipe() {
  return make_recipe<VaeOptions>(
      {.name = "vae",
       .paper = "Kingma & Welling 2013, arXiv:1312.6114",
       .summary = "encoder and decoder maximize the evidence lower bound; for comparison, no GAN",
       .try_data = "shapes",
       .try_sample = ""},
      [](const VaeOptions& o, const DatasetInfo& data, const Setup& setup) {
        require_halving_image(data, "vae", "gannet data pack brings files to such a size");
        return std::make_unique<Vae>(o, data, setup);
      });
}

}  // namespace gannet
