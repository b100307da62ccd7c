// R3GAN (Huang et al. 2024, arXiv:2501.05441): the relativistic pairing loss with R1 and R2 at
// every step (eq. 3 and 4), no normalization, residual blocks of 1x1, grouped 3x3 and 1x1
// convolutions, bilinear resampling, fix-up initialization: the last layer of a block starts at
// zero, the others are scaled by blocks^(-1/4) (section 3, appendix). Adam with beta1 = 0. Reduced
// for CPUs (the paper's networks have 20 M parameters and more): no block at the image's own size,
// --expansion 1, tanh at G's end. Images whose sides halve well; other data by residual perceptrons
// of the same form. An ablation: docs/recipes/r3gan.md. Axes: N batch, C channels, H W pixels, Z
// latent, K classes.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "gannet/nn/layers.h"
#include "gannet/recipes/defaults.h"
#include "gannet/recipes/heads.h"
#include "gannet/recipes/make_recipe.h"
#include "gannet/training/adversarial_objective.h"

namespace gannet {
namespace {

constexpr double kNegativeSlope = 0.2;
constexpr int64_t kGroupWidth = 16;  // channels a group of the 3x3 convolutions
const double kGain = std::sqrt(2 / (1 + kNegativeSlope * kNegativeSlope));

struct R3ganOptions : Options {
  bool cond = false, latent_signs = false;
  std::string head = "projection", cond_type = "class", resample = "bilinear";
  int64_t blocks = 1, expansion = 1, label_width = 50, fourier = 0, g_fourier = 0;

