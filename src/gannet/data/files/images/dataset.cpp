// Folders and zips of images as a Dataset.
#include <mutex>

#include "gannet/base/philox.h"
#include "gannet/data/chw.h"
#include "gannet/data/files/images.h"

namespace gannet {
namespace {

constexpr uint32_t kAcross = 2, kDown = 3;  // layers of an epoch's address, beside the loader's 1

// The left upper corner of a crop, in pixels.
struct Place {
  int64_t x, y;
};

class ImageDataset : public CollectedDataset {
 public:
  ImageDataset(ImageSet set, std::vector<std::string> warnings)
      : CollectedDataset(set_, std::move(warnings)), set_(std::move(set)) {}

  void get(int64_t index, Sample& into) const override {
    const size_t i = put_label(index, into);
    const auto [x, y] = room(i);
    put_pixels(i, {x / 2, y / 2}, into);
  }

  // --crop random: anywhere in the image.
  void draw(int64_t index, const Address& epoch, Sample& into) const override {
    const size_t i = put_label(index, into);
    draw_caption(index, epoch, into);
    const auto number = static_cast<uint32_t>(index);
    const auto [x, y] = room(i);
    Address across = epoch, down = epoch;
    across.layer = kAcross;
    down.layer = kDown;
    put_pixels(i,
               {integer(across, number, static_cast<uint32_t>(x + 1)),
                integer(down, number, static_cast<uint32_t>(y + 1))},
               into);
  }

 protected:
  void add_content(Sha256& sum) const override {
    sum.update(as_bytes(to_string({size()}) + to_string(info().dims) +
                        to_string(info().input_image) + "\n"));
    for (const std::vector<Image>* all : {&set_.images, &set_.input_images})
      for (const Image& image : *all) sum.update(std::as_bytes(std::span(image.pixels)));
  }

 private:
  // The largest corner of a crop; 0, 0 unless --crop random.
  Place room(size_t i) const {
    return {set_.images[i].width - info().dims[2], set_.images[i].height - info().dims[1]};
  }

  void put_pixels(size_t i, Place place, Sample& into) const {
    const auto cut = [&](const Image& image, std::vector<float>& planes) {
      const int64_t width = info().dims[2], height = info().dims[1];
      if (image.width == width && image.height == height) return to_chw(image, planes);
      to_chw(cropped(image, place.x, place.y, width, height), planes);
    };
    cut(set_.images[i], into.values);
    if (!set_.input_images.empty()) cut(set_.input_images[i], into.input_image);
  }

  ImageSet set_;
};

}  // namespace

std::unique_ptr<Dataset> make_dataset(ImageSet set, const SourceOptions& options) {
  std::vector<std::string> warnings = refuse_or_warn(set, set.report, options);
  return std::make_unique<ImageDataset>(std::move(set), std::move(warnings));
}

}  // namespace gannet
