#include "gannet/runs/auto_config.h"

#include <algorithm>

namespace gannet {
namespace {

// With fewer images than this D soon overfits (Karras et al. 2020, arXiv:2006.06676,
// figure 1, at small nets and sizes).
constexpr int64_t kFew = 20000;

class Chooser {
 public:
  explicit Chooser(Config& config) : config_(config) {}
  void set(std::string_view name, const std::string& value, const std::string& reason) {
    set_field(*config_.options, name, value);
    for (const FieldText& field : list_fields(*config_.options))  // as resolve() compares it
      if (field.name == name) config_.decisions.push_back({field.name, field.value, reason});
  }

 private:
  Config& config_;
};

void choose_for_points(Chooser& choose) {
  choose.set("nz", "2", "points have few dimensions");
  choose.set("ngf", "16", "points need little");
  choose.set("ndf", "16", "points need little");
  choose.set("batch", "256", "points are cheap, and a larger batch shows D more of each mode");
  choose.set("gamma", "0.005", "narrow modes need a steep D, which a larger gamma forbids");
  choose.set("lr", "0.003", "small nets take large steps");
  choose.set("lr-end", "0.0001", "small steps at the end draw samples into narrow modes");
  choose.set("b2", "0.9", "D changes fast at first (arXiv:2501.05441 anneals beta2 too)");
  choose.set("b2-end", "0.99", "and slowly at the end");
  choose.set("kimg", "1000", "about half a minute");
}

void choose_for_images(Chooser& choose, const DatasetInfo& data, int64_t size) {
  const std::string pixels = std::to_string(data.dims[1]) + "x" + std::to_string(data.dims[2]);
  const bool large = data.dims[1] > 32;
  choose.set("batch", large ? "16" : "32",
             pixels + " pixels: small nets gain more by many steps than by large ones");
  choose.set("gamma", large ? "4" : "1",
             large ? "at 64 pixels (docs/faces.md)"
                   : "1 to 3 are best at 28 pixels with this rate (docs/recipes/r3gan.md)");
  choose.set("lr", large ? "0.001" : "0.002",
             "networks without normalisation gain by large steps, and many");
  choose.set("resample", "learned",
             "many times faster at 64 pixels, no worse at 28 (docs/faces.md)");
  if (size < kFew) {
    const std::string count = std::to_string(size) + " images are few: ";
    choose.set("aug", data.channels() > 1 ? "color,translation,cutout" : "translation,cutout",
               count + "D would overfit them (DiffAugment, arXiv:2006.10738)");
    if (data.channels() > 1)
      choose.set("mirror", "true",
                 count + "mirrored ones double them; --mirror=0 where left and right differ");
  }
}

void choose_for_audio(Chooser& choose, int64_t size) {
  choose.set("loss", "ns", "five critic updates with --gp cost seven times as much a step");
  choose.set("gp", "0", "goes with --loss wgan");
  choose.set("n-critic", "1", "goes with --loss ns");
  choose.set("r1", "1", "regularizes D in the place of --gp");
  choose.set("r1-every", "8", "a step in eight is enough (arXiv:1912.04958, appendix B)");
  choose.set("b2", "0.99", "averages that keep up with few steps");
  choose.set("lr", "0.0005", "few steps, and larger ones");
  choose.set("spectrum", "true", "harmonics come in thousands of steps, not hundreds of thousands");
  choose.set("g-norm", "batch", "audio clips of a class differ from the beginning");
  choose.set("mbstd", "4", "against one audio clip a class");
  if (size < kFew)
    choose.set("aug", "color,translation",
               std::to_string(size) + " audio clips are few: D would overfit them");
  choose.set("batch", "16", "small nets gain more by many steps than by large ones");
}

struct Choice {
  std::string recipe, reason;
};

Choice choose_recipe(const DatasetInfo& data) {
  if (data.is_audio()) return {"wavegan", "the data is audio"};
  if (data.is_video()) return {"video", "the data is videos"};
  if (!data.input_image.empty()) return {"pix2pix", "the data is pairs: an image from an image"};
  return {"r3gan",
          "takes any data, with or without classes, and D is regularized by its own penalties "
          "(docs/recipes/r3gan.md)"};
}

}  // namespace

Config auto_config(const DatasetInfo& data, int64_t size) {
  const Choice chosen = choose_recipe(data);
  Config config = default_config(chosen.recipe);
  Chooser choose(config);
  config.decisions.push_back({"cfg", chosen.recipe, chosen.reason});
  if (chosen.recipe == "pix2pix") return config;
  if (!data.classes.empty() && !data.is_points())
    choose.set("cond", "true",
               "the data has " + std::to_string(data.classes_count()) + " classes");
  if (data.is_points())
    choose_for_points(choose);
  else if (data.is_audio())
    choose_for_audio(choose, size);
  else if (data.is_image())
    choose_for_images(choose, data, size);
  return config;
}

}  // namespace gannet
