// SRGAN (Ledig et al. 2016, arXiv:1609.04802): super-resolution. First G, SRResNet, is pretrained
// by the mean squared error of its pixels (section 3.2); then it minimizes that error, a content
// loss and a thousandth of the adversarial loss (eqs. 3 to 6). G: residual blocks of two 3x3
// convolutions, PReLU, sub-pixel convolutions at the end; D: 3x3 convolutions, every second of
// stride 2, batch norm, LeakyReLU(0.2), two dense layers (figure 4). Differences to the paper and
// their reasons: docs/recipes/srgan.md. Axes: N batch, C channels, H W pixels.
#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>

#include "gannet/base/error.h"
#include "gannet/data/transforms/low_resolution.h"
#include "gannet/recipes/defaults.h"
#include "gannet/recipes/make_recipe.h"
#include "gannet/training/adversarial_objective.h"

namespace gannet {
namespace {

struct SrganOptions : Options {
  int64_t scale = 4, blocks = 16;
  double pretrain_kimg = -1, pixel = 1, content = 0.006;
  std::string g_norm = "batch";

  // Figure 4 (64 filters: the base's widths) and section 3.2 (16 blocks, batches of 16, Adam with
  // 1e-4 and beta1 = 0.9); eqs. 3 and 5 (the weights).
  SrganOptions() {
    batch = 16;
    lr = 1e-4;
    b1 = 0.9;
    gan_weight = 1e-3;
  }
  void fields(FieldVisitor& v) override {
    WidthOptions::fields(v);  // no z
    adversarial_fields(v);
    training_fields(v);
    v.field("scale", scale, {.help = "upscaling factor: 2, 4 or 8", .min = 2, .max = 8});
    v.field("blocks", blocks, {.help = "residual blocks of G", .min = 1, .max = 32});
    v.field("g-norm", g_norm,
            {.help = "normalization in G's blocks", .choices = {"none", "batch"}});
    v.field("pretrain-kimg", pretrain_kimg,
            {.help = "length of the pretraining by the pixel loss; auto: half of the run",
             .unit = "kimg",
             .min = 0,
             .max = 1e9,
             .automatic = true});
    const auto weight = [&v](std::string_view name, double& value, std::string_view help) {
      v.field(name, value, {.help = help, .min = 0, .max = 1e6});
    };
    weight("pixel-weight", pixel, "weight of the mean squared error of the pixels");
    weight("content-weight", content,
           "weight of the content loss, the mean squared error of D's features");
    weight("gan-weight", gan_weight,
           "weight of the adversarial loss in G's phase; 0: no discriminator");
  }
  // log2(scale)
  int64_t doublings() const { return scale == 2 ? 1 : scale == 4 ? 2 : 3; }
  int64_t pretrain_steps() const {
    const double pretraining = pretrain_kimg < 0 ? kimg / 2 : pretrain_kimg;
    return static_cast<int64_t>(std::ceil(pretraining * 1000 / static_cast<double>(batch)));
  }
};

constexpr int64_t kFirst = 9, kLast = 5;  // kernels of G's first and last convolution

NetSpec generator(const SrganOptions& o, const DatasetInfo& data) {
  const auto conv = [](NetSpec& net, int64_t channels) -> NetSpec& {
    return net.conv(channels, 3);
  };
  NetSpec G("G", data.input_image);  // [N, C, h, w]
  G.any_size().conv(o.ngf, kFirst).prelu().mark("first").mark("in0");
  for (int64_t i = 0; i < o.blocks; ++i) {
    conv(G, o.ngf).norm(o.g_norm).prelu();
    conv(G, o.ngf).norm(o.g_norm).add("in" + std::to_string(i)).mark("in" + std::to_string(i + 1));
  }
  conv(G, o.ngf).norm(o.g_norm).add("first");
  for (int64_t i = 0; i < o.doublings(); ++i) conv(G, 4 * o.ngf).pixel_shuffle(2).prelu();
  // The residual of bilinear upsampling, initially nearly 0.
  G.init_weights(Init::normal(1e-3)).init_biases(Init::constant(0));
  G.conv(data.channels(), kLast).mark("detail");
  return G.at("x").upsample_bilinear(o.scale).add("detail");  // [N, C, H, W], not bounded
}

// Of an output pixel, in input pixels; after each doubling a convolution counts half.
int64_t receptive_field_radius(const SrganOptions& o) {
  return kFirst / 2 + 2 * o.blocks + 1 + o.doublings() + kLast / 2;
}

NetSpec discriminator(const SrganOptions& o, const DatasetInfo& data) {
  NetSpec D("D", {data.dims[0] * o.pack, data.dims[1], data.dims[2]});
  D.conv(o.ndf, 3)
      .leaky_relu(0.2)
      .conv(o.ndf, 3, {.stride = 2, .padding = 1})
      .batch_norm()
      .leaky_relu(0.2);
  for (int64_t width = 2 * o.ndf; width <= 8 * o.ndf; width *= 2) {
    D.conv(width, 3).batch_norm().leaky_relu(0.2);
    if (width == 4 * o.ndf) D.output("features");  // [N, 4 ndf, H/4, W/4]: of the content loss
    D.conv(width, 3, {.stride = 2, .padding = 1}).batch_norm().leaky_relu(0.2);
  }
  if (o.mbstd > 0) D.minibatch_stddev(o.mbstd);
  return D.dense(16 * o.ndf).leaky_relu(0.2).dense(1);
}

void check_scale(int64_t scale) {
  if (scale != 2 && scale != 4 && scale != 8)
    throw UsageError("expected 2, 4 or 8, found " + std::to_string(scale), "--scale");
}

void check_pairs(const SrganOptions& o, const DatasetInfo& data) {
  check_scale(o.scale);
  if (!data.is_image() ||
      data.input_image != Shape{data.dims[0], data.dims[1] / o.scale, data.dims[2] / o.scale})
    throw Error("srgan --scale " + std::to_string(o.scale) + " cannot learn to make " +
                    to_string(data.dims) + " from " + to_string(data.input_image),
                "");
  if (o.pack > 1 && o.content > 0)
    throw UsageError("the content loss is of single images, and --pack shows D several at once",
                     "--pack " + std::to_string(o.pack), "--content-weight 0");
}

// docs/recipes/srgan.md.
constexpr DefaultRow kDefaults[] = {
    {when::images, "ngf", "32", "the paper's 64 and 16 blocks take eight times as long"},
    {when::images, "blocks", "8", "the paper's 64 and 16 blocks take eight times as long"},
    {when::images, "ndf", "16", "a narrow D for a narrow G"},
    {when::images, "g-norm", "none", "better without (arXiv:1707.02921)"},
    {when::images, "lr", "0.0002", "the paper's rate is slow in runs of minutes"},
    {when::images, "glr", "0.0005", "the paper's rate is slow in runs of minutes"},
    {when::images, "kimg", "60", "the paper's 19,200 take weeks"},
};

class Srgan : public AdversarialGan {
 public:
  Srgan(const SrganOptions& o, const DatasetInfo& data, const Setup& setup)
      : AdversarialGan(generator(o, data), discriminator(o, data), o, setup), own_(o) {}

