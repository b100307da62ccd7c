// pix2pix (Isola et al. 2016, arXiv:1611.07004): image-to-image translation, from pairs of input
// and target. G is a U-Net: 4x4 convolutions of stride 2 down to one pixel (or an odd side), as
// many transposed ones up, with skip connections; dropout, in sampling too, is its noise
// (section 3.2). D is a PatchGAN on the concatenated input and output (section 3.2.2): the
// receptive field of one logit has --patch pixels a side. G minimizes the adversarial loss plus 100
// times the L1 distance to the target (eq. 4); Adam at 2e-4, beta1 = 0.5, weights from N(0, 0.02^2)
// (section 3.3). Result: docs/recipes/pix2pix.md. Axes: N batch, C channels, H W pixels.
#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/image/halving.h"
#include "gannet/recipes/dcgan.h"
#include "gannet/recipes/defaults.h"
#include "gannet/recipes/heads.h"
#include "gannet/recipes/make_recipe.h"
#include "gannet/training/adversarial_objective.h"

namespace gannet {
namespace {

struct Pix2pixOptions : Options {
  double l1 = 100, dropout = 0.5;
  std::string patch = "70", g_norm = "instance", d_norm = "instance";

  // Sections 3.2.2 (patches of 70 pixels), 3.3 (batches of 1 in most experiments, where batch norm
  // is instance norm) and 6.1 (64 filters in the first layers: the base's widths).
  Pix2pixOptions() { batch = 1; }
  void fields(FieldVisitor& v) override {
    WidthOptions::fields(v);  // no z
    adversarial_fields(v);
    training_fields(v);
    v.field("l1", l1, {.help = "weight of G's L1 distance to the target", .min = 0, .max = 1e6});
    v.field("gan-weight", gan_weight,
            {.help = "weight of the adversarial loss in G's phase; 0: no discriminator",
             .min = 0,
             .max = 1e6});
    v.field("dropout", dropout,
            {.help = "G's noise: dropout probability in its first three upsampling blocks",
             .min = 0,
             .max = 0.9});
    v.field("patch", patch,
            {.help = "receptive field of one logit of the discriminator",
             .unit = "pixels",
             .choices = {"16", "34", "70"}});
    const std::vector<std::string_view> norms = {"batch", "instance", "none"};
    v.field("g-norm", g_norm, {.help = "normalization in the generator", .choices = norms});
    v.field("d-norm", d_norm, {.help = "normalization in the discriminator", .choices = norms});
  }
};

// How often G halves both sides.
int64_t levels(const DatasetInfo& data) {
  int64_t n = 0;
  for (int64_t h = data.dims[1], w = data.dims[2]; h % 2 == 0 && w % 2 == 0 && n < 8; ++n)
    h /= 2, w /= 2;
  return n;
}

void check_pairs(const DatasetInfo& data) {
  if (data.input_image.empty() || !data.is_image())
    throw Error(
        "pix2pix learns from pairs of images, the data is " + to_string(data.dims), "",
        "of two folders in it: --pairs folders; of the halves of each image: --pairs side; to try: "
        "--data shapes-pairs");
  if (data.input_image[1] != data.dims[1] || data.input_image[2] != data.dims[2] ||
      levels(data) < 2)
    throw Error(
        "pix2pix needs inputs and outputs of one size that can be halved twice, the data is " +
            to_string(data.input_image) + " and " + to_string(data.dims),
        "", nearest_halving_text({data.dims[2], data.dims[1]}));
}

// How often D's strided convolutions halve both sides.
int64_t patch_halvings(std::string_view patch) { return patch == "16" ? 1 : patch == "34" ? 2 : 3; }

// D's last two convolutions take a pixel of each side, and instance norm needs two values.
void check_patch(const Pix2pixOptions& o, const DatasetInfo& data) {
  const int64_t halvings = patch_halvings(o.patch), least = int64_t{3} << halvings;
  const int64_t side = std::min(data.dims[1], data.dims[2]);
  if (side >= least) return;
  throw UsageError("patches of " + o.patch + " pixels need images of at least " +
                       std::to_string(least) + " pixels, the data is " + to_string(data.dims),
                   "--patch",
                   side >= 12  ? "--patch 34"
                   : side >= 6 ? "--patch 16"
                               : "larger images: --image-size 32");
}

// Ck and CDk of the paper's section 6.1.1, without norm at the outermost and innermost level.
NetSpec generator(const Pix2pixOptions& o, const DatasetInfo& data) {
  const int64_t n = levels(data);
  const auto width = [&](int64_t level) { return width_at(o.ngf, level); };
  const auto skip = [](int64_t level) { return "e" + std::to_string(level); };
  NetSpec G("G", data.input_image);
  init_as_dcgan(G);
  G.any_size().conv_down(width(0)).mark(skip(0));
  for (int64_t i = 1; i < n; ++i) {
    G.leaky_relu(0.2).conv_down(width(i));
    if (i < n - 1) G.norm(o.g_norm).mark(skip(i));
  }
  for (int64_t i = n - 2; i >= 0; --i) {
    G.relu().conv_transpose(width(i)).norm(o.g_norm);
    if (i > n - 5 && o.dropout > 0) G.dropout(o.dropout, /*always=*/true);
    G.concat(skip(i));  // [N, 2 width, ...]
  }
  return G.relu().conv_transpose(data.channels()).tanh();  // [N, C, H, W] in [-1, 1]
}

// On input and output as one image: [N, C_in + C, H, W] -> [N, 1, h, w], a logit for each patch.
NetSpec discriminator(const Pix2pixOptions& o, const DatasetInfo& data) {
  const int64_t halvings = patch_halvings(o.patch);
  const int64_t channels = (data.input_image[0] + data.channels()) * o.pack;
  NetSpec D("D", {channels, data.dims[1], data.dims[2]});
  init_as_dcgan(D);
  D.conv_down(o.ndf).leaky_relu(0.2);
  for (int64_t i = 1; i < halvings; ++i) D.conv_down(o.ndf << i).norm(o.d_norm).leaky_relu(0.2);
  D.conv(o.ndf << halvings, 4, {.padding = 1}).norm(o.d_norm).leaky_relu(0.2);
  if (o.mbstd > 0) D.minibatch_stddev(o.mbstd);
  if (o.feature_matching > 0) D.output("features");
  return D.conv(1, 4, {.padding = 1});
}

// docs/recipes/pix2pix.md.
constexpr DefaultRow kDefaults[] = {
    {when::images, "ngf", "32", "the paper's 64 take four times as long"},
    {when::images, "ndf", "32", "the paper's 64 take four times as long"},
    {when::images, "batch", "8", "batch norm needs several images"},
    {when::images, "kimg", "60", "half an hour at 64 pixels"},
    {when::images, "patch", "34", "70 would be all of an image of 64 pixels"},
    {when::images, "g-norm", "batch", "the paper's instance norm is batch norm of 1 image"},
    {when::images, "d-norm", "batch", "the paper's instance norm is batch norm of 1 image"},
};

class Pix2pix : public AdversarialGan {
 public:
  Pix2pix(const Pix2pixOptions& o, const DatasetInfo& data, const Setup& setup)
      : AdversarialGan(generator(o, data), discriminator(o, data), o, setup),
        l1_(o.l1),
        multiple_of_(int64_t{1} << levels(data)) {}

