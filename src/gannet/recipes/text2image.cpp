// Text to image: a text encoder E, a small transformer over byte pairs (Vaswani et al. 2017,
// arXiv:1706.03762); a generator modulated in each block by z and the text embedding, and a one-way
// discriminator on the image's features concatenated with the embedding (DF-GAN, Tao et al. 2020,
// arXiv:2008.05865); D learns from real images with matching and with mismatched sentences and from
// fakes (GAN-CLS, Reed et al. 2016, arXiv:1605.05396, algorithm 1), and by a contrastive loss
// between images and sentences (XMC-GAN, Zhang et al. 2021, arXiv:2101.04702). Images whose sides
// halve well. Result, and differences to the papers: docs/recipes/text2image.md. Axes: N batch, C
// channels, H W pixels, Z latent, T tokens, W width of a text embedding.
#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>

#include <cmath>

#include "gannet/base/error.h"
#include "gannet/data/transforms/tokenized.h"
#include "gannet/losses/adversarial.h"
#include "gannet/losses/auxiliary.h"
#include "gannet/losses/gradient_penalties.h"
#include "gannet/recipes/heads.h"
#include "gannet/recipes/make_recipe.h"
#include "gannet/tensor/process_group.h"
#include "gannet/text/tokenizer.h"
#include "gannet/training/discriminator_input.h"
#include "gannet/training/step.h"

namespace gannet {
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
            {.help = "size of the tokenizer's vocabulary, at most",
             .min = Tokenizer::kFirstMerge,
             .max = Tokenizer::kMostTokens});
    v.field("text-length", text_length,
            {.help = "tokens of a sentence, at most", .min = 2, .max = 1024});
    v.field("text-width", text_width,
            {.help = "width of the text encoder and its embedding", .min = 2, .max = 4096});
    v.field("contrast", contrast,
            {.help = "weight of the contrastive loss between images and sentences, for D; 0: off",
             .min = 0,
             .max = 1e6});
    v.field("g-contrast", g_contrast, {.help = "the same for G", .min = 0, .max = 1e6});
    v.field("text-layers", text_layers,
            {.help = "transformer blocks of the text encoder", .min = 1, .max = 64});
    v.field("text-heads", text_heads,
            {.help = "attention heads; they divide the width", .min = 1, .max = 256});
  }
};

NetSpec encoder(const TextOptions& o, const DatasetInfo& data) {
  NetSpec E = NetSpec::of_integers("E", {data.tokens});
  E.init_weights(Init::normal(0.02)).embed(data.vocabulary, o.text_width).positional_embedding();
  E.init_weights(std::nullopt);
  for (int64_t i = 0; i < o.text_layers; ++i) E.transformer("x", o.text_heads, 4);
  return E.token_mean("x").layer_norm();  // [N, W]
}

// DF-GAN's DFBlock: x + a convolution of x modulated twice.
void residual_block(NetSpec& G) {
  const std::string name = "block" + std::to_string(G.nodes().size());
  const int64_t channels = G.mark(name).shape()[0];
  for (int i = 0; i < 2; ++i)
    G.init_weights(Init::kaiming_normal(0.42)).modulate("style").leaky_relu(kSlope);
  G.init_weights(Init::kaiming_normal(0.5)).conv(channels, 3).add(name);
}

NetSpec generator(const TextOptions& o, const DatasetInfo& image) {
  const int64_t n = halvings(image);
  NetSpec G("G", {o.nz});
  G.init_biases(Init::constant(0)).input("sentence", {o.text_width}).concat("x").mark("code");
  G.init_weights(Init::kaiming_normal(kGain)).dense(4 * o.ngf).leaky_relu(kSlope).mark("style");
  G.at("code")
      .init_weights(Init::kaiming_normal(1))
      .dense(smallest_map(image, width_at(o.ngf, n - 1)));
  residual_block(G);
  for (int64_t i = n - 2; i >= 0; --i) {
    G.init_weights(Init::kaiming_normal(1)).conv_transpose(width_at(o.ngf, i));
    residual_block(G);
  }
  G.leaky_relu(kSlope).init_weights(Init::kaiming_normal(kGain));
  return G.conv_transpose(image.channels()).tanh();  // [N, C, H, W] in [-1, 1]
}

