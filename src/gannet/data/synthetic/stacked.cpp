// Stacked MNIST (Metz et al. 2017, arXiv:1611.02163, section 3.3.1): each of three channels a
// random image of the set, so that there are 1,000 modes, numbered 100 a + 10 b + c by the classes
// of the channels. The images are those of the split: test images in the test set.
#include "gannet/data/synthetic/detail/stacked.h"

#include <algorithm>
#include <cstdio>

#include "gannet/base/error.h"
#include "gannet/base/philox.h"
#include "gannet/data/detail/checks.h"
#include "gannet/data/files/detail/idx.h"
#include "gannet/formats/checksum.h"

namespace gannet {
namespace {

constexpr int64_t kSize = 128000, kChannels = 3, kClasses = 10;

class Stacked : public Dataset {
 public:
  Stacked(std::string name, std::unique_ptr<Dataset> images, const SourceOptions& options)
      : name_(std::move(name)), images_(std::move(images)), size_(limited(kSize, options)) {
    draw_ = {
        .seed = options.seed, .repeat = split_number(options.split), .purpose = Purpose::synthetic};
    const Shape& one = images_->info().dims;
    info_.dims = {kChannels, one.at(1), one.at(2)};
    for (int k = 0; k < kClasses * kClasses * kClasses; ++k) {
      char digits[8];
      std::snprintf(digits, sizeof digits, "%03d", k);
      info_.classes.emplace_back(digits);
    }
  }

  int64_t size() const override { return size_; }
  const DatasetInfo& info() const override { return info_; }
  std::string name() const override { return name_; }

  void get(int64_t index, Sample& into) const override {
    check_index(index, size_);
    into.values.clear();
    into.label = 0;
    Sample one;
    for (uint32_t channel = 0; channel < kChannels; ++channel) {
      Address place = draw_;
      place.call = channel;
      images_->get(
          integer(place, static_cast<uint32_t>(index), static_cast<uint32_t>(images_->size())),
          one);
      into.values.insert(into.values.end(), one.values.begin(), one.values.end());
      into.label = kClasses * into.label + one.label;
    }
  }

  std::string hash() const override {
    return "sha256:" +
           sha256_hex(as_bytes("gannet stacked 1 of " + images_->hash() + ", seed " +
                               std::to_string(draw_.seed) + ", split " +
                               std::to_string(draw_.repeat) + ", size " + std::to_string(size_)));
  }

 private:
  std::string name_;
  std::unique_ptr<Dataset> images_;
  int64_t size_;
  Address draw_;
  DatasetInfo info_;
};

BuiltInSource stacked_source(std::string name, const std::string& of, std::string summary) {
  const std::vector<BuiltInSource> all = idx_sources();
  const BuiltInSource images =
      *std::ranges::find(all, of, [](const BuiltInSource& source) { return source.about.name; });
  return {.about = {.name = std::move(name),
                    .summary = std::move(summary),
                    .licence = images.about.licence,
                    .needs_fetch = true,
                    .size = kSize,
                    .made_of = of},
          .files = images.files,
          .open = [images](const BuiltInSource& source,
                           const SourceOptions& options) -> std::unique_ptr<Dataset> {
            SourceOptions whole = options;
            whole.limit = 0;
            return std::make_unique<Stacked>(source.about.name, images.open(images, whole),
                                             options);
          }};
}

}  // namespace

std::string stacked_set_of(const std::string& name) {
  if (name == "stacked-mnist") return "mnist";
  if (name == "stacked-fashion") return "fashion-mnist";
  return "";
}

std::vector<BuiltInSource> stacked_sources() {
  std::vector<BuiltInSource> all;
  for (const char* name : {"stacked-fashion", "stacked-mnist"}) {
    const std::string of = stacked_set_of(name);
    all.push_back(stacked_source(
        name, of, "colour images, each channel a random one of " + of + ", 28x28, 1,000 classes"));
  }
  return all;
}

}  // namespace gannet
