#include "gannet/recipes/defaults.h"

#include <span>
#include <string>
#include <string_view>

namespace gannet {
namespace {

// Below this many samples D soon memorises them (Karras et al. 2020, arXiv:2006.06676, figure 1, at
// small networks and sizes).
constexpr int64_t kFew = 20000;

using Applies = bool (*)(const DatasetInfo& data, int64_t samples);

bool points(const DatasetInfo& data, int64_t) { return data.is_points(); }
bool audio(const DatasetInfo& data, int64_t) { return data.is_audio(); }
bool few_audio(const DatasetInfo& data, int64_t samples) {
  return data.is_audio() && samples < kFew;
}
bool images(const DatasetInfo& data, int64_t) { return data.is_image(); }
bool small_images(const DatasetInfo& data, int64_t) {  // 28 and 32 pixels
  return data.is_image() && data.dims[1] <= 32;
}
bool videos(const DatasetInfo& data, int64_t) { return data.is_video(); }
bool images_of_28(const DatasetInfo& data, int64_t) {
  return data.is_image() && data.dims[1] == 28;
}
bool large_images(const DatasetInfo& data, int64_t) {  // 64 pixels
  return data.is_image() && data.dims[1] > 32;
}
bool few_grey_images(const DatasetInfo& data, int64_t samples) {
  return data.is_image() && data.channels() == 1 && samples < kFew;
}
bool few_color_images(const DatasetInfo& data, int64_t samples) {
  return data.is_image() && data.channels() > 1 && samples < kFew;
}
bool classes(const DatasetInfo& data, int64_t) {
  return !data.classes.empty() && !data.is_points();
}

struct Row {
  Applies applies;
  std::string_view option, value, reason;
};

std::vector<Decision> rows_for(std::span<const Row> table, const DatasetInfo& data,
                               int64_t samples) {
  std::vector<Decision> rows;
  for (const Row& row : table)
    if (row.applies(data, samples))
      rows.push_back({std::string(row.option), std::string(row.value), std::string(row.reason)});
  return rows;
}

constexpr std::string_view kManySteps = "small networks gain more by many steps than by large ones";
constexpr std::string_view kClasses = "the data has classes";

// Measured at 28 pixels: docs/recipes/dcgan.md.
constexpr Row kDcgan[] = {
    {images_of_28, "d-dense", "512", "two convolutions see 10 pixels only, not the whole image"},
    {images_of_28, "g-from-4x4", "true", "one layer more between z and the image's parts"},
    {images, "ndf", "32", "as good as the paper's 64 in less than half of the time"},
    {images, "glr", "0.001", "the paper's rates are slow in runs of minutes"},
    {images, "dlr", "0.0004", "the paper's rates are slow in runs of minutes"},
    {images_of_28, "kimg", "150", "some minutes; later samples gain little"},
};

// The rows for images below were measured on Fashion-MNIST at 28 pixels (docs/defaults.md).
constexpr Row kCgan[] = {
    {images_of_28, "d-dense", "512", "two convolutions see 10 pixels only, not the whole image"},
    {images, "ndf", "32", "half of the time, so twice as many images are seen"},
    {images, "glr", "0.001", "the paper's rates leave images rough in runs of minutes"},
    {images, "dlr", "0.0004", "the paper's rates leave images rough in runs of minutes"},
    {images, "kimg", "150", "some minutes"},
};

constexpr Row kWganGp[] = {
    {images, "n-critic", "1", "five critic updates see a quarter of the images in the same time"},
    {images, "d-norm", "layer", "the norm that the paper allows in a critic; images come sooner"},
    {images, "lr", "0.001", "a high rate for few steps"},
    {images, "b1", "0", "as the paper has it for images"},
    {images, "ndf", "32", "half of the time, so twice as many images are seen"},
    {images, "batch", "32", kManySteps},
    {images, "kimg", "120", "some minutes"},
    {points, "nz", "2", "points have few dimensions"},
    {points, "ngf", "16", "points need small networks"},
    {points, "ndf", "16", "points need small networks"},
    {points, "batch", "256", "points are cheap, and a larger batch has more of each mode"},
    {points, "n-critic", "1", "steps of G at a fifth of the time"},
    {points, "gp", "1", "10 is for images: narrow modes need a steep critic"},
    {points, "glr", "0.001", "a high rate for few steps"},
    {points, "dlr", "0.002", "with one update a step the critic needs the higher rate"},
    {points, "kimg", "1000", "about half a minute"},
};

constexpr Row kAcgan[] = {
    {images, "dropout", "0", "half of the units are too few in narrow networks"},
    {images, "ndf", "32", "half of the time, so twice as many images are seen"},
    {images, "glr", "0.001", "the paper's rates are slow in runs of minutes"},
    {images, "dlr", "0.0004", "the paper's rates are slow in runs of minutes"},
    {images, "kimg", "120", "some minutes"},
};

constexpr Row kInfogan[] = {
    {images, "ngf", "32", "the dense layers are 16 times as wide: several times faster"},
    {images, "ndf", "32", "the dense layers are 16 times as wide: several times faster"},
    {images, "dlr", "0.0004", "the codes are learnt first, and sooner at this rate"},
    {images, "kimg", "100", "some minutes; below 50 the codes are not learnt yet"},
};

constexpr Row kSngan[] = {
    {images, "ngf", "32", "many steps in some minutes"},
    {images, "ndf", "16", "the discriminator has 3x3 layers at the images' full size"},
    {images, "lr", "0.0005", "a higher rate for few steps"},
    {images, "batch", "32", kManySteps},
    {images, "kimg", "80", "some minutes"},
};

constexpr Row kVanilla[] = {
    {points, "nz", "2", "points have few dimensions"},
    {points, "ngf", "128", "points need small networks"},
    {points, "ndf", "128", "points need small networks"},
    {points, "lr", "0.002", "a high rate at first"},
    {points, "lr-end", "0.0001", "a low rate at the end draws samples into narrow modes"},
    {points, "batch", "256", "points are cheap, and a larger batch has more of each mode"},
    {points, "kimg", "2000", "about half a minute"},
};

constexpr Row kR3gan[] = {
    {points, "nz", "2", "points have few dimensions"},
    {points, "ngf", "16", "points need small networks"},
    {points, "ndf", "16", "points need small networks"},
    {points, "batch", "256", "points are cheap, and a larger batch has more of each mode"},
    {points, "gamma", "0.005", "narrow modes need a steep D, which a larger gamma prevents"},
    {points, "lr", "0.003", "small networks train well at high rates"},
    {points, "lr-end", "0.0001", "a low rate at the end draws samples into narrow modes"},
    {points, "b2", "0.9", "D changes fast at first (arXiv:2501.05441 anneals beta2 too)"},
    {points, "b2-end", "0.99", "and slowly at the end"},
    {points, "kimg", "1000", "about half a minute"},
    {classes, "cond", "true", kClasses},
    {small_images, "batch", "32", kManySteps},
    {large_images, "batch", "16", kManySteps},
    {small_images, "gamma", "1",
     "1 to 3 are best at 28 pixels with this rate (docs/recipes/r3gan.md)"},
    {large_images, "gamma", "4", "measured at 64 pixels (docs/faces.md)"},
    {small_images, "lr", "0.002", "networks without normalisation gain by high rates"},
    {large_images, "lr", "0.001", "networks without normalisation gain by high rates"},
    {images, "resample", "learned",
     "converges many times faster at 64 pixels, no worse at 28 (docs/faces.md)"},
    {few_grey_images, "aug", "translation,cutout",
     "D would memorise fewer than 20,000 images (DiffAugment, arXiv:2006.10738)"},
    {few_color_images, "aug", "color,translation,cutout",
     "D would memorise fewer than 20,000 images (DiffAugment, arXiv:2006.10738)"},
    {few_color_images, "mirror", "true",
     "doubles fewer than 20,000 images; --mirror=0 where left and right differ"},
};

// As docs/recipes/video.md measured it.
constexpr Row kVideo[] = {
    {classes, "cond", "true", kClasses},
    {videos, "ngf", "24", "narrow networks: many steps in some minutes"},
    {videos, "ndf", "16", "narrow networks: many steps in some minutes"},
    {videos, "batch", "8", kManySteps},
    {videos, "loss", "hinge", "with R1 every four steps D stays useful at this rate"},
    {videos, "lr", "0.001", "a high rate for few steps"},
    {videos, "b1", "0", "D changes fast"},
    {videos, "b2", "0.99", "shorter averages for few steps"},
    {videos, "r1", "2", "goes with --loss hinge"},
    {videos, "r1-every", "4", "one step in four is enough"},
    {videos, "ema", "1", "a short run needs a short average"},
    {videos, "kimg", "40", "about 20 minutes"},
};

constexpr Row kWavegan[] = {
    {classes, "cond", "true", kClasses},
    {audio, "loss", "ns", "five critic updates cost seven times as much a step"},
    {audio, "gp", "0", "goes with --loss wgan"},
    {audio, "n-critic", "1", "goes with --loss ns"},
    {audio, "r1", "1", "regularises D in the place of --gp"},
    {audio, "r1-every", "8", "one step in eight is enough (arXiv:1912.04958, appendix B)"},
    {audio, "b2", "0.99", "shorter averages for few steps"},
    {audio, "lr", "0.0005", "a higher rate for few steps"},
    {audio, "spectrum", "true", "harmonics appear after thousands of steps, not 100,000s"},
    {audio, "g-norm", "batch", "the clips of a class differ from the start of training"},
    {audio, "mbstd", "4", "against mode collapse to one clip a class"},
    {few_audio, "aug", "color,translation", "D would memorise fewer than 20,000 clips"},
    {audio, "batch", "16", kManySteps},
};

}  // namespace

std::vector<Decision> vanilla_defaults(const DatasetInfo& data, int64_t samples) {
  return rows_for(kVanilla, data, samples);
}
std::vector<Decision> cgan_defaults(const DatasetInfo& data, int64_t samples) {
  return rows_for(kCgan, data, samples);
}
std::vector<Decision> wgan_gp_defaults(const DatasetInfo& data, int64_t samples) {
  return rows_for(kWganGp, data, samples);
}
std::vector<Decision> sngan_defaults(const DatasetInfo& data, int64_t samples) {
  return rows_for(kSngan, data, samples);
}
std::vector<Decision> acgan_defaults(const DatasetInfo& data, int64_t samples) {
  return rows_for(kAcgan, data, samples);
}
std::vector<Decision> infogan_defaults(const DatasetInfo& data, int64_t samples) {
  return rows_for(kInfogan, data, samples);
}
std::vector<Decision> dcgan_defaults(const DatasetInfo& data, int64_t samples) {
  return rows_for(kDcgan, data, samples);
}
std::vector<Decision> r3gan_defaults(const DatasetInfo& data, int64_t samples) {
  return rows_for(kR3gan, data, samples);
}
std::vector<Decision> video_defaults(const DatasetInfo& data, int64_t samples) {
  return rows_for(kVideo, data, samples);
}
std::vector<Decision> wavegan_defaults(const DatasetInfo& data, int64_t samples) {
  return rows_for(kWavegan, data, samples);
}

}  // namespace gannet
