// Videos after MoCoGAN (Tulyakov et al. 2017, arXiv:1707.04993): one content code for the video and
// a motion code for each frame, by a gated recurrent unit from new noise for each frame
// (section 3.1); G maps both to a frame. Two discriminators: of single frames, and of the whole
// video by three-dimensional convolutions (section 3.2); the loss is the mean over all their
// logits. Videos of 8, 16 or 32 frames of 32x32 pixels. --cond: a label embedding joins the content
// code and the recurrent unit's input; the video discriminator has a projection (Miyato & Koyama
// 2018, arXiv:1802.05637, eq. 4). Result: docs/recipes/video.md.       Axes: N batch, C channels, T
// frames, H W pixels, Z latent.
#include <numbers>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"
#include "gannet/recipes/dcgan.h"
#include "gannet/recipes/defaults.h"
#include "gannet/recipes/heads.h"
#include "gannet/recipes/make_recipe.h"
#include "gannet/training/adversarial_objective.h"

namespace gannet {
namespace {

constexpr int64_t kSide = 32, kLevels = 3;

struct VideoOptions : Options {
  bool cond = false;
  std::string g_upsample = "transposed";
  int64_t motion = 10, label_width = 16, frames_seen = 4;

  // The authors' code (mocogan: 64 filters, the base's widths; a content code of 50).
  VideoOptions() {
    nz = 50;
    b1 = 0.5;
    batch = 32;
  }
  void fields(FieldVisitor& v) override {
    Options::fields(v);
    v.field("cond", cond, {.help = "class-conditional: labels into G, projection in D"});
    v.field("motion", motion,
            {.help = "length of a frame's motion code, and of its noise", .min = 1, .max = 1024});
    upsample_field(v, g_upsample);
    v.field("frames-seen", frames_seen,
            {.help = "frames of a video for the frame discriminator (the paper: 1); a power of two",
             .min = 1,
             .max = 8});
    v.field("label-width", label_width,
            {.help = "width of the label embedding in G", .min = 1, .max = 4096});
  }
};

void check_video(const VideoOptions& o, const DatasetInfo& data) {
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
  init_as_dcgan(G);
  G.conv_transpose(width, 4, {.padding = 0, .frames = true})
      .batch_norm()
      .relu();  // [N, 4 ngf, T, 4, 4]
  while (width > o.ngf) double_sides(G, width /= 2, o.g_upsample).batch_norm().relu();
  return double_sides(G, video.channels(), o.g_upsample).tanh();  // [N, C, T, H, W] in [-1, 1]
}

// The logits of some frames and of the video.
NetSpec discriminator(const VideoOptions& o, const DatasetInfo& video) {
  NetSpec D("D", video.dims);
  D.init_weights(
      Init::kaiming_normal(std::numbers::sqrt2));  // without norms, DCGAN's 0.02 would vanish
  if (o.cond) D.integer_input("labels", {}).at("x");
  for (int64_t i = 0; i < kLevels; ++i)
    D.conv(o.ndf << i, 4, {.stride = 2, .padding = 1}).leaky_relu(0.2);
  add_discriminator_head(D, o, video, o.cond ? Head::projection : Head::logit).mark("video");
  D.at("x").append(subsample_frames(o.frames_seen));
  for (int64_t i = 0; i < kLevels; ++i)
    D.conv(o.ndf << i, 4, {.stride = 2, .padding = 1, .frames = true}).leaky_relu(0.2);
  D.conv(1, 4, {.padding = 0, .frames = true}).flatten();  // [N, K], a logit a frame
  // The video's logit as often as all frames' together.
  for (int64_t i = 0; i < o.frames_seen; ++i) D.concat("video");
  return D;  // [N, 2 K]
}

class Video : public AdversarialGan {
 public:
  Video(const VideoOptions& o, const DatasetInfo& video, const Setup& setup)
      : AdversarialGan(generator(o, video), discriminator(o, packed(video, o)), o, setup) {}
  Shape latent() const override { return G_.spec().nodes()[0].shape; }
};

// docs/recipes/video.md.
constexpr DefaultRow kDefaults[] = {
    {when::classes, "cond", "true", kClasses},
    {when::video, "ngf", "24", "narrow networks: many steps in some minutes"},
    {when::video, "ndf", "16", "narrow networks: many steps in some minutes"},
    {when::video, "g-upsample", "bilinear", kNoCheckerboard},
    {when::video, "batch", "8", kManySteps},
    {when::video, "loss", "hinge", "with R1 every four steps D stays useful at this rate"},
    {when::video, "lr", "0.001", "a high rate for few steps"},
    {when::video, "b1", "0", "D changes fast"},
    {when::video, "b2", "0.99", "shorter averages for few steps"},
    {when::video, "r1", "2", "goes with --loss hinge"},
    {when::video, "r1-every", "4", "one step in four is enough"},
    {when::video, "ema", "1", "a short run needs a short average"},
    {when::video, "kimg", "40", "half an hour"},
};

}  // namespace

Recipe video_recipe() {
  return make_recipe<VideoOptions>(
      {.name = "video",
       .paper = "Tulyakov et al. 2017, arXiv:1707.04993",
       .summary = "short videos from a content code and a recurrent motion code; class-conditional "
                  "with --cond",
       .try_data = "shapes-motion",
       .try_sample = "",
       .takes_video = true,
       .defaults = defaults_from<kDefaults>},
      [](const VideoOptions& o, const DatasetInfo& data, const Setup& setup) {
        check_video(o, data);
        return std::make_unique<Video>(o, data, setup);
      });
}

}  // namespace gannet