NetSpec discriminator(const TextOptions& o, const DatasetInfo& image) {
  const int64_t n = halvings(image);
  NetSpec D("D", image.dims);
  D.input("sentence", {o.text_width}).at("x").init_biases(Init::constant(0));
  D.init_weights(Init::kaiming_normal(1)).conv_down(o.ndf).leaky_relu(kSlope);
  for (int64_t i = 1; i < n; ++i) {
    D.init_weights(Init::kaiming_normal(kGain));
    D.conv_down(width_at(o.ndf, i)).leaky_relu(kSlope);
  }
  if (o.contrast > 0) D.mark("image").dense(o.text_width).output("caption").at("image");
  D.concat_broadcast("sentence").init_weights(Init::kaiming_normal(kGain));
  D.conv(width_at(o.ndf, n - 1), 3);
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
    // E is trained with D: matching and mismatched sentences differ by their meaning.
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
  Tensor sample(const Tensor& z, const Condition& c) override { return ema("G")(z, sentences(c)); }
  Tensor mix(const Style& coarse, const Style& fine, int64_t from) override {
    return ema("G").mixed({coarse.z, sentences(coarse.condition)},
                          {fine.z, sentences(fine.condition)}, from);
  }
  Tensor encode_text(const Tensor& tokens) override { return ema("E")(tokens); }

 private:
  static Inputs text(const Tensor& embedding) { return {{"sentence", embedding}}; }
  Inputs sentences(const Condition& c) {
    return text(c.text_embedding.defined() ? c.text_embedding : encode_text(c.tokens));
  }

  double d_lazy_reg_ratio() const {
    const double main = static_cast<double>(o_.n_critic * o_.ma_gp_every);
    return o_.ma_gp > 0 ? main / (main + 1) : 1;
  }

  // G uses E's embedding of this step as a constant.
  Tensor fakes(const Batch& batch, Step& step) {
    return step.fakes(
        {&G_}, [&] { return Tensor(G_(step.z(), text(E_(batch.cond.tokens).main.detach()))); });
  }

  // Real and matching against half fake, half real and mismatched (GAN-CLS; DF-GAN, eq. 2).
  Terms d_terms(const Batch& batch, Step& step) {
    const Tensor e = E_(batch.cond.tokens).main;
    // Of the previous sample of the whole batch.
    const Tensor mismatched_e = own_part(all_gather(e, step.group()).roll(1, 0), step.group());
    const Tensor x_fake = d_input_(fakes(batch, step).detach(), Side::fake, step);
    const Outputs outputs =
        D_(d_input_(batch.real, Side::real, step), text(at::cat({e, mismatched_e})));
    const int64_t n = batch.size();
    const Tensor real = outputs.main.narrow(0, 0, n), mismatched = outputs.main.narrow(0, n, n);
    const Tensor fake = D_(x_fake, text(e.detach()));
    step.log_scalar("D(x)", real.sigmoid().mean());
    step.log_scalar("D(G(z))", fake.sigmoid().mean());
    step.log_scalar("D(x, wrong)", mismatched.sigmoid().mean());
    const Targets targets{.real = 1 - o_.smooth, .fake = o_.smooth_fake};
    Terms terms{{"D", 0.5 * loss_.d({.real = real, .fake = fake}, targets)},
                {"D_wrong", 0.5 * loss_.d({.real = real, .fake = mismatched}, targets)}};
    return terms += contrast("D_contrast", o_.contrast, outputs, e, batch, step.group());
  }

  Terms g_terms(const Batch& batch, Step& step) {
    const Tensor e = E_(batch.cond.tokens).main.detach();
    const Outputs fake = D_(d_input_(fakes(batch, step), Side::fake, step), text(e));
    Tensor real;
    if (loss_.g_needs_real) real = D_(d_input_(batch.real, Side::real, step), text(e));
    Terms terms{{"G", loss_.g({.real = real, .fake = fake})}};
    return terms += contrast("G_contrast", o_.contrast > 0 ? o_.g_contrast : 0, fake, e, batch,
                             step.group());
  }

  // D's caption of an image is to be nearer to its own sentence than to the others of the batch: D
  // and E minimize it on real images, G on fakes (XMC-GAN, arXiv:2101.04702, section 4).
  static Terms contrast(const char* name, double weight, const Outputs& d, const Tensor& e,
                        const Batch& batch, const ProcessGroup* group) {
    if (weight == 0) return {};
    return {{name, weight * contrastive_loss(all_gather(d["caption"], group), all_gather(e, group),
                                             all_gather(batch.cond.tokens, group))}};
  }

  // DF-GAN, eq. 2: the gradient penalty at real images with matching sentences; here with respect
  // to the image alone.
  Terms ma_gp(const Batch& batch, Step& step) {
    const Inputs sentence = text(E_(batch.cond.tokens).main.detach());
    const Tensor gradients =
        D_.value_and_grad(d_input_(batch.real, Side::real, step), sentence).grad;
    // The norm of the input gradient falls with the number of pixels.
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

Recipe text2image_recipe() {
  return make_recipe<TextOptions>(
      {.name = "text2image",
       .paper = "Tao et al. 2020, arXiv:2008.05865; Reed et al. 2016, arXiv:1605.05396",
       .summary =
           "images from sentences, with a text encoder; captioned images of 16 to 256 pixels",
       .try_data = "shapes",
       .try_sample = "--text \"a large red star on a light background\""},
      [](const TextOptions& o, const DatasetInfo& data, const Setup& setup) {
        if (data.tokens == 0)
          throw Error("text2image needs captions, and this data has none", "",
                      "--cfg cgan learns classes, --cfg dcgan without labels");
        require_halving_image(data, "text2image",
                              "--image-size 32 or 64, where the data can be resampled");
        return std::make_unique<TextToImage>(o, data, setup);
      },
      [](std::shared_ptr<const Dataset> data, const TextOptions& o) {
        return with_tokens(std::move(data), {.vocabulary = o.vocabulary, .length = o.text_length});
      });
}

}  // namespace gannet
