// SNGAN (Miyato et al. 2018, arXiv:1802.05957): every weight of D divided by its largest singular
// value, hinge loss, Adam with rate 2e-4 and beta1 = 0.5 (setting C of table 1). Images of 28, 32
// or 64 pixels by the "standard CNN" of table 3, or with --arch residual by the nets of tables 4
// and 5; anything else by perceptrons. --cond: the class goes into D by projection (Miyato & Koyama
// 2018, arXiv:1802.05637, eq. 4) and into G as an embedding beside z, or into the residual G as
// gain and shift of every batch norm (the same paper, section 4.2). Result: docs/recipes/sngan.md.
// Axes: N batch, C channels, H W pixels, Z latent, K classes.
#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/nn/blocks.h"
#include "gannet/recipes/heads.h"
#include "gannet/recipes/recipes.h"
#include "gannet/training/adversarial_objective.h"

namespace gannet::sngan {
namespace {

constexpr double kSlope = 0.1;

struct SnganOptions : Options {
  bool cond = false;
  std::string arch = "conv", head = "projection";
  int64_t label_width = 50;

  SnganOptions() { loss = "hinge"; }
  void fields(FieldVisitor& v) override {
    Options::fields(v);
    v.field("arch", arch, {.help = "networks for images", .choices = kArchitectures});
    v.field("cond", cond, {.help = "learn the classes: labels into G, projection in D"});
    v.field("head", head, {.help = "how D takes the label, with --cond", .choices = kHeads});
    v.field("label-width", label_width,
            {.help = "width of the label's embedding in G", .min = 1, .max = 4096});
  }
};

NetSpec residual(const SnganOptions& o, const DatasetInfo& data) {
  NetSpec G("G", {o.nz});
  Residual style{.norm = [](NetSpec& net) { net.batch_norm(); }};
  if (o.cond) {
    G.integer_input("labels", {}).at("x");
    style.norm = [&](NetSpec& net) { net.conditional_batch_norm("labels", data.classes_count()); };
  }
  residual_generator(G, data.dims, o.ngf, style);
  return G;
}

NetSpec generator(const SnganOptions& o, const DatasetInfo& data) {
  if (o.arch == "residual") return residual(o, data);
  NetSpec G("G", {o.nz});
  if (o.cond) G.integer_input("labels", {}).embed(data.classes_count(), o.label_width).concat("x");
  if (const int64_t n = halvings(data)) {
    const int64_t side = data.dims[2] >> n;
    int64_t width = o.ngf << n;
    G.init_weights(Init::normal(0.02));
    G.dense({width, side, side}).batch_norm().relu();
    for (int64_t i = 0; i < n; ++i) G.conv_transpose(width /= 2).batch_norm().relu();
    return G.conv(data.channels(), 3).tanh();  // [N, C, H, W] in [-1, 1]
  }
  for (int i = 0; i < 3; ++i) G.dense(4 * o.ngf).batch_norm().relu();
  G.dense(data.dims);
  return data.is_points() ? G : G.tanh();
}

NetSpec discriminator(const SnganOptions& o, const DatasetInfo& data) {
  NetSpec D("D", data.dims);
  if (o.cond && o.head == "projection") D.integer_input("labels", {}).at("x");
  if (o.arch == "residual") {
    residual_features(D, o.ndf, {.spectral = true});
    D.global_sum_pool();
  } else if (const int64_t n = halvings(data)) {
    int64_t width = o.ndf;
    D.init_weights(Init::normal(0.02));
    for (int64_t i = 0; i < n; ++i) {
      D.conv(width, 3)
          .spectral_norm()
          .leaky_relu(kSlope)
          .conv_down(width)
          .spectral_norm()
          .leaky_relu(kSlope);
      width = std::min(2 * width, 8 * o.ndf);
    }
    D.conv(width, 3).spectral_norm().leaky_relu(kSlope);
  } else {
    for (int i = 0; i < 3; ++i) D.dense(4 * o.ndf).spectral_norm().leaky_relu(kSlope);
  }
  return finish(D, o, data, o.cond ? head(o.head, "class") : Head::logit,
                /*spectral=*/true);  // [N, 1]
}

}  // namespace

extern const Recipe recipe;
const Recipe recipe = {
    .name = "sngan",
    .paper = "Miyato et al. 2018, arXiv:1802.05957",
    .summary = "spectral normalisation in D and the hinge loss; with --cond by class",
    .try_data = "shapes",
    .try_sample = "",
    .options = []() -> std::unique_ptr<Options> { return std::make_unique<SnganOptions>(); },
    .make = [](const Options& options, const DatasetInfo& data,
               const Setup& setup) -> std::unique_ptr<Gan> {
      const auto& o = dynamic_cast<const SnganOptions&>(options);
      if (o.cond) require_classes(data, "sngan --cond", "without --cond it learns without labels");
      check_architecture(o.arch, "sngan", data);
      return std::make_unique<AdversarialGan>(generator(o, data), discriminator(o, packed(data, o)),
                                              o, setup);
    }};

}  // namespace gannet::sngan
