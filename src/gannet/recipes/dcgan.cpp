// DCGAN (Radford et al. 2015, arXiv:1511.06434). The guidelines of its section 3:
//   - strided convolutions (discriminator) and transposed convolutions (generator), no pooling;
//   - batch norm in both networks, but not in G's output layer nor in D's input layer;
//   - no fully connected hidden layers;
//   - ReLU in G, tanh at its end; LeakyReLU in D.
// Details of section 4: slope 0.2, weights from N(0, 0.02^2), Adam with a learning rate of 2e-4 and
// beta1 = 0.5. Images whose sides halve well, grey and colour. Result: docs/recipes/dcgan.md.
// Axes: N batch, C channels, H W pixels, Z latent.
#include "gannet/recipes/dcgan.h"

#include "gannet/base/error.h"
#include "gannet/recipes/defaults.h"
#include "gannet/recipes/heads.h"
#include "gannet/recipes/make_recipe.h"
#include "gannet/training/adversarial_objective.h"

namespace gannet {

void init_as_dcgan(NetSpec& net) {
  net.init_weights(Init::normal(0.02)).init_norms(Init::normal(0.02, /*mean=*/1));
}

NetSpec& double_sides(NetSpec& G, int64_t channels, std::string_view upsample) {
  const bool frames = G.shape().size() == 4;
  if (upsample == "transposed")
    return G.conv_transpose(channels, 4, {.stride = 2, .padding = 1, .frames = frames});
  return (upsample == "nearest" ? G.upsample() : G.upsample_bilinear())
      .conv(channels, 3, {.frames = frames});
}

void upsample_field(FieldVisitor& v, std::string& upsample) {
  v.field(
      "g-upsample", upsample,
      {.help = "how the generator doubles the sides: transposed convolutions, or upsampling and "
               "a 3x3 convolution, which leaves no checkerboard",
       .choices = {"transposed", "nearest", "bilinear"}});
}

NetSpec& dcgan_generator(NetSpec& G, const DatasetInfo& image, int64_t ngf,
                         const DcganLayers& layers) {
  const int64_t n = halvings(image), width = width_at(ngf, n - 1);
  if (layers.g_from_4x4) {
    G.dense({2 * width, 4, 4}).batch_norm().relu();
    G.conv_transpose(width, 3, {.stride = 2, .padding = 1}).batch_norm().relu();  // 4 -> 7
  } else {
    G.dense(smallest_map(image, width)).batch_norm().relu();  // 4x4; 7x7 for 28 pixels
  }
  for (int64_t i = n - 2; i >= 0; --i)
    double_sides(G, width_at(ngf, i), layers.g_upsample).batch_norm().relu();
  return double_sides(G, image.channels(), layers.g_upsample).tanh();  // [N, C, H, W] in [-1, 1]
}

NetSpec& dcgan_features(NetSpec& D, int64_t n, int64_t ndf, std::string_view norm,
                        double negative_slope) {
  D.conv_down(ndf).leaky_relu(negative_slope);  // [N, ndf, H/2, W/2]
  for (int64_t i = 1; i < n; ++i)
    D.conv_down(width_at(ndf, i)).norm(norm).leaky_relu(negative_slope);  // [N, 2^i ndf, ...]
  return D;
}

NetSpec& dcgan_dense(NetSpec& D, int64_t units, std::string_view norm) {
  if (units == 0) return D;
  D.dense(units);
  if (norm != "instance") D.norm(norm);  // a unit is one number, which has no variance of its own
  return D.leaky_relu(0.2);
}

void DcganLayers::fields(FieldVisitor& v) {
  v.field("g-from-4x4", g_from_4x4,
          {.help = "at 28, 56 and 112 pixels: the generator begins at 4x4 instead of 7x7"});
  upsample_field(v, g_upsample);
  v.field("d-dense", d_dense,
          {.help = "fully connected hidden layer at the discriminator's end; 0: none",
           .unit = "units",
           .min = 0,
           .max = 8192});
}

void DcganLayers::check(const DatasetInfo& image) const {
  if (g_from_4x4 && smallest_map(image, 1) != Shape{1, 7, 7})
    throw UsageError(
        "images of 28, 56 or 112 pixels begin at 7x7, the data is " + to_string(image.dims),
        "--g-from-4x4", "leave it out");
}

namespace {

struct DcganOptions : Options {
  std::string d_norm = "batch";
  DcganLayers layers;

  DcganOptions() { batch = 128; }  // section 4
  void fields(FieldVisitor& v) override {
    Options::fields(v);
    layers.fields(v);
    v.field("d-norm", d_norm,
            {.help = "normalization in the discriminator",
             .choices = {"batch", "none", "layer", "instance"}});
  }
};

NetSpec generator(const DcganOptions& o, const DatasetInfo& image) {
  NetSpec G("G", {o.nz});
  init_as_dcgan(G);
  return dcgan_generator(G, image, o.ngf, o.layers);  // [N, Z] -> [N, C, H, W]
}

NetSpec discriminator(const DcganOptions& o, const DatasetInfo& image) {
  NetSpec D("D", image.dims);
  init_as_dcgan(D);
  dcgan_features(D, halvings(image), o.ndf, o.d_norm);
  dcgan_dense(D, o.layers.d_dense, o.d_norm);
  return add_discriminator_head(D, o, image);  // [N, C, H, W] -> [N, 1], a logit
}

// At 28 pixels: docs/recipes/dcgan.md.
constexpr DefaultRow kDefaults[] = {
    {when::images_of_28, "d-dense", "512",
     "two convolutions see 10 pixels only, not the whole image"},
    {when::images_of_28, "g-from-4x4", "true", "one layer more between z and the image's parts"},
    {when::grey_images, "batch", "64", "twice as many steps"},
    {when::color_images, "batch", "16", kManySteps},
    {when::color_images, "g-upsample", "bilinear", kNoCheckerboard},
    {when::images, "ndf", "32", "as good as the paper's 64 in less than half of the time"},
    {when::images, "glr", "0.001", "the paper's rates are slow in runs of minutes"},
    {when::images, "dlr", "0.0004", "the paper's rates are slow in runs of minutes"},
    {when::images, "noise", "0.2",
     "lets G draw shapes before D wins: without it some runs collapse"},
    {when::images, "noise-end", "0", "sharp images in the end"},
    {when::small_images, "kimg", "150", "some minutes at 28 pixels, ten at 32"},
    {when::few_grey_images, "aug", "translation,cutout", kFewSamples},
    {when::few_color_images, "aug", "color,translation,cutout", kFewSamples},
    {when::few_color_images, "mirror", "true", kFewMirrored},
    {when::large_images, "kimg", "40", "ten to fifteen minutes"},
};

}  // namespace

Recipe dcgan_recipe() {
  Recipe recipe = make_recipe<DcganOptions>(
      {.name = "dcgan",
       .paper = "Radford et al. 2015, arXiv:1511.06434",
       .summary = "strided convolutions and batch norm; images of 16 to 256 pixels",
       .try_data = "shapes",
       .try_sample = "",
       .defaults = defaults_from<kDefaults>},
      [](const DcganOptions& o, const DatasetInfo& data, const Setup& setup) {
        require_halving_image(data, "dcgan", "--cfg vanilla takes any shape");
        return std::make_unique<AdversarialGan>(generator(o, data),
                                                discriminator(o, packed(data, o)), o, setup);
      });
  return with_check<DcganOptions>(
      std::move(recipe),
      [](const DcganOptions& o, const DatasetInfo& data) { o.layers.check(data); });
}

}  // namespace gannet
