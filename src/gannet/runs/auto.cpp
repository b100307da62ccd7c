#include "gannet/runs/auto.h"

#include <algorithm>

namespace gannet {
namespace {

// Fewer pictures than this are soon learnt by heart by D (Karras et al. 2020, arXiv:2006.06676,
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

void choose_for_pictures(Chooser& choose, const DataShape& data, int64_t size) {
  const int64_t side = std::max(data.dims[1], data.dims[2]);
  const std::string pixels = std::to_string(data.dims[1]) + "x" + std::to_string(data.dims[2]);
  choose.set("batch", "32",
             pixels + " pixels: small nets gain more by many steps than by large ones");
  choose.set("gamma", side > 32 ? "1" : "0.2",
             pixels + " pixels: R1 and R2 grow with the resolution (arXiv:2501.05441)");
  if (size < kFew) {
    const std::string count = std::to_string(size) + " pictures are few: ";
    choose.set("aug", data.channels() > 1 ? "color,translation,cutout" : "translation,cutout",
               count + "D would learn them by heart (DiffAugment, arXiv:2006.10738)");
    if (data.channels() > 1)
      choose.set("mirror", "true",
                 count + "mirrored ones double them; --mirror=0 where left and right differ");
  }
}

}  // namespace

Config auto_config(const DataShape& data, int64_t size) {
  Config config = default_config("r3gan");
  Chooser choose(config);
  config.decisions.push_back({"cfg", "r3gan",
                              "takes any data, with or without classes, and holds D in check by "
                              "itself (docs/recipes/r3gan.md)"});
  if (!data.classes.empty() && !data.is_points())
    choose.set("cond", "true",
               "the data has " + std::to_string(data.classes_count()) + " classes to ask for");
  if (data.is_points())
    choose_for_points(choose);
  else if (data.is_image())
    choose_for_pictures(choose, data, size);
  return config;
}

}  // namespace gannet
