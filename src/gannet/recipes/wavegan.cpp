// WaveGAN (Donahue et al. 2018, arXiv:1802.04208): DCGAN flattened to one dimension: convolutions
// of length 25 and stride 4, phase shuffle in the critic (section 3.3), WGAN-GP with five critic
// updates for each of G, Adam with a learning rate of 1e-4, beta1 = 0.5, beta2 = 0.9 (tables 3 to 5
// of the appendix). Audio clips of 2^k >= 256 samples; the paper's networks are those for 16384
// with --ngf 64 --ndf 64. --cond: G takes z and an embedding of the condition, D has a projection
// (Miyato & Koyama 2018, arXiv:1802.05637, eq. 4). --spectrum, --g-norm batch: not in the paper,
// for runs of thousands of steps instead of hundreds of thousands. Result: docs/recipes/wavegan.md.
// Axes: N batch, C channels, T time, Z latent.
#include <algorithm>
#include <numbers>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"
#include "gannet/recipes/defaults.h"
#include "gannet/recipes/heads.h"
#include "gannet/recipes/make_recipe.h"
#include "gannet/training/adversarial_objective.h"

namespace gannet {
namespace {

constexpr int64_t kKernel = 25;
const Init kHe = Init::kaiming_normal(std::numbers::sqrt2);
constexpr ConvShape kDown = {.stride = 4, .padding = 11};
constexpr ConvShape kUp = {.stride = 4, .padding = 11, .output_padding = 1};

struct WaveganOptions : Options {
  bool cond = false, spectrum = false;
  int64_t long_spectrum = 0;
  std::string g_norm = "none", cond_type = "class";
  int64_t shuffle = 2, label_width = 50;

