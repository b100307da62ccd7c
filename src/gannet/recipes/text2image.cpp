// An image for a sentence, in one game: an encoder E of the sentence, a small transformer over
// byte pairs (Vaswani et al. 2017, arXiv:1706.03762); a generator whose every layer is scaled and
// shifted by z and the sentence, and a discriminator that sees the sentence beside its features and
// says once whether the image is real and what the sentence says (DF-GAN, Tao et al. 2020,
// arXiv:2008.05865); which it learns from real images with right and with wrong sentences and
// from G's (GAN-CLS, Reed et al. 2016, arXiv:1605.05396, algorithm 1), and from telling which
// sentence is whose (XMC-GAN, Zhang et al. 2021, arXiv:2101.04702). Images of 28, 32 or 64
// pixels. Result, and what differs from the papers: docs/recipes/text2image.md. Axes: N batch, C
// channels, H W pixels, Z latent, T tokens, W width of a sentence.
#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>

#include <cmath>

#include "gannet/base/error.h"
#include "gannet/data/transforms/tokenized.h"
#include "gannet/losses/adversarial.h"
#include "gannet/losses/auxiliary.h"
#include "gannet/losses/gradient_penalties.h"
#include "gannet/recipes/heads.h"
#include "gannet/recipes/recipes.h"
#include "gannet/text/tokenizer.h"
#include "gannet/training/discriminator_input.h"
#include "gannet/training/step.h"

namespace gannet::text2image {
namespace {

constexpr double kSlope = 0.2;
const double kGain = std::sqrt(2 / (1 + kSlope * kSlope));

struct TextOptions : Options {
  double ma_gp = 1, ma_gp_power = 2, contrast = 8, g_contrast = 1;
  int64_t ma_gp_every = 4;
  int64_t vocabulary = 512, text_length = 64, text_width = 64, text_layers = 2, text_heads = 4;

