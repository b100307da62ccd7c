// Videos after MoCoGAN (Tulyakov et al. 2017, arXiv:1707.04993): a video is a content code, drawn
// once, and a motion code a frame, which a gated recurrent unit unrolls from fresh noise (section
// 3.1); G draws each frame from both by itself. D is two: one sees single frames of each video, one
// the whole video by three-dimensional convolutions (section 3.2), and the loss is the mean over
// all their logits. Videos of 8, 16 or 32 frames of 32x32 pixels. --cond: the class goes into the
// content and into the recurrent unit as an embedding, into the video's D by projection (Miyato &
// Koyama 2018, arXiv:1802.05637, eq. 4).
// Result: docs/recipes/video.md.       Axes: N batch, C channels, T frames, H W pixels, Z latent.
#include <numbers>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"
#include "gannet/recipes/heads.h"
#include "gannet/recipes/recipes.h"
#include "gannet/training/adversarial_objective.h"

namespace gannet::video {
namespace {

constexpr int64_t kSide = 32, kLevels = 3;

struct VideoOptions : Options {
  bool cond = false;
  int64_t motion = 10, label_width = 16, frames_seen = 4;

  VideoOptions() {
    nz = 50;
    ngf = 24;
    ndf = 16;
    b1 = 0.5;
    batch = 32;
  }
  void fields(FieldVisitor& v) override {
    Options::fields(v);
    v.field("cond", cond, {.help = "learn the classes: labels into G, projection in D"});
    v.field("motion", motion,
            {.help = "length of a frame's motion code, and of its noise", .min = 1, .max = 1024});
    v.field("frames-seen", frames_seen,
            {.help = "frames of a video that D sees by themselves (the paper: 1); a power of two",
             .min = 1,
             .max = 8});
    v.field("label-width", label_width,
            {.help = "width of the label's embedding in G", .min = 1, .max = 4096});
  }
};

void check(const VideoOptions& o, const DatasetInfo& data) {
  const Shape& d = data.dims;
  const bool fits =
      data.is_video() && (d[1] == 8 || d[1] == 16 || d[1] == 32) && d[2] == kSide && d[3] == kSide;
  if (!fits)
    throw Error(
        "video makes videos of 8, 16 or 32 frames of 32x32 pixels, the data is " + to_string(d), "",
        "a folder of folders of frames, --frames 16 --image-size 32; or --data "
        "shapes-motion");
  if (o.cond) require_classes(data, "video --cond", "without --cond it learns without labels");
}

// z is the content [Z], then the noise of the motion [E, T].
NetSpec generator(const VideoOptions& o, const DatasetInfo& video) {
  const int64_t frames = video.dims[1];
  int64_t width = o.ngf << (kLevels - 1);
  NetSpec G("G", {o.nz + o.motion * frames});
  if (o.cond) {
    G.init_weights(kLabelEmbeddingInit);
    add_condition_input(G, "class", video, o.label_width).init_weights(std::nullopt).mark("y");
  }
  G.at("x").append(slice(0, o.nz));
  if (o.cond) G.concat("y");
  G.mark("content");
  G.at("x").append(slice(o.nz, o.motion * frames)).reshape({o.motion, frames});
  if (o.cond) G.concat("y");
  G.gru(o.motion).concat("content").reshape({G.shape()[0], frames, 1, 1});
  G.init_weights(Init::normal(0.02)).init_norms(Init::normal(0.02, 1));
  G.conv_transpose(width, 4, {.padding = 0, .frames = true})
      .batch_norm()
      .relu();  // [N, 4 ngf, T, 4, 4]
  const ConvShape twice{.stride = 2, .padding = 1, .frames = true};
  while (width > o.ngf) G.conv_transpose(width /= 2, 4, twice).batch_norm().relu();
  return G.conv_transpose(video.channels(), 4, twice).tanh();  // [N, C, T, H, W] in [-1, 1]
}

// The logits of some frames and of the video.
NetSpec discriminator(const VideoOptions& o, const DatasetInfo& video) {
  NetSpec D("D", video.dims);
  D.init_weights(Init::kaiming_normal(
      std::numbers::sqrt2));  // without norms, DCGAN's 0.02 would leave nothing
  if (o.cond) D.integer_input("labels", {}).at("x");
  for (int64_t i = 0; i < kLevels; ++i)
    D.conv(o.ndf << i, 4, {.stride = 2, .padding = 1}).leaky_relu(0.2);
  finish(D, o, video, o.cond ? Head::projection : Head::logit).mark("clip");
  D.at("x").append(subsample_frames(o.frames_seen));
  for (int64_t i = 0; i < kLevels; ++i)
    D.conv(o.ndf << i, 4, {.stride = 2, .padding = 1, .frames = true}).leaky_relu(0.2);
  D.conv(1, 4, {.padding = 0, .frames = true}).flatten();  // [N, K], a logit a frame
  // The video's as often: motion counts as much as images.
  for (int64_t i = 0; i < o.frames_seen; ++i) D.concat("clip");
  return D;  // [N, 2 K]
}

class Video : public AdversarialGan {
 public:
  Video(const VideoOptions& o, const DatasetInfo& video, const Setup& setup)
      : AdversarialGan(generator(o, video), discriminator(o, packed(video, o)), o, setup) {}
  Shape latent() const override { return G_.spec().nodes()[0].shape; }
};

}  // namespace

extern const Recipe recipe;
const Recipe recipe = {
    .name = "video",
    .paper = "Tulyakov et al. 2017, arXiv:1707.04993",
    .summary = "short videos: one content, a motion that unrolls; with --cond by class",
    .try_data = "shapes-motion",
    .try_sample = "",
    .options = []() -> std::unique_ptr<Options> { return std::make_unique<VideoOptions>(); },
    .make = [](const Options& options, const DatasetInfo& data,
               const Setup& setup) -> std::unique_ptr<Gan> {
      const auto& o = dynamic_cast<const VideoOptions&>(options);
      check(o, data);
      return std::make_unique<Video>(o, data, setup);
    },
    .takes_video = true};

}  // namespace gannet::video