  WaveganOptions() {
    loss = "wgan";
    gp = 10;
    n_critic = 5;
    lr = 1e-4;
    b2 = 0.9;  // tables 3 to 5: d = 64, the base's widths, and batches of 64
  }
  void fields(FieldVisitor& v) override {
    Options::fields(v);
    v.field("cond", cond, {.help = "conditional: labels or attributes into G, projection in D"});
    v.field("cond-type", cond_type,
            {.help = "the condition of both networks, with --cond", .choices = kConditionKinds});
    v.field("spectrum", spectrum,
            {.help = "the discriminator has a log spectrogram as a second input"});
    v.field("long-spectrum", long_spectrum,
            {.help = "with --spectrum: a second spectrogram, of windows so many times as long, for "
                     "harmonics of low voices; 0: none",
             .unit = "times",
             .min = 0,
             .max = 8});
    v.field("g-norm", g_norm,
            {.help = "normalization in the generator", .choices = {"none", "batch"}});
    v.field("shuffle", shuffle,
            {.help = "phase shuffle: the largest random shift of D's activations",
             .unit = "samples",
             .min = 0,
             .max = 3});
    v.field("label-width", label_width,
            {.help = "width of the condition's embedding in G", .min = 1, .max = 4096});
  }
};

// How often T is divided by 4 on the way to 8 or 16. Throws Error for other data than audio of a
// power of two of samples.
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

// The spectrogram's window: 512 samples for 8192 and more, 32 ms at 16 kHz: harmonics of a voice
// are resolved.
int64_t spectrogram_window(const DatasetInfo& data) {
  return std::clamp<int64_t>(data.dims[1] / 16, 64, 512);
}

void check(const WaveganOptions& o, const DatasetInfo& data) {
  if (o.long_spectrum == 0 || !data.is_audio()) return;
  if (!o.spectrum)
    throw UsageError("a second spectrogram without a first one", "--long-spectrum",
                     "--spectrum has the first");
  // Four convolutions of stride 2 halve its frames, of which there are four a window.
  // A clip is a whole number of quarters of a window.
  const int64_t quarter = spectrogram_window(data) / 4;
  std::string fitting = "0";
  int64_t longest = 0;
  for (int64_t n = 2; n <= data.dims[1] / (16 * quarter); ++n) {
    if (data.dims[1] % (n * quarter) != 0) continue;
    if (n == o.long_spectrum) return;
    fitting += ", " + std::to_string(n);
    longest = n;
  }
  throw UsageError("windows " + std::to_string(o.long_spectrum) + " times as long, of clips of " +
                       std::to_string(data.dims[1]) + " samples expected one of " + fitting,
                   "--long-spectrum", "--long-spectrum " + std::to_string(longest));
}

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
  G.init_weights(Init::kaiming_normal(0.2));                      // the loudness of speech
  return G.conv_transpose(data.channels(), kKernel, kUp).tanh();  // [N, C, T] in [-1, 1]
}

NetSpec discriminator(const WaveganOptions& o, const DatasetInfo& data) {
  const int64_t n = quarterings(data);
  int64_t width = o.ndf;
  NetSpec D("D", data.dims);
  if (o.cond) add_condition_input(D, o.cond_type, data).at("x");
  D.init_weights(kHe).init_biases(Init::constant(0)).conv(width, kKernel, kDown).leaky_relu(0.2);
  for (int64_t i = 1; i < n; ++i)
    D.append(phase_shuffle(o.shuffle)).conv(width *= 2, kKernel, kDown).leaky_relu(0.2);
  const auto add_spectrum = [&](int64_t window, const std::string& beside) {
    D.flatten().mark(beside).at("x").append(log_spectrogram(window));
    for (const int64_t times : {2, 4, 8, 8}) D.conv_down(times * o.ndf).leaky_relu(0.2);
    D.flatten().concat(beside);
  };
  if (o.spectrum) add_spectrum(spectrogram_window(data), "wave");
  if (o.long_spectrum > 0) add_spectrum(o.long_spectrum * spectrogram_window(data), "shorter");
  D.init_weights(Init::kaiming_normal(1));
  return add_discriminator_head(D, o, data, o.cond ? Head::projection : Head::logit);  // [N, 1]
}

// docs/recipes/wavegan.md.
constexpr DefaultRow kDefaults[] = {
    {when::classes, "cond", "true", kClasses},
    {when::audio, "ngf", "16", "a step of the paper's 64 has sixteen times the work"},
    {when::audio, "ndf", "16", "a step of the paper's 64 has sixteen times the work"},
    {when::audio, "kimg", "30", "a quarter of an hour"},
    {when::audio, "loss", "ns", "five critic updates cost seven times as much a step"},
    {when::audio, "gp", "0", "goes with --loss wgan"},
    {when::audio, "n-critic", "1", "goes with --loss ns"},
    {when::audio, "r1", "1", "regularizes D in the place of --gp"},
    {when::audio, "r1-every", "8", "one step in eight is enough (arXiv:1912.04958, appendix B)"},
    {when::audio, "b2", "0.99", "shorter averages for few steps"},
    {when::audio, "lr", "0.0005", "a higher rate for few steps"},
    {when::audio, "spectrum", "true", "harmonics appear after thousands of steps, not 100,000s"},
    {when::audio, "g-norm", "batch", "the clips of a class differ from the start of training"},
    {when::audio, "mbstd", "4", "against mode collapse to one clip a class"},
    {when::few_audio, "aug", "color,translation", "D would memorize fewer than 20,000 clips"},
    {when::audio, "batch", "16", kManySteps},
};

}  // namespace

Recipe wavegan_recipe() {
  Recipe recipe = make_recipe<WaveganOptions>(
      {.name = "wavegan",
       .paper = "Donahue et al. 2018, arXiv:1802.04208",
       .summary =
           "raw audio of a power of two of samples, by WGAN-GP; class-conditional with --cond",
       .try_data = "tones",
       .try_sample = "",
       .defaults = defaults_from<kDefaults>},
      [](const WaveganOptions& o, const DatasetInfo& data, const Setup& setup) {
        if (o.cond && o.cond_type == "class")
          require_classes(data, "wavegan --cond", "without --cond it learns without labels");
        return std::make_unique<AdversarialGan>(generator(o, data),
                                                discriminator(o, packed(data, o)), o, setup);
      });
  return with_check<WaveganOptions>(std::move(recipe), check);
}

}  // namespace gannet
