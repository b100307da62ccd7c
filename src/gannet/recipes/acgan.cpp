// AC-GAN (Odena et al. 2016, arXiv:1610.09585): G takes a label embedding and z; D has an auxiliary
// classifier, whose log-likelihood of the right class both nets maximize (eqs. 2, 3). D: 3x3
// convolutions of stride 2 and 1 with batch norm, LeakyReLU(0.2) and dropout 0.5 (appendix A,
// tables 1, 2); G: DCGAN's. Images whose sides halve well. Result: docs/recipes/acgan.md. Axes: N
// batch, C channels, H W pixels, Z latent, K classes.
#include "gannet/recipes/dcgan.h"
#include "gannet/recipes/defaults.h"
#include "gannet/recipes/heads.h"
#include "gannet/recipes/make_recipe.h"
#include "gannet/training/adversarial_objective.h"

namespace gannet {
namespace {

struct AcganOptions : Options {
  std::string d_norm = "batch";
  double dropout = 0.5;
  int64_t label_width = 50;

  void fields(FieldVisitor& v) override {
    Options::fields(v);
    v.field("d-norm", d_norm,
            {.help = "normalization in the discriminator",
             .choices = {"batch", "none", "layer", "instance"}});
    v.field("dropout", dropout,
            {.help = "dropout probability in the discriminator", .min = 0, .max = 0.95});
    v.field("label-width", label_width,
            {.help = "width of the label's embedding in G", .min = 1, .max = 4096});
  }
};

NetSpec generator(const AcganOptions& o, const DatasetInfo& image) {
  NetSpec G("G", {o.nz});
  init_as_dcgan(G);
  G.integer_input("labels", {}).embed(image.classes_count(), o.label_width).mark("y");
  return dcgan_generator(G.at("x").concat("y"), image, o.ngf);
}

NetSpec discriminator(const AcganOptions& o, const DatasetInfo& image) {
  NetSpec D("D", image.dims);
  init_as_dcgan(D);
  for (int64_t i = 0; i < halvings(image); ++i) {
    const int64_t width = width_at(o.ndf, i);
    D.conv(width / 2, 3, {.stride = 2, .padding = 1});
    if (i > 0) D.norm(o.d_norm);
    D.leaky_relu(0.2).dropout(o.dropout).conv(width, 3).norm(o.d_norm).leaky_relu(0.2);
    D.dropout(o.dropout);
  }
  return add_discriminator_head(D, o, image, Head::classes);  // [N, 1], and "classes" [N, K]
}

// docs/defaults.md.
constexpr DefaultRow kDefaults[] = {
    {when::images, "dropout", "0", "half of the units are too few in narrow networks"},
    {when::images, "ndf", "32", "half of the time, so twice as many images are seen"},
    {when::images, "glr", "0.001", "the paper's rates are slow in runs of minutes"},
    {when::images, "dlr", "0.0004", "the paper's rates are slow in runs of minutes"},
    {when::images, "noise", "0.2",
     "lets G draw shapes before D wins: without it some runs collapse"},
    {when::images, "noise-end", "0", "sharp images in the end"},
    {when::small_images, "kimg", "120", "some minutes"},
    {when::large_images, "kimg", "40", "ten minutes or more"},
};

}  // namespace

Recipe acgan_recipe() {
  return make_recipe<AcganOptions>(
      {.name = "acgan",
       .paper = "Odena et al. 2016, arXiv:1610.09585",
       .summary = "class-conditional G, D with an auxiliary classifier; labelled images of 16 to "
                  "256 pixels",
       .try_data = "shapes",
       .try_sample = "--class 0",
       .defaults = defaults_from<kDefaults>},
      [](const AcganOptions& o, const DatasetInfo& data, const Setup& setup) {
        require_classes(
            data, "acgan",
            "--cfg infogan finds classes of its own; --cfg dcgan learns without labels");
        require_halving_image(data, "acgan", "--cfg cgan --arch mlp takes any shape");
        return std::make_unique<AdversarialGan>(generator(o, data),
                                                discriminator(o, packed(data, o)), o, setup);
      });
}

}  // namespace gannet
