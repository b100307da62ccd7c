// Folders and zips of pictures as a Dataset.
#include <algorithm>
#include <mutex>

#include "gannet/base/many_errors.h"
#include "gannet/base/philox.h"
#include "gannet/data/pictures.h"
#include "gannet/data/planes.h"
#include "gannet/data/sources.h"
#include "gannet/formats/checksum.h"

namespace gannet {
namespace {

constexpr size_t kMostNamed = 20;           // bad files
constexpr uint32_t kAcross = 2, kDown = 3;  // layers of an epoch's address, beside the loader's 1

// Where a square of the set's side is cut from a picture that is larger.
struct Place {
  int64_t x, y;
};

class Pictures : public Dataset {
 public:
  Pictures(PictureSet set, std::vector<std::string> warnings)
      : set_(std::move(set)), warnings_(std::move(warnings)) {}

  int64_t size() const override { return static_cast<int64_t>(set_.real.size()); }
  const DataShape& shape() const override { return set_.shape; }
  std::string name() const override { return set_.name; }
  std::string caption(int64_t index) const override {
    check_index(index, size());
    return set_.labels[static_cast<size_t>(index)].caption;
  }
  std::vector<Decision> decisions() const override { return set_.decisions; }
  std::vector<std::string> warnings() const override { return warnings_; }

  void get(int64_t index, Sample& into) const override {
    check_index(index, size());
    const auto [x, y] = room(index);
    get_at(index, {x / 2, y / 2}, into);
  }

  // --crop random: anywhere in the picture.
  void draw(int64_t index, const Address& epoch, Sample& into) const override {
    check_index(index, size());
    const auto number = static_cast<uint32_t>(index);
    const auto [x, y] = room(index);
    Address across = epoch, down = epoch;
    across.layer = kAcross;
    down.layer = kDown;
    get_at(index,
           {integer(across, number, static_cast<uint32_t>(x + 1)),
            integer(down, number, static_cast<uint32_t>(y + 1))},
           into);
  }

  // How much larger than the set's pictures one is: nothing, but with --crop random.
  Place room(int64_t index) const {
    const Picture& picture = set_.real[static_cast<size_t>(index)];
    return {picture.width - shape().dims[2], picture.height - shape().dims[1]};
  }

  void get_at(int64_t index, Place place, Sample& into) const {
    const auto i = static_cast<size_t>(index);
    const auto cut = [&](const Picture& picture, std::vector<float>& planes) {
      const int64_t width = shape().dims[2], height = shape().dims[1];
      if (picture.width == width && picture.height == height) return to_planes(picture, planes);
      to_planes(cropped(picture, place.x, place.y, width, height), planes);
    };
    cut(set_.real[i], into.values);
    if (!set_.image.empty()) cut(set_.image[i], into.image);
    const PictureLabel& label = set_.labels[i];
    into.label = label.number;
    into.vector = label.vector;
    into.caption = label.caption;
  }

  std::string hash() const override {
    std::call_once(hashed_, [this] {
      Sha256 sum;
      const auto add = [&sum](const std::string& text) { sum.update(as_bytes(text + "\n")); };
      add(to_string({size()}) + to_string(shape().dims) + to_string(shape().image));
      for (const std::vector<Picture>* all : {&set_.real, &set_.image})
        for (const Picture& picture : *all) sum.update(std::as_bytes(std::span(picture.pixels)));
      for (const std::string& name : shape().classes) add(name);
      for (const PictureLabel& label : set_.labels) {
        add(std::to_string(label.number));
        sum.update(std::as_bytes(std::span(label.vector)));
        add(label.caption);
      }
      hash_ = "sha256:" + sum.hex();
    });
    return hash_;
  }

 private:
  PictureSet set_;
  std::vector<std::string> warnings_;
  mutable std::once_flag hashed_;
  mutable std::string hash_;
};

// The first of them by name, and how many more.
std::vector<std::string> first_of(const std::vector<PictureFinding>& problems) {
  std::vector<std::string> lines;
  for (const PictureFinding& p : problems) {
    if (lines.size() == kMostNamed) {
      lines.push_back("and " + std::to_string(problems.size() - kMostNamed) + " more");
      break;
    }
    lines.push_back(p.file + ": " + p.what);
  }
  return lines;
}

}  // namespace

std::unique_ptr<Dataset> make_dataset(PictureSet set, const SourceOptions& options) {
  const auto& problems = set.report.problems;
  const std::string of_all =
      std::to_string(problems.size()) + " of " + std::to_string(set.report.samples);
  std::vector<std::string> lines = first_of(problems);
  if (!problems.empty() && (options.pictures.bad_files == "refuse" || set.real.empty()))
    throw ManyErrors(of_all + " samples cannot be learned from", set.name,
                     set.real.empty() ? "" : "--bad-files skip leaves them out", lines);
  if (!lines.empty()) lines.insert(lines.begin(), of_all + " samples are left out: " + set.name);
  return std::make_unique<Pictures>(std::move(set), std::move(lines));
}

std::unique_ptr<Dataset> open_pictures(const std::string& source, const SourceOptions& options) {
  return make_dataset(load_pictures(source, options), options);
}

}  // namespace gannet
