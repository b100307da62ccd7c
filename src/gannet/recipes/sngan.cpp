// SNGAN (Miyato et al. 2018, arXiv:1802.05957): spectral normalization of every weight of D, hinge
// loss, Adam with a learning rate of 2e-4 and beta1 = 0.5 (setting C of table 1). Images whose
// sides halve well by the "standard CNN" of table 3, or with --arch residual by the networks of
// tables 4 and 5; other data by multilayer perceptrons. --cond: projection discriminator (Miyato &
// Koyama 2018, arXiv:1802.05637, eq. 4); G takes z and a label embedding, or in the residual G
// conditional batch norm (the same paper, section 4.2). Result: docs/recipes/sngan.md. Axes: N
// batch, C channels, H W pixels, Z latent, K classes.
#include <algorithm>

#include "gannet/nn/blocks.h"
#include "gannet/recipes/defaults.h"
#include "gannet/recipes/heads.h"
#include "gannet/recipes/make_recipe.h"
#include "gannet/training/adversarial_objective.h"

namespace gannet {
namespace {

constexpr double kNegativeSlope = 0.1;

struct SnganOptions : Options {
  bool cond = false;
  std::string arch = "conv", head = "projection";
  int64_t label_width = 50;

  SnganOptions() { loss = "hinge"; }
  void fields(FieldVisitor& v) override {
    Options::fields(v);
    v.field("arch", arch, {.help = "networks for images", .choices = kArchitectures});
    v.field("cond", cond, {.help = "class-conditional: labels into G, projection in D"});
    v.field("head", head,
            {.help = "projection on the label, or an auxiliary classifier, with --cond",
             .choices = kHeads});
    v.field("label-width", label_width,
            {.help = "width of the label embedding in G", .min = 1, .max = 4096});
  }
};

NetSpec make_residual_generator(const SnganOptions& o, const DatasetInfo& data) {
  NetSpec G("G", {o.nz});
  ResidualStyle style{.norm = [](NetSpec& net) { net.batch_norm(); }};
  if (o.cond) {
    G.integer_input("labels", {}).at("x");
    style.norm = [&](NetSpec& net) { net.conditional_batch_norm("labels", data.classes_count()); };
  }
  residual_generator(G, data.dims, o.ngf, style);
  return G;
}

NetSpec generator(const SnganOptions& o, const DatasetInfo& data) {
  if (o.arch == "residual") return make_residual_generator(o, data);
  NetSpec G("G", {o.nz});
  if (o.cond) G.integer_input("labels", {}).embed(data.classes_count(), o.label_width).concat("x");
  if (const int64_t n = halvings(data)) {
    const auto width = [&](int64_t i) { return width_at(o.ngf, i, 4); };
    G.init_weights(Init::normal(0.02));
    G.dense(smallest_map(data, width(n))).batch_norm().relu();
    for (int64_t i = n - 1; i >= 0; --i) G.conv_transpose(width(i)).batch_norm().relu();
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
    residual_discriminator_features(D, o.ndf, {.spectral = true});
    D.global_sum_pool();
  } else if (const int64_t n = halvings(data)) {
    D.init_weights(Init::normal(0.02));
    for (int64_t i = 0; i < n; ++i) {
      D.conv(width_at(o.ndf, i), 3)
          .spectral_norm()
          .leaky_relu(kNegativeSlope)
          .conv_down(width_at(o.ndf, i))
          .spectral_norm()
          .leaky_relu(kNegativeSlope);
    }
    D.conv(width_at(o.ndf, n), 3).spectral_norm().leaky_relu(kNegativeSlope);
  } else {
    for (int i = 0; i < 3; ++i) D.dense(4 * o.ndf).spectral_norm().leaky_relu(kNegativeSlope);
  }
  return add_discriminator_head(D, o, data, o.cond ? head(o.head, "class") : Head::logit,
                                /*spectral=*/true);  // [N, 1]
}

// docs/defaults.md.
constexpr DefaultRow kDefaults[] = {
    {when::images, "ngf", "32", "many steps in some minutes"},
    {when::images, "ndf", "16", "the discriminator has 3x3 layers at the images' full size"},
    {when::images, "lr", "0.0005", "a higher rate for few steps"},
    {when::images, "batch", "32", kManySteps},
    {when::small_images, "kimg", "80", "some minutes"},
    {when::large_images, "kimg", "40", "ten minutes or more"},
};

}  // namespace

Recipe sngan_recipe() {
  return make_recipe<SnganOptions>(
      {.name = "sngan",
       .paper = "Miyato et al. 2018, arXiv:1802.05957",
       .summary = "spectral normalization in D and the hinge loss; class-conditional with --cond",
       .try_data = "shapes",
       .try_sample = "",
       .defaults = defaults_from<kDefaults>},
      [](const SnganOptions& o, const DatasetInfo& data, const Setup& setup) {
        if (o.cond)
          require_classes(data, "sngan --cond", "without --cond it learns without labels");
        check_architecture(o.arch, "sngan", data);
        return std::make_unique<AdversarialGan>(generator(o, data),
                                                discriminator(o, packed(data, o)), o, setup);
      });
}

}  // namespace gannet
