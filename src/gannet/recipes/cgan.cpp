// Conditional GAN (Mirza & Osindero 2014, arXiv:1411.1784): both networks take the label y (eq. 2).
//   --arch mlp   section 4.1 of the paper: a layer for z and one for y, then a joint one; maxout in
//                D, dropout;
//   --arch conv  DCGAN's networks: G takes z and an embedding of y; D ends in a projection on y
//                (Miyato & Koyama 2018, arXiv:1802.05637), or has y as further input channels
//                (--label-in-d concat).
// Result: docs/recipes/cgan.md. Axes: N batch, C channels, H W pixels, Z latent, K classes.
#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/recipes/dcgan.h"
#include "gannet/recipes/defaults.h"
#include "gannet/recipes/heads.h"
#include "gannet/recipes/make_recipe.h"
#include "gannet/training/adversarial_objective.h"

namespace gannet {
namespace {

struct CganOptions : Options {
  std::string arch = "conv", label_in_d = "projection", cond_type = "class";
  int64_t label_width = 50;
  DcganLayers layers;

  void fields(FieldVisitor& v) override {
    Options::fields(v);
    v.field("arch", arch,
            {.help = "multilayer perceptrons as in the paper, or convolutions",
             .choices = {"conv", "mlp"}});
    v.field("cond-type", cond_type,
            {.help = "the condition of both networks", .choices = kConditionKinds});
    layers.fields(v);  // of --arch conv
    v.field("label-in-d", label_in_d,
            {.help = "how a convolutional discriminator uses the condition",
             .choices = {"projection", "concat"}});
    v.field("label-width", label_width,
            {.help = "width of the condition's embedding in a convolutional network",
             .min = 1,
             .max = 4096});
  }
};

// The paper's widths at the default --ngf and --ndf of 64; others scale them.
int64_t scaled(int64_t paper, int64_t width) { return std::max<int64_t>(1, paper * width / 64); }

NetSpec mlp_generator(const CganOptions& o, const DatasetInfo& data) {
  NetSpec G("G", {o.nz});
  G.dense(scaled(200, o.ngf)).relu().mark("z");
  G.init_weights(kLabelEmbeddingInit);
  add_condition_input(G, o.cond_type, data, scaled(1000, o.ngf)).relu().init_weights(std::nullopt);
  G.concat("z").dense(scaled(1200, o.ngf)).relu().dropout(0.5).dense(data.dims);
  return data.is_points() ? G : G.tanh();
}

NetSpec mlp_discriminator(const CganOptions& o, const DatasetInfo& data) {
  NetSpec D("D", data.dims);
  D.maxout(scaled(240, o.ndf), 5).dropout(0.5).mark("h");
  add_condition_input(D, o.cond_type, data, scaled(50, o.ndf));
  D.concat("h").maxout(scaled(240, o.ndf), 4).dropout(0.5);
  return add_discriminator_head(D, o, data);
}

NetSpec conv_generator(const CganOptions& o, const DatasetInfo& image) {
  NetSpec G("G", {o.nz});
  init_as_dcgan(G);
  add_condition_input(G, o.cond_type, image, o.label_width).mark("y");  // [N, L]
  return dcgan_generator(G.at("x").concat("y"), image, o.ngf, o.layers);
}

NetSpec conv_discriminator(const CganOptions& o, const DatasetInfo& image) {
  NetSpec D("D", image.dims);
  init_as_dcgan(D);
  if (o.label_in_d == "concat")
    add_condition_input(D, o.cond_type, image, o.label_width).mark("y").at("x").concat("y");
  else
    add_condition_input(D, o.cond_type, image).at("x");
  dcgan_features(D, halvings(image), o.ndf, "batch");
  dcgan_dense(D, o.layers.d_dense, "batch");
  return add_discriminator_head(D, o, image,
                                o.label_in_d == "concat" ? Head::logit : Head::projection);
}

void check(const CganOptions& o, const DatasetInfo& data) {
  if (o.arch == "conv") return o.layers.check(data);
  if (o.layers.d_dense > 0 || o.layers.g_from_4x4 || o.layers.g_upsample != "transposed")
    throw UsageError("perceptrons have no convolutions to add to or to replace", "--arch mlp",
                     "--d-dense, --g-from-4x4 and --g-upsample are for --arch conv");
}

// docs/defaults.md.
constexpr DefaultRow kDefaults[] = {
    {when::images_of_28, "d-dense", "512",
     "two convolutions see 10 pixels only, not the whole image"},
    {when::images, "ndf", "32", "half of the time, so twice as many images are seen"},
    {when::images, "glr", "0.001", "the paper's rates leave images rough in runs of minutes"},
    {when::images, "dlr", "0.0004", "the paper's rates leave images rough in runs of minutes"},
    {when::images, "noise", "0.2",
     "lets G draw shapes before D wins: without it some runs collapse"},
    {when::images, "noise-end", "0", "sharp images in the end"},
    {when::color_images, "g-upsample", "bilinear", kNoCheckerboard},
    {when::color_images, "batch", "16", kManySteps},
    {when::small_images, "kimg", "150", "some minutes"},
    {when::few_grey_images, "aug", "translation,cutout", kFewSamples},
    {when::few_color_images, "aug", "color,translation,cutout", kFewSamples},
    {when::few_color_images, "mirror", "true", kFewMirrored},
    {when::large_images, "kimg", "40", "a quarter of an hour"},
};

}  // namespace

Recipe cgan_recipe() {
  Recipe recipe = make_recipe<CganOptions>(
      {.name = "cgan",
       .paper = "Mirza & Osindero 2014, arXiv:1411.1784",
       .summary = "both networks conditioned on the class or on attributes; labelled data",
       .try_data = "shapes",
       .try_sample = "--class 0",
       .defaults = defaults_from<kDefaults>},
      [](const CganOptions& o, const DatasetInfo& data, const Setup& setup) {
        if (o.cond_type == "class")
          require_classes(data, "cgan", "--cfg dcgan learns without labels");
        const DatasetInfo input = packed(data, o);
        if (o.arch == "mlp")
          return std::make_unique<AdversarialGan>(mlp_generator(o, data),
                                                  mlp_discriminator(o, input), o, setup);
        require_halving_image(data, "cgan --arch conv", "--arch mlp takes any shape");
        return std::make_unique<AdversarialGan>(conv_generator(o, data),
                                                conv_discriminator(o, input), o, setup);
      });
  return with_check<CganOptions>(std::move(recipe), check);
}

}  // namespace gannet
