// WaveGAN (Donahue et al. 2018, arXiv:1802.04208): DCGAN flattened to audio clips: one-dimensional
// convolutions of length 25 and stride 4, a critic whose activations are shifted at random (phase
// shuffle, section 3.3), WGAN-GP with five updates of the critic for each of G, Adam with rate
// 1e-4, beta1 = 0.5, beta2 = 0.9 (tables 3 to 5 of the appendix). Audio clips of 2^k >= 256
// samples; the paper's nets are those of 16384 and --ngf 64 --ndf 64. --cond: the class goes into G
// as an embedding beside z, into D by projection (Miyato & Koyama 2018, arXiv:1802.05637, eq. 4).
// --spectrum, --g-norm batch: not the paper's, for runs of thousands of steps instead of hundreds
// of thousands; what they are worth: docs/recipes/wavegan.md. Result: docs/recipes/wavegan.md.
// Axes: N batch, C channels, T time, Z latent.
#include <algorithm>
#include <numbers>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"
#include "gannet/recipes/heads.h"
#include "gannet/recipes/recipes.h"
#include "gannet/training/adversarial_objective.h"

namespace gannet::wavegan {
namespace {

constexpr int64_t kKernel = 25;
const Init kHe = Init::kaiming_normal(std::numbers::sqrt2);
constexpr ConvShape kDown = {.stride = 4, .padding = 11};
constexpr ConvShape kUp = {.stride = 4, .padding = 11, .output_padding = 1};

struct WaveganOptions : Options {
  bool cond = false, spectrum = false;
  std::string g_norm = "none", cond_type = "class";
  int64_t shuffle = 2, label_width = 50;

  WaveganOptions() {
    loss = "wgan";
    gp = 10;
    n_critic = 5;
    lr = 1e-4;
    b2 = 0.9;
    ngf = ndf = 16;
  }
  void fields(FieldVisitor& v) override {
    Options::fields(v);
    v.field("cond", cond, {.help = "learn the classes: labels into G, projection in D"});
    v.field("cond-type", cond_type,
            {.help = "what both nets are told of an audio clip, with --cond",
             .choices = kConditionKinds});
    v.field("spectrum", spectrum,
            {.help = "D sees how strong each frequency is over time, besides the wave"});
    v.field("g-norm", g_norm,
            {.help = "normalisation in the generator", .choices = {"none", "batch"}});
    v.field("shuffle", shuffle,
            {.help = "phase shuffle: D's activations move by up to so many places",
             .unit = "samples",
             .min = 0,
             .max = 3});
    v.field("label-width", label_width,
            {.help = "width of the label's embedding in G", .min = 1, .max = 4096});
  }
};

// How often T is divided by 4 on the way to 8 or 16. Throws Error for anything but audio clips of a
// power of two.
int64_t quarterings(const DatasetInfo& data) {
  const int64_t length = data.is_audio() ? data.dims[1] : 0;
  if (length < 256 || (length & (length - 1)) != 0)
    throw Error("wavegan makes audio clips of 256, 512, 1024, ... samples, the data is " +
                    to_string(data.dims),
                "", "a folder of audio clips, --length 8192; or --data tones");
  int64_t n = 0;
  while (length >> (2 * n) > 16) ++n;
  return n;
}

// Of the spectrum: 512 samples of 8192 and more, 32 ms at 16 kHz, which tells harmonics of a voice.
int64_t window(const DatasetInfo& data) { return std::clamp<int64_t>(data.dims[1] / 16, 64, 512); }

NetSpec generator(const WaveganOptions& o, const DatasetInfo& data) {
  const int64_t n = quarterings(data);
  int64_t width = o.ngf << (n - 1);
  NetSpec G("G", {o.nz});
  G.init_biases(Init::constant(0));
  if (o.cond) {
    G.init_weights(kLabelEmbeddingInit);
    add_condition_input(G, o.cond_type, data, o.label_width).concat("x");
  }
  G.init_weights(kHe);
  // [N, 16 ngf, 8] of 8192 samples
  G.dense({width, data.dims[1] >> (2 * n)}).norm(o.g_norm).relu();
  while (width > o.ngf) G.conv_transpose(width /= 2, kKernel, kUp).norm(o.g_norm).relu();
  G.init_weights(Init::kaiming_normal(0.2));                      // as loud as speech is
  return G.conv_transpose(data.channels(), kKernel, kUp).tanh();  // [N, C, T] in [-1, 1]
}

NetSpec critic(const WaveganOptions& o, const DatasetInfo& data) {
  const int64_t n = quarterings(data);
  int64_t width = o.ndf;
  NetSpec D("D", data.dims);
  if (o.cond) add_condition_input(D, o.cond_type, data).at("x");
  D.init_weights(kHe).init_biases(Init::constant(0)).conv(width, kKernel, kDown).leaky_relu(0.2);
  for (int64_t i = 1; i < n; ++i)
    D.append(phase_shuffle(o.shuffle)).conv(width *= 2, kKernel, kDown).leaky_relu(0.2);
  if (o.spectrum) {
    D.flatten().mark("wave").at("x").append(log_spectrogram(window(data)));
    for (const int64_t times : {2, 4, 8, 8}) D.conv_down(times * o.ndf).leaky_relu(0.2);
    D.flatten().concat("wave");
  }
  D.init_weights(Init::kaiming_normal(1));
  return finish(D, o, data, o.cond ? Head::projection : Head::logit);  // [N, 1]
}

}  // namespace

extern const Recipe recipe;
const Recipe recipe = {
    .name = "wavegan",
    .paper = "Donahue et al. 2018, arXiv:1802.04208",
    .summary = "audio clips of a power of two of samples, by WGAN-GP; with --cond by class",
    .try_data = "tones",
    .try_sample = "",
    .options = []() -> std::unique_ptr<Options> { return std::make_unique<WaveganOptions>(); },
    .make = [](const Options& options, const DatasetInfo& data,
               const Setup& setup) -> std::unique_ptr<Gan> {
      const auto& o = dynamic_cast<const WaveganOptions&>(options);
      if (o.cond && o.cond_type == "class")
        require_classes(data, "wavegan --cond", "without --cond it learns without labels");
      return std::make_unique<AdversarialGan>(generator(o, data), critic(o, packed(data, o)), o,
                                              setup);
    }};

}  // namespace gannet::wavegan