  TextOptions() {
    loss = "hinge";
    nz = 64;
    ngf = ndf = 32;
    lr = 1e-3;
    b1 = 0;
    b2 = 0.99;
    batch = 32;
  }
  void fields(FieldVisitor& v) override {
    LatentOptions::fields(v);
    WidthOptions::fields(v);
    LossOptions::fields(v);
    AugmentOptions::fields(v);
    NetRateOptions::fields(v);
    training_fields(v);
    v.field(
        "ma-gp", ma_gp,
        {.help = "weight of MA-GP, D's gradient penalty at real images with their sentences, for "
                 "1,024 pixels; 0: off",
         .min = 0,
         .max = 1e6});
    v.field("ma-gp-power", ma_gp_power,
            {.help = "power of the gradient norm in MA-GP (the paper: 6)", .min = 1, .max = 16});
    v.field("ma-gp-every", ma_gp_every,
            {.help = "lazy regularization: apply MA-GP every N steps, scaled by N",
             .unit = "steps",
             .min = 1,
             .max = 1000});
    v.field("vocabulary", vocabulary,
            {.help = "most kinds of tokens that sentences are made of",
             .min = Tokenizer::kFirstMerge,
             .max = Tokenizer::kMostTokens});
    v.field("text-length", text_length,
            {.help = "most tokens of a sentence", .min = 2, .max = 1024});
    v.field("text-width", text_width,
            {.help = "width of the encoder and of its sentence", .min = 2, .max = 4096});
    v.field(
        "contrast", contrast,
        {.help = "weight, for D, of telling an image's sentence from the batch's others; 0: off",
         .min = 0,
         .max = 1e6});
    v.field("g-contrast", g_contrast, {.help = "the same for G", .min = 0, .max = 1e6});
    v.field("text-layers", text_layers,
            {.help = "blocks of the encoder's transformer", .min = 1, .max = 64});
    v.field("text-heads", text_heads,
            {.help = "attention heads, which divide the width", .min = 1, .max = 256});
  }
};

int64_t levels(const DatasetInfo& image) {
  return halvings(image, "text2image", "--image-size 32 or 64, where the data can be resampled");
}

NetSpec encoder(const TextOptions& o, const DatasetInfo& data) {
  NetSpec E = NetSpec::of_integers("E", {data.tokens});
  E.init_weights(Init::normal(0.02)).embed(data.vocabulary, o.text_width).positional_embedding();
  E.init_weights(std::nullopt);
  for (int64_t i = 0; i < o.text_layers; ++i) E.transformer("x", o.text_heads, 4);
  return E.token_mean("x").layer_norm();  // [N, W]
}

// Twice modulated before a convolution (DF-GAN's DFBlock), around which the values also go.
void block(NetSpec& G) {
  const std::string name = "block" + std::to_string(G.nodes().size());
  const int64_t channels = G.mark(name).shape()[0];
  for (int i = 0; i < 2; ++i)
    G.init_weights(Init::kaiming_normal(0.42)).modulate("style").leaky_relu(kSlope);
  G.init_weights(Init::kaiming_normal(0.5)).conv(channels, 3).add(name);
}

NetSpec generator(const TextOptions& o, const DatasetInfo& image) {
  const int64_t n = levels(image), side = image.dims[2] >> n;
  int64_t width = o.ngf << (n - 1);
  NetSpec G("G", {o.nz});
  G.init_biases(Init::constant(0)).input("sentence", {o.text_width}).concat("x").mark("code");
  G.init_weights(Init::kaiming_normal(kGain)).dense(4 * o.ngf).leaky_relu(kSlope).mark("style");
  G.at("code").init_weights(Init::kaiming_normal(1)).dense({width, side, side});
  block(G);
  while (width > o.ngf) {
    G.init_weights(Init::kaiming_normal(1)).conv_transpose(width /= 2);
    block(G);
  }
  G.leaky_relu(kSlope).init_weights(Init::kaiming_normal(kGain));
  return G.conv_transpose(image.channels()).tanh();  // [N, C, H, W] in [-1, 1]
}

NetSpec discriminator(const TextOptions& o, const DatasetInfo& image) {
  const int64_t n = levels(image);
  int64_t width = o.ndf;
  NetSpec D("D", image.dims);
  D.input("sentence", {o.text_width}).at("x").init_biases(Init::constant(0));
  D.init_weights(Init::kaiming_normal(1)).conv_down(width).leaky_relu(kSlope);
  for (int64_t i = 1; i < n; ++i) {
    D.init_weights(Init::kaiming_normal(kGain));
    D.conv_down(width *= 2).leaky_relu(kSlope);
  }
  if (o.contrast > 0) D.mark("image").dense(o.text_width).output("caption").at("image");
  D.concat_broadcast("sentence").init_weights(Init::kaiming_normal(kGain)).conv(width, 3);
  D.leaky_relu(kSlope).init_weights(Init::kaiming_normal(1));
  return D.dense(1);  // [N, 1], one-way
}

class TextToImage : public Gan {
 public:
  TextToImage(const TextOptions& o, const DatasetInfo& data, const Setup& setup)
      : Gan(setup),
        o_(o),
        E_(add(encoder(o, data), {.lr = o.d_rate(), .ema = o.has_ema()})),
        G_(add(generator(o, data), {.lr = o.g_rate(), .ema = o.has_ema()})),
        D_(add(discriminator(o, data), {.lr = o.d_rate(), .lazy_reg_ratio = d_lazy_reg_ratio()})),
        d_input_(o_, data.dims, setup.tensor) {}

  std::vector<Phase> phases() override {
    // E learns with D: what a sentence means is what tells right ones from wrong ones.
    std::vector<Phase> all{
        {.name = "D",
         .nets = {"D", "E"},
         .loss = [this](const Batch& batch, Step& step) { return d_terms(batch, step); },
         .repeat = o_.n_critic},
        {.name = "G",
         .nets = {"G"},
         .loss = [this](const Batch& batch, Step& step) { return g_terms(batch, step); },
         .resample = loss_.g_needs_real}};
    if (o_.ma_gp > 0)
      all.insert(all.begin() + 1,
                 {.name = "MA-GP",
                  .nets = {"D"},
                  .loss = [this](const Batch& batch, Step& step) { return ma_gp(batch, step); },
                  .every = o_.ma_gp_every});
    return all;
  }
  Shape latent() const override { return {o_.nz}; }
  Tensor sample(const Tensor& z, const Condition& c) override {
    return ema("G")(z, told(c.text_embedding.defined() ? c.text_embedding : encode_text(c.tokens)));
  }
  Tensor encode_text(const Tensor& tokens) override { return ema("E")(tokens); }

 private:
  static Inputs told(const Tensor& sentence) { return {{"sentence", sentence}}; }

  double d_lazy_reg_ratio() const {
    const double main = static_cast<double>(o_.n_critic * o_.ma_gp_every);
    return o_.ma_gp > 0 ? main / (main + 1) : 1;
  }

  // G is told the sentence as E says it before this step's learning, and gives E no gradient.
  Tensor fakes(const Batch& batch, Step& step) {
    return step.fakes(
        {&G_}, [&] { return Tensor(G_(step.z(), told(E_(batch.cond.tokens).main.detach()))); });
  }