  Shape latent() const override { return {0}; }  // no z
  Tiling tiling() const override { return {.multiple_of = multiple_of_}; }
  Tensor sample(const Tensor&, const Condition& condition) override {
    return ema("G")(condition.input_image, Inputs{});
  }

 protected:
  Tensor generate(const Batch& batch, Step&) override {
    return G_(batch.cond.input_image, Inputs{});
  }
  // The pair of input and output (a conditional D, section 3.1).
  Tensor discriminator_input(const Tensor& samples, const Batch& batch) override {
    return at::cat({batch.cond.input_image, samples}, 1);
  }
  Terms content_losses(const Tensor& fakes, const Batch& batch) override {
    return {{"L1", l1_ * (fakes - batch.real).abs().mean()}};
  }
  bool has_auxiliary_loss() const override {
    return l1_ > 0 || AdversarialGan::has_auxiliary_loss();
  }

 private:
  const double l1_;
  const int64_t multiple_of_;
};

}  // namespace

Recipe pix2pix_recipe() {
  return make_recipe<Pix2pixOptions>(
      {.name = "pix2pix",
       .paper = "Isola et al. 2016, arXiv:1611.07004",
       .summary = "image-to-image translation from pairs: U-Net, PatchGAN, L1",
       .try_data = "shapes-pairs",
       .try_sample = "--data shapes-pairs",
       .image_to_image = true,
       .defaults = defaults_from<kDefaults>},
      [](const Pix2pixOptions& o, const DatasetInfo& data, const Setup& setup) {
        check_pairs(data);
        check_patch(o, data);
        return std::make_unique<Pix2pix>(o, data, setup);
      });
}

}  // namespace gannet
