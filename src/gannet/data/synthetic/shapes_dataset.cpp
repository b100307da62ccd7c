#include "gannet/data/synthetic/detail/shapes_dataset.h"

#include "gannet/data/chw.h"
#include "gannet/data/synthetic/detail/procedural.h"
#include "gannet/data/synthetic/motion.h"
#include "gannet/data/synthetic/shapes.h"

namespace gannet {
namespace {

constexpr int64_t kSize = 20000, kFrames = 16;
constexpr int64_t kSide = 32, kSmallest = 8, kLargest = 64;  // pixels

class ShapesDataset : public ProceduralDataset {
 public:
  ShapesDataset(std::string name, uint32_t layer, const SourceOptions& options)
      : ProceduralDataset(name, kSize, layer, options),
        side_(checked_side(options, name, kSide, kSmallest, kLargest)) {
    variant_ = "side " + std::to_string(side_);
    info_.dims = {3, side_, side_};
    info_.classes = shape_names();
  }

 protected:
  const int64_t side_;
};

class Shapes : public ShapesDataset {
 public:
  explicit Shapes(const SourceOptions& options) : ShapesDataset("shapes", 1, options) {}

  void get(int64_t index, Sample& into) const override {
    const Scene scene = draw_scene(draw_, checked(index));
    to_network_range(paint(scene, side_), into.values);
    into.label = scene.shape;
    into.caption = gannet::caption(scene);
  }
  std::string caption(int64_t index) const override {
    return gannet::caption(draw_scene(draw_, checked(index)));
  }
};

// The outline determines the shape, and the shape the colour, so that colouring can be learned; the
// background, light or dark, is random given the outline.
class ShapePairs : public ShapesDataset {
 public:
  explicit ShapePairs(const SourceOptions& options) : ShapesDataset("shapes-pairs", 2, options) {
    info_.input_image = {1, side_, side_};
  }

  void get(int64_t index, Sample& into) const override {
    const Scene pair = scene(index);
    to_network_range(paint(pair, side_), into.values);
    to_network_range(outline(pair, side_), into.input_image);
    into.label = pair.shape;
    into.caption = gannet::caption(pair);
  }
  std::string caption(int64_t index) const override { return gannet::caption(scene(index)); }

 private:
  Scene scene(int64_t index) const {
    Scene pair = draw_scene(draw_, checked(index));
    pair.colour = pair.shape;
    pair.paint = palette(pair.colour);
    return pair;
  }
};

class ShapeMotion : public ShapesDataset {
 public:
  explicit ShapeMotion(const SourceOptions& options) : ShapesDataset("shapes-motion", 3, options) {
    variant_ += ", frames " + std::to_string(kFrames);
    info_.dims = {3, kFrames, side_, side_};
    info_.classes = motion_names();
  }

  void get(int64_t index, Sample& into) const override {
    const MovingScene video = draw_moving_scene(draw_, checked(index));
    const auto area = static_cast<size_t>(side_ * side_);
    into.values.resize(3 * kFrames * area);
    for (size_t f = 0; f < kFrames; ++f) {
      const std::vector<uint8_t> pixels =
          paint(frame(video, static_cast<double>(f) / (kFrames - 1)), side_);
      for (size_t c = 0; c < 3; ++c)
        for (size_t p = 0; p < area; ++p)
          into.values[(c * kFrames + f) * area + p] = to_network_range(pixels[c * area + p]);
    }
    into.label = video.motion;
    into.caption = gannet::caption(video);
  }
  std::string caption(int64_t index) const override {
    return gannet::caption(draw_moving_scene(draw_, checked(index)));
  }
};

}  // namespace

std::vector<BuiltInSource> shapes_sources() {
  return {procedural_source<Shapes>(
              "shapes", "images of coloured shapes with captions, 8 classes, 8 to 64 pixels", kSize,
              true),
          procedural_source<ShapePairs>(
              "shapes-pairs", "the outline of a shape and its coloured image, 8 to 64 pixels",
              kSize, true),
          procedural_source<ShapeMotion>(
              "shapes-motion",
              "videos of 16 frames of a shape in motion, 8 kinds of motion, 8 to 64 pixels", kSize,
              true, DataKind::video)};
}

}  // namespace gannet