  // Real and right against half generated, half real and wrong (GAN-CLS; DF-GAN, eq. 2).
  Terms d_terms(const Batch& batch, Step& step) {
    const Tensor e = E_(batch.cond.tokens).main;
    const Tensor wrong = e.roll(1, 0);  // of the sample before
    const Tensor made = d_input_(fakes(batch, step).detach(), Side::fake, step);
    const Outputs said = D_(d_input_(batch.real, Side::real, step), told(at::cat({e, wrong})));
    const int64_t n = batch.size();
    const Tensor real = said.main.narrow(0, 0, n), mismatched = said.main.narrow(0, n, n);
    const Tensor fake = D_(made, told(e.detach()));
    step.log_scalar("D(x)", real.sigmoid().mean());
    step.log_scalar("D(G(z))", fake.sigmoid().mean());
    step.log_scalar("D(x, wrong)", mismatched.sigmoid().mean());
    const Targets targets{.real = 1 - o_.smooth, .fake = o_.smooth_fake};
    Terms terms{{"D", 0.5 * loss_.d({.real = real, .fake = fake}, targets)},
                {"D_wrong", 0.5 * loss_.d({.real = real, .fake = mismatched}, targets)}};
    return terms += contrast("D_contrast", o_.contrast, said, e, batch);
  }

  Terms g_terms(const Batch& batch, Step& step) {
    const Tensor e = E_(batch.cond.tokens).main.detach();
    const Outputs fake = D_(d_input_(fakes(batch, step), Side::fake, step), told(e));
    Tensor real;
    if (loss_.g_needs_real) real = D_(d_input_(batch.real, Side::real, step), told(e));
    Terms terms{{"G", loss_.g({.real = real, .fake = fake})}};
    return terms += contrast("G_contrast", o_.contrast > 0 ? o_.g_contrast : 0, fake, e, batch);
  }

  // What D reads off an image is nearer to its own sentence than to the others of the batch: D and
  // E learn it from real images, G is held to it (XMC-GAN, arXiv:2101.04702, section 4).
  static Terms contrast(const char* name, double weight, const Outputs& d, const Tensor& e,
                        const Batch& batch) {
    if (weight == 0) return {};
    return {{name, weight * contrastive_loss(d["caption"], e, batch.cond.tokens)}};
  }

  // DF-GAN, eq. 2: D's gradient at real images with right sentences; here by the image alone.
  Terms ma_gp(const Batch& batch, Step& step) {
    const Inputs sentence = told(E_(batch.cond.tokens).main.detach());
    const Tensor gradients =
        D_.value_and_grad(d_input_(batch.real, Side::real, step), sentence).grad;
    // The same change of an image moves it further where there are more pixels, and D's gradient is
    // smaller.
    const double pixels = static_cast<double>(batch.real.size(2) * batch.real.size(3)) / 1024;
    const double weight = o_.ma_gp * pixels * static_cast<double>(o_.ma_gp_every);
    return {{"ma_gp", weight * power_gradient_penalty(gradients, o_.ma_gp_power)}};
  }

  const TextOptions o_;
  const AdversarialLoss& loss_ = adversarial_loss(o_.loss);
  Net &E_, &G_, &D_;
  DiscriminatorInput d_input_;
};

}  // namespace

extern const Recipe recipe;
const Recipe recipe = {
    .name = "text2image",
    .paper = "Tao et al. 2020, arXiv:2008.05865; Reed et al. 2016, arXiv:1605.05396",
    .summary = "draws what a sentence says; images of 28, 32 or 64 pixels with captions",
    .try_data = "shapes",
    .try_sample = "--text \"a large red star on a light background\"",
    .options = []() -> std::unique_ptr<Options> { return std::make_unique<TextOptions>(); },
    .make = [](const Options& options, const DatasetInfo& data,
               const Setup& setup) -> std::unique_ptr<Gan> {
      const auto& o = dynamic_cast<const TextOptions&>(options);
      if (data.tokens == 0)
        throw Error("text2image needs captions, and this data has none", "",
                    "--cfg cgan learns classes, --cfg dcgan without labels");
      return std::make_unique<TextToImage>(o, data, setup);
    },
    .prepare =
        [](std::shared_ptr<const Dataset> data, const Options& options) {
          const auto& o = dynamic_cast<const TextOptions&>(options);
          return with_tokens(std::move(data),
                             {.vocabulary = o.vocabulary, .length = o.text_length});
        }};

}  // namespace gannet::text2image