  R3ganOptions() {
    loss = "rpgan";
    r1 = r2 = 1;
    lr = 2e-3;
    batch = 32;
    b1 = 0;
    b2 = 0.99;
    nz = 64;
    ngf = 48;
    ndf = 32;
  }
  void fields(FieldVisitor& v) override {
    Options::fields(v);
    v.field("blocks", blocks, {.help = "residual blocks at each size", .min = 1, .max = 16});
    v.field("expansion", expansion,
            {.help = "width of a block's inner layers relative to its ends", .min = 1, .max = 16});
    v.field("resample", resample,
            {.help = "resampling: a fixed bilinear filter, or learned convolutions of stride 2",
             .choices = {"bilinear", "learned"}});
    v.field("cond", cond, {.help = "conditional: labels or attributes into G, projection in D"});
    v.field("cond-type", cond_type,
            {.help = "the condition of both networks, with --cond", .choices = kConditionKinds});
    v.field(
        "head", head,
        {.help = "projection on the condition, or its prediction, with --cond", .choices = kHeads});
    v.field("latent-signs", latent_signs,
            {.help = "G sees the signs of z beside z, and can jump where they change"});
    v.field("fourier", fourier,
            {.help = "octaves of Fourier features that D sees beside points; 0: none",
             .min = 0,
             .max = 16});
    v.field("g-fourier", g_fourier,
            {.help = "octaves of Fourier features of z that G sees, by which it changes abruptly; "
                     "0: none",
             .min = 0,
             .max = 16});
    v.field("label-width", label_width,
            {.help = "width of the condition's embedding in G", .min = 1, .max = 4096});
  }
};

// A stage of blocks for each side from 4 (28 pixels: 7), stage 0, to half of the image's. The last
// is `base` wide, each other one twice as wide as the next, at most 4 base.
int64_t width(int64_t base, int64_t stages, int64_t i) {
  return base << std::min<int64_t>(stages - 1 - i, 2);
}

// x + L3(act(L2(act(L1(x))))), L3 without bias; `blocks`: of the whole network.
void residual_block(NetSpec& net, const R3ganOptions& o, int64_t blocks) {
  const Shape x = net.shape();
  const int64_t inner = o.expansion * x[0];
  const int64_t groups = inner % kGroupWidth == 0 ? inner / kGroupWidth : 1;
  const double scaled = kGain * std::pow(static_cast<double>(blocks), -0.25);
  const std::string name = "block" + std::to_string(net.nodes().size());
  net.mark(name).init_biases(Init::constant(0));
  if (x.size() == 1) {
    net.init_weights(Init::kaiming_normal(scaled)).dense(inner).leaky_relu(kNegativeSlope);
    net.init_weights(Init::kaiming_normal(scaled)).dense(inner).leaky_relu(kNegativeSlope);
    net.init_weights(Init::constant(0)).dense(x[0], false).add(name);
    return;
  }
  net.init_weights(Init::kaiming_normal(scaled)).conv(inner, 1).leaky_relu(kNegativeSlope);
  net.init_weights(Init::kaiming_normal(scaled))
      .conv(inner, 3, {.groups = groups})
      .leaky_relu(kNegativeSlope);
  net.init_weights(Init::constant(0)).conv(x[0], 1, {.bias = false}).add(name);
}

// A 1x1 convolution without bias, where the number of channels changes.
void match_channels(NetSpec& net, int64_t channels) {
  if (net.shape()[0] != channels)
    net.init_weights(Init::kaiming_normal(1)).conv(channels, 1, {.bias = false});
}

// To `channels` at half or twice the side. An activation follows learned filters only.
void downsample(NetSpec& D, const R3ganOptions& o, int64_t channels) {
  if (o.resample == "bilinear") return match_channels(D.downsample_bilinear(), channels);
  D.init_weights(Init::kaiming_normal(kGain))
      .init_biases(Init::constant(0))
      .conv_down(channels)
      .leaky_relu(kNegativeSlope);
}

void upsample(NetSpec& G, const R3ganOptions& o, int64_t channels) {
  if (o.resample == "bilinear") {
    match_channels(G, channels);
    G.upsample_bilinear();
    return;
  }
  G.init_weights(Init::kaiming_normal(kGain))
      .init_biases(Init::constant(0))
      .conv_transpose(channels)
      .leaky_relu(kNegativeSlope);
}

// z, with --latent-signs and the signs of its entries, with --g-fourier its Fourier features. A
// continuous G draws bridges between parts of the data that do not touch (Tanielian et al. 2020,
// arXiv:2006.04596): narrow ones where it can be steep, none where it can jump.
void add_latent_input(NetSpec& G, const R3ganOptions& o) {
  if (o.latent_signs) G.append(sign()).concat("x");
  if (o.g_fourier > 0) G.append(fourier_features(o.g_fourier));
  G.mark("z");
}

NetSpec generator(const R3ganOptions& o, const DatasetInfo& data) {
  NetSpec G("G", {o.nz});
  add_latent_input(G, o);
  if (o.cond) {
    G.init_weights(kLabelEmbeddingInit);
    add_condition_input(G, o.cond_type, data, o.label_width).concat("z");
  }
  G.init_weights(Init::kaiming_normal(1)).init_biases(Init::constant(0));
  const int64_t n = halvings(data);
  if (n == 0) {
    G.dense(4 * o.ngf);
    for (int64_t i = 0; i < 2 * o.blocks; ++i) residual_block(G, o, 2 * o.blocks);
    G.init_weights(Init::kaiming_normal(1)).dense(data.dims);
    return data.is_points() ? G : G.tanh();
  }
  G.dense(smallest_map(data, width(o.ngf, n, 0)));
  for (int64_t i = 0; i < n; ++i) {
    if (i > 0) upsample(G, o, width(o.ngf, n, i));
    for (int64_t k = 0; k < o.blocks; ++k) residual_block(G, o, n * o.blocks);
  }
  G.init_weights(Init::kaiming_normal(1));
  return G.conv_transpose(data.channels()).tanh();  // [N, C, H, W] in [-1, 1]
}

NetSpec discriminator(const R3ganOptions& o, const DatasetInfo& data) {
  if (o.fourier > 0 && !data.is_points())
    throw UsageError("Fourier features are of points, and this data is not", "--fourier",
                     "--fourier 0");
  NetSpec D("D", data.dims);
  if (o.cond && o.head == "projection") add_condition_input(D, o.cond_type, data).at("x");
  const int64_t n = halvings(data);
  D.init_biases(Init::constant(0));
  if (n == 0) {
    if (o.fourier > 0) D.append(fourier_features(o.fourier));
    D.init_weights(Init::kaiming_normal(1)).dense(4 * o.ndf, false);
    for (int64_t i = 0; i < 2 * o.blocks; ++i) residual_block(D, o, 2 * o.blocks);
  } else {
    D.init_weights(Init::kaiming_normal(1))
        .conv(o.ndf, 4, {.stride = 2, .padding = 1, .bias = false});
  }
  for (int64_t i = n - 1; i >= 0; --i) {
    if (i < n - 1) downsample(D, o, width(o.ndf, n, i));
    for (int64_t k = 0; k < o.blocks; ++k) residual_block(D, o, n * o.blocks);
  }
  const int64_t features = D.shape()[0];
  if (n > 0) {  // a depthwise convolution over all of the map, or of its squares where it has two
    const int64_t side = std::gcd(D.shape()[1], D.shape()[2]);
    D.init_weights(Init::kaiming_normal(1));
    D.conv(features, side, {.stride = side, .padding = 0, .bias = false, .groups = features});
    D.flatten();
  }
  D.init_weights(Init::kaiming_normal(1));
  return add_discriminator_head(D, o, data,
                                o.cond ? head(o.head, o.cond_type) : Head::logit);  // [N, 1]
}

// --gamma sets the weight of R1 and of R2.
R3ganOptions with_gamma(R3ganOptions o) {
  if (o.gamma >= 0) o.r2 = o.gamma;
  return o;
}

// docs/recipes/r3gan.md and docs/faces.md.
constexpr DefaultRow kDefaults[] = {
    {when::few_points, "nz", "2", "points have few dimensions"},
    {when::many_plane_points, "nz", "3", "points have few dimensions"},
    {when::many_other_points, "nz", "6",
     "points have few dimensions; more of z than of them, for --latent-signs"},
    {when::many_plane_points, "g-fourier", "5",
     "few samples between modes, and each in its share (docs/toys.md)"},
    {when::many_other_points, "latent-signs", "true", "no samples between modes"},
    {when::many_points, "fourier", "6", "D sees how far a narrow mode reaches (docs/toys.md)"},
    {when::points, "ngf", "16", "points need small networks"},
    {when::points, "ndf", "16", "points need small networks"},
    {when::points, "batch", "256", "points are cheap, and a larger batch has more of each mode"},
    {when::few_points, "gamma", "0.005",
     "narrow modes need a steep D, which a larger gamma prevents"},
    {when::many_points, "gamma", "0.3",
     "D sees distances above 2 sqrt(gamma): at first those between modes"},
    {when::many_plane_points, "gamma-end", "0.000005",
     "D sees distances above 2 sqrt(gamma): at the end those within modes"},
    {when::many_other_points, "gamma-end", "0.00005",
     "D sees distances above 2 sqrt(gamma): at the end those within modes"},
    {when::many_points, "schedule", "exponential", "gamma spends as long at each scale"},
    {when::points, "lr", "0.003", "small networks train well at high rates"},
    {when::few_points, "lr-end", "0.0001", "a low rate at the end draws samples into narrow modes"},
    {when::many_plane_points, "lr-end", "0.0005",
     "a low rate at the end draws samples into narrow modes, a lower one makes them too narrow"},
    {when::many_other_points, "lr-end", "0.0002",
     "a low rate at the end draws samples into narrow modes"},
    {when::points, "b2", "0.9", "D changes fast at first (arXiv:2501.05441 anneals beta2 too)"},
    {when::points, "b2-end", "0.99", "and slowly at the end"},
    {when::many_plane_points, "ema", "2",
     "the average over more steps is narrower than G (docs/toys.md)"},
    {when::few_points, "kimg", "1000", "about half a minute"},
    {when::many_plane_points, "kimg", "5500",
     "four minutes; the modes' shares and widths come last"},
    {when::many_plane_points, "tick", "5", "a fifth of a second"},
    {when::many_other_points, "kimg", "3000", "one to two minutes; the modes' widths come last"},
    {when::classes, "cond", "true", kClasses},
    {when::small_images, "kimg", "100", "some minutes at 28 pixels, ten at 32"},
    {when::large_images, "kimg", "40", "a quarter of an hour"},
    {when::small_images, "batch", "32", kManySteps},
    {when::large_images, "batch", "16", kManySteps},
    {when::small_images, "gamma", "1",
     "1 to 3 are best at 28 pixels with this rate (docs/recipes/r3gan.md)"},
    {when::large_images, "gamma", "4", "measured at 64 pixels (docs/faces.md)"},
    {when::small_images, "lr", "0.002", "networks without normalization gain by high rates"},
    {when::large_images, "lr", "0.001", "networks without normalization gain by high rates"},
    {when::images, "resample", "learned",
     "converges many times faster at 64 pixels, no worse at 28 (docs/faces.md)"},
    {when::few_grey_images, "aug", "translation,cutout", kFewSamples},
    {when::few_color_images, "aug", "color,translation,cutout", kFewSamples},
    {when::few_color_images, "mirror", "true", kFewMirrored},
};

}  // namespace

Recipe r3gan_recipe() {
  return make_recipe<R3ganOptions>(
      {.name = "r3gan",
       .paper = "Huang et al. 2024, arXiv:2501.05441",
       .summary = "relativistic pairing loss with R1 and R2, no normalization; class-conditional "
                  "with --cond",
       .try_data = "ring-8",
       .try_sample = "",
       .defaults = defaults_from<kDefaults>},
      [](const R3ganOptions& o, const DatasetInfo& data, const Setup& setup) {
        if (o.cond && o.cond_type == "class")
          require_classes(data, "r3gan --cond", "without --cond it learns without labels");
        return std::make_unique<AdversarialGan>(
            generator(o, data), discriminator(o, packed(data, o)), with_gamma(o), setup);
      });
}

}  // namespace gannet
