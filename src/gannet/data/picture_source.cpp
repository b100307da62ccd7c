// Folders and zips of pictures as a Dataset.
#include <mutex>

#include "gannet/data/pictures.h"
#include "gannet/data/sources.h"

namespace gannet {
namespace {

class Pictures : public CollectedData {
 public:
  Pictures(PictureSet set, std::vector<std::string> warnings)
      : CollectedData(set_, std::move(warnings)), set_(std::move(set)) {}

  void get(int64_t index, Sample& into) const override {
    const size_t i = put_label(index, into);
    to_planes(set_.real[i], into.values);
    if (!set_.image.empty()) to_planes(set_.image[i], into.image);
  }

  std::string hash() const override {
    std::call_once(hashed_, [this] {
      Sha256 sum;
      sum.update(as_bytes(to_string({size()}) + to_string(shape().dims) + to_string(shape().image) +
                          "\n"));
      for (const std::vector<Picture>* all : {&set_.real, &set_.image})
        for (const Picture& picture : *all) sum.update(std::as_bytes(std::span(picture.pixels)));
      add_labels(sum);
      hash_ = "sha256:" + sum.hex();
    });
    return hash_;
  }

 private:
  PictureSet set_;
  mutable std::once_flag hashed_;
  mutable std::string hash_;
};

}  // namespace

void to_planes(const Picture& picture, std::vector<float>& planes) {
  const auto area = static_cast<size_t>(picture.width * picture.height);
  const auto channels = static_cast<size_t>(picture.channels);
  planes.resize(area * channels);
  for (size_t c = 0; c < channels; ++c)
    for (size_t i = 0; i < area; ++i)
      planes[c * area + i] = to_network_range(picture.pixels[i * channels + c]);
}

std::unique_ptr<Dataset> make_dataset(PictureSet set, const SourceOptions& options) {
  std::vector<std::string> warnings = settle_problems(set, set.report, options);
  return std::make_unique<Pictures>(std::move(set), std::move(warnings));
}

}  // namespace gannet
