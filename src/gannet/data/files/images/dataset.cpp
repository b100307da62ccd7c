// Folders and zips of pictures as a Dataset.
#include <mutex>

#include "gannet/base/philox.h"
#include "gannet/data/files/images.h"
#include "gannet/data/planes.h"
#include "gannet/data/detail/built_in.h"

namespace gannet {
namespace {

constexpr uint32_t kAcross = 2, kDown = 3;  // layers of an epoch's address, beside the loader's 1

// Where a square of the set's side is cut from a picture that is larger.
struct Place {
  int64_t x, y;
};

class Pictures : public CollectedData {
 public:
  Pictures(PictureSet set, std::vector<std::string> warnings)
      : CollectedData(set_, std::move(warnings)), set_(std::move(set)) {}

  void get(int64_t index, Sample& into) const override {
    const size_t i = put_label(index, into);
    const auto [x, y] = room(i);
    put_pixels(i, {x / 2, y / 2}, into);
  }

  // --crop random: anywhere in the picture.
  void draw(int64_t index, const Address& epoch, Sample& into) const override {
    const size_t i = put_label(index, into);
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
    sum.update(
        as_bytes(to_string({size()}) + to_string(shape().dims) + to_string(shape().image) + "\n"));
    for (const std::vector<Picture>* all : {&set_.real, &set_.image})
      for (const Picture& picture : *all) sum.update(std::as_bytes(std::span(picture.pixels)));
  }

 private:
  // How much larger than the set's pictures one is: nothing, but with --crop random.
  Place room(size_t i) const {
    return {set_.real[i].width - shape().dims[2], set_.real[i].height - shape().dims[1]};
  }

  void put_pixels(size_t i, Place place, Sample& into) const {
    const auto cut = [&](const Picture& picture, std::vector<float>& planes) {
      const int64_t width = shape().dims[2], height = shape().dims[1];
      if (picture.width == width && picture.height == height) return to_planes(picture, planes);
      to_planes(cropped(picture, place.x, place.y, width, height), planes);
    };
    cut(set_.real[i], into.values);
    if (!set_.image.empty()) cut(set_.image[i], into.image);
  }

  PictureSet set_;
};

}  // namespace

std::unique_ptr<Dataset> make_dataset(PictureSet set, const SourceOptions& options) {
  std::vector<std::string> warnings = settle_problems(set, set.report, options);
  return std::make_unique<Pictures>(std::move(set), std::move(warnings));
}

}  // namespace gannet