  std::vector<Phase> phases() override {
    std::vector<Phase> all{{.name = "pretrain",
                            .nets = {G_.name()},
                            .loss =
                                [this](const Batch& batch, Step& step) {
                                  return Terms{{"pixels", pixels(generate(batch, step), batch)}};
                                },
                            .until = own_.pretrain_steps()}};
    for (Phase& phase : AdversarialGan::phases()) {
      phase.from = own_.pretrain_steps();
      all.push_back(std::move(phase));
    }
    return all;
  }
  Shape latent() const override { return {0}; }  // no z
  Tiling tiling() const override {
    return {.scale = own_.scale, .receptive_field_radius = gannet::receptive_field_radius(own_)};
  }
  Tensor sample(const Tensor&, const Condition& condition) override {
    return Tensor(ema("G")(condition.input_image, Inputs{})).clamp(-1, 1);
  }

 protected:
  Tensor generate(const Batch& batch, Step&) override {
    return G_(batch.cond.input_image, Inputs{});
  }
  Terms content_losses(const Tensor& fakes, const Batch& batch) override {
    Terms terms{{"pixels", pixels(fakes, batch)}};
    if (own_.content > 0 && own_.gan_weight > 0) {
      const auto features = [this](const Tensor& x) { return D_(x, Inputs{})["features"]; };
      terms +=
          {{"content", own_.content * (features(fakes) - features(batch.real)).square().mean()}};
    }
    return terms;
  }
  bool has_auxiliary_loss() const override {
    return own_.pixel > 0 || own_.content > 0 || AdversarialGan::has_auxiliary_loss();
  }

 private:
  Tensor pixels(const Tensor& samples, const Batch& batch) const {
    return own_.pixel * (samples - batch.real).square().mean();
  }

  const SrganOptions own_;
};

}  // namespace

Recipe srgan_recipe() {
  return make_recipe<SrganOptions>(
      {.name = "srgan",
       .paper = "Ledig et al. 2016, arXiv:1609.04802",
       .summary =
           "super-resolution by 2, 4 or 8: first pixel loss, then adversarial and content loss",
       .try_data = "shapes",
       .try_sample = "--data shapes",
       .image_to_image = true,
       .defaults = defaults_from<kDefaults>},
      [](const SrganOptions& o, const DatasetInfo& data, const Setup& setup) {
        check_pairs(o, data);
        return std::make_unique<Srgan>(o, data, setup);
      },
      [](std::shared_ptr<const Dataset> data, const SrganOptions& o) {
        check_scale(o.scale);
        return with_low_resolution(std::move(data), o.scale);
      });
}

}  // namespace gannet
