// The built-in set of drawn shapes (shapes.h), painted when asked for.
#include "gannet/base/error.h"
#include "gannet/data/shapes.h"
#include "gannet/data/sources.h"
#include "gannet/formats/checksum.h"

namespace gannet {
namespace {

constexpr int64_t kSize = 20000;
constexpr int64_t kDefaultSide = 32, kSmallestSide = 8, kLargestSide = 64;  // pixels

class Shapes : public Dataset {
 public:
  explicit Shapes(const SourceOptions& options)
      : size_(limited(kSize, options)),
        side_(options.image_size == 0 ? kDefaultSide : options.image_size) {
    if (side_ < kSmallestSide || side_ > kLargestSide)
      throw UsageError("shapes are drawn at 8 to 64 pixels, not at " + std::to_string(side_),
                       "--image-size");
    draw_ = {.seed = options.seed,
             .repeat = split_number(options.split),
             .purpose = Purpose::synthetic,
             .layer = 1};
    shape_.dims = {3, side_, side_};
    shape_.classes = shape_names();
  }

  int64_t size() const override { return size_; }
  const DataShape& shape() const override { return shape_; }
  std::string name() const override { return "shapes"; }

  void get(int64_t index, Sample& into) const override {
    check_index(index, size_);
    const Scene scene = draw_scene(draw_, static_cast<uint32_t>(index));
    const std::vector<uint8_t> pixels = paint(scene, side_);
    into.values.resize(pixels.size());
    for (size_t i = 0; i < pixels.size(); ++i) into.values[i] = to_network_range(pixels[i]);
    into.label = scene.shape;
    into.caption = caption(scene);
  }

  std::string hash() const override {
    return "sha256:" +
           sha256_hex(as_bytes("gannet shapes 1, side " + std::to_string(side_) + ", seed " +
                               std::to_string(draw_.seed) + ", split " +
                               std::to_string(draw_.repeat) + ", size " + std::to_string(size_)));
  }

 private:
  int64_t size_, side_;
  Address draw_;
  DataShape shape_;
};

}  // namespace

std::vector<BuiltInSource> shapes_sources() {
  return {
      {.about = {"shapes", "pictures of coloured shapes with captions, 8 classes, 8 to 64 pixels",
                 "made by Gannet", false, kSize},
       .files = {},
       .open = [](const BuiltInSource&, const SourceOptions& options) -> std::unique_ptr<Dataset> {
         return std::make_unique<Shapes>(options);
       }}};
}

}  // namespace gannet
