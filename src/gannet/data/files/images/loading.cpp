// Decodes the images of a collection, on several threads, to one size.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "gannet/base/error.h"
#include "gannet/base/machine.h"
#include "gannet/base/parallel.h"
#include "gannet/data/files/detail/collection_loading.h"
#include "gannet/data/files/detail/image_size.h"
#include "gannet/data/files/detail/value_ranges.h"
#include "gannet/data/files/images.h"
#include "gannet/formats/checksum.h"
#include "gannet/formats/image_file.h"
#include "gannet/image/edges.h"
#include "gannet/image/resample.h"

namespace gannet {
namespace {

constexpr double kMostMemory = 0.8;  // of the machine's

ImageSize size_of(const Image& image) { return {image.width, image.height}; }

// One decoded sample.
struct Decoded {
  Image image, input_image;  // at the set's size
  ImageSize stored;
  std::string format, problem;
  UsedRange used, input_used;
  bool enlarged = false, transparent = false, more_pages = false;
};

class Loading : CollectionLoading {
 public:
  Loading(Collection from, const SourceOptions& options)
      : CollectionLoading(std::move(from), options),
        options_(options),
        whole_(options.files.crop == "none"),
        random_(options.files.crop == "random"),
        filter_(find_filter(options.files.filter)),
        background_(parse_colour(options.files.background, "--background")) {}

  ImageSet load() {
    take_info(from_, set_);
    static_cast<CollectionReport&>(set_.report) = std::move(from_.report);
    choose_size();
    check_memory();
    choose_ranges();
    decoded_.resize(from_.items.size());
    digests_.resize(from_.items.size());
    each([this](size_t i) { decode(i); });
    note_duplicates(from_, digests_, "pixels", set_.report);
    keep_good();
    describe();
    return std::move(set_);
  }

 private:
  bool side_by_side() const { return from_.layout == PairLayout::side_by_side; }

  void decide(std::string name, std::string value, std::string reason) {
    set_.decisions.push_back({std::move(name), std::move(value), std::move(reason)});
  }

  // The sizes of the images, from the headers, without unreadable ones. Of a side-by-side pair, the
  // size of one half.
  std::vector<ImageSize> stored_sizes() const {
    std::vector<ImageSize> sizes(from_.items.size());
    each([&](size_t i) {
      try {
        sizes[i] = read_image_size(bytes_of(from_.items[i].file), from_.items[i].name);
        if (side_by_side()) sizes[i].width /= 2;
        if (sizes[i].width * sizes[i].height > kMostPixels) sizes[i] = {};
      } catch (const Error&) {  // decode() says why
      }
    });
    std::erase(sizes, ImageSize{});
    return sizes;
  }

  void choose_size() {
    const std::optional<SizeChoice> fixed = size_of_options(options_);
    const SizeChoice choice = fixed ? *fixed : choose_image_size(stored_sizes(), options_);
    size_ = choice.size;
    own_size_ = choice.is_stored;
    if (choice.decision) set_.decisions.push_back(*choice.decision);
  }

  void check_memory() const {
    const double pair = from_.layout == PairLayout::single ? 1 : 2;
    double pixels =
        static_cast<double>(size_.width * size_.height) * static_cast<double>(from_.items.size());
    if (random_) {
      pixels = 0;
      for (const ImageSize size : stored_sizes())
        pixels += static_cast<double>(size.width * size.height);
    }
    const double need = pair * 3 * pixels / 1e6;
    const double have = read_machine().memory_mb;
    if (have <= 0 || need < kMostMemory * have) return;
    throw Error(std::to_string(from_.items.size()) + " images of " + size_text(size_) + " need " +
                    std::to_string(std::llround(need)) + " MB, this machine has " +
                    std::to_string(std::llround(have)) + " MB",
                set_.name, "a smaller --image-size, or --limit");
  }

  void choose_ranges() {
    if (options_.files.value_range == "full") return;
    set_.info.value_range = set_range(from_, options_.files.value_range, false, threads_);
    const bool two = from_.layout == PairLayout::folders;
    set_.info.input_range = two ? set_range(from_, options_.files.value_range, true, threads_)
                            : from_.layout == PairLayout::single ? std::nullopt
                                                                 : set_.info.value_range;
    if (set_.info.value_range && options_.files.value_range == "auto")
      decide("value-range", "auto",
             value_range_text(*set_.info.value_range) + " become black to white" +
                 (two && set_.info.input_range
                      ? ", of inputs " + value_range_text(*set_.info.input_range)
                      : ""));
  }

  // Flattens, crops and resamples a stored image to the set's size. Throws Error where it does not
  // fit.
  Image fit(Image image, Decoded& to) const {
    to.transparent |= image.channels == 4;
    image = on_background(std::move(image), background_);
    const ImageSize stored = size_of(image);
    if (whole_ && own_size_ && stored != size_)
      throw Error("is " + size_text(stored) + ", expected " + size_text(size_), "");
    if (whole_ && !own_size_ && stored.width * size_.height != stored.height * size_.width)
      throw Error("is " + size_text(stored) + ", not " +
                      (size_.is_square() ? "square" : "of the shape of " + size_text(size_)) +
                      ", and --crop is none",
                  "");
    if (random_) {
      if (stored.width < size_.width || stored.height < size_.height)
        throw Error("is " + size_text(stored) + ", smaller than the crops of " + size_text(size_),
                    "");
      return image;
    }
    if (!whole_) image = centre_crop(std::move(image), size_);
    to.enlarged |= image.width < size_.width || image.height < size_.height;
    return resized(image, size_.width, size_.height, filter_);
  }

  Image read(const FileRef& file, Decoded& to, bool input, Sha256& sum) const {
    const Bytes bytes = bytes_of(file);
    Image image = read_ranged_image(bytes, input ? set_.info.input_range : set_.info.value_range,
                                    input ? to.input_used : to.used);
    to.format = image_format(bytes);
    to.more_pages |= read_image_info(bytes, "").more_pages;
    sum.update(std::as_bytes(std::span(&image.width, 1)));
    sum.update(std::as_bytes(std::span(&image.channels, 1)));
    sum.update(std::as_bytes(std::span(image.pixels)));
    return image;
  }

  void decode(size_t i) {
    const SampleItem& item = from_.items[i];
    Decoded& to = decoded_[i];
    try {
      Sha256 sum;
      Image image = read(item.file, to, false, sum);
      to.stored = size_of(image);
      if (side_by_side()) {
        split(image, to);
      } else {
        to.image = fit(std::move(image), to);
        if (from_.layout == PairLayout::edges) compute_edges(to);
        if (item.input) {
          Image input = read(*item.input, to, true, sum);
          check_shapes(to.stored, size_of(input), *item.input);
          to.input_image = fit(std::move(input), to);
        }
        check_pair(to);
      }
      digests_[i] = sum.hex();
    } catch (const Error& error) {
      to.problem = message_without_where(error);
    }
  }

  void compute_edges(Decoded& to) const {
    to.input_image = edges(to.image);
    if (options_.files.direction == "BtoA") std::swap(to.input_image, to.image);
  }

  // Both images of a pair are cut in the middle: where one is of another shape, not at one place.
  // A shape may be off by the rounding of a size.
  void check_shapes(ImageSize target, ImageSize input, const FileRef& file) const {
    const int64_t off = target.width * input.height - target.height * input.width;
    if (whole_ ||
        std::abs(off) <= std::max({target.width, target.height, input.width, input.height}))
      return;
    throw Error("is " + size_text(target) + ", and its input " + name_of(file) + " is " +
                    size_text(input) + ": a pair of two shapes cannot be cut at one place",
                "");
  }

  // Both images of a pair are cut at one place.
  void check_pair(const Decoded& d) const {
    if (random_ && d.input_image.width > 0 && size_of(d.input_image) != size_of(d.image))
      throw Error("is " + size_text(size_of(d.image)) + ", its partner " +
                      size_text(size_of(d.input_image)) +
                      ": pairs of two sizes cannot be cropped at random",
                  "");
  }

  void split(const Image& both, Decoded& to) const {
    if (both.width % 2 != 0)
      throw Error(
          "is " + std::to_string(both.width) + " pixels wide, expected two halves side by side",
          "");
    const int64_t half = both.width / 2;
    Image left = fit(cropped(both, 0, 0, half, both.height), to),
          right = fit(cropped(both, half, 0, half, both.height), to);
    if (options_.files.direction == "BtoA") std::swap(left, right);
    to.input_image = std::move(left);
    to.image = std::move(right);
  }

  void keep_good() {
    ImageReport& report = set_.report;
    for (size_t i = 0; i < decoded_.size(); ++i) {
      Decoded& d = decoded_[i];
      SampleItem& item = from_.items[i];
      if (d.stored != ImageSize{}) ++report.sizes[d.stored];
      if (!d.format.empty()) ++report.formats[d.format];
      if (d.problem.empty()) ++whites_[d.used.white];
      if (!d.problem.empty()) {
        report.problems.push_back({item.name, d.problem});
        continue;
      }
      report.enlarged += d.enlarged;
      report.transparent += d.transparent;
      report.more_pages += d.more_pages;
      used_.merge(d.used);
      input_used_.merge(d.input_used);
      set_.images.push_back(std::move(d.image));
      if (d.input_image.width > 0) set_.input_images.push_back(std::move(d.input_image));
      set_.files.push_back(std::move(item.name));
      set_.labels.push_back(std::move(item.label));
    }
    sort_by_file(report.problems);
  }

  // Makes all images grey, if they are, or all colour; returns [C, H, W].
  Shape unify_channels(std::vector<Image>& images, const char* what) {
    const bool grey = std::ranges::all_of(images, is_grey);
    parallel_for(static_cast<int64_t>(images.size()), threads_, [&](int64_t i) {
      Image& p = images[static_cast<size_t>(i)];
      p = grey ? as_grey(std::move(p)) : as_colour(std::move(p));
      p.pixels.shrink_to_fit();
    });
    if (grey) decide("channels", "1", std::string("every ") + what + " is grey");
    return {grey ? 1 : 3, size_.height, size_.width};
  }

  void describe() {
    if (set_.images.empty()) return;
    set_.info.dims = unify_channels(set_.images, "image");
    if (!set_.input_images.empty())
      set_.info.input_image = unify_channels(set_.input_images, "input image");
    const int64_t halves = side_by_side() ? 2 : 1;
    const int64_t cut = !whole_ && !random_ ? count_cropped(set_.report.sizes, halves, size_) : 0;
    if (cut > 0)
      decide("crop", "center",
             std::to_string(cut) + (cut == 1 ? " image is not " : " images are not ") +
                 (size_.is_square() ? "square" : "of the shape of " + size_text(size_)));
    set_.info.image_scale =
        own_size_ || random_ ? 1 : training_scale(set_.report.sizes, halves, size_);
    note_values();
    if (set_.report.transparent > 0)
      decide(
          "background", options_.files.background,
          std::to_string(set_.report.transparent) +
              (set_.report.transparent == 1 ? " image is transparent" : " images are transparent"));
  }

  void note_values() {
    std::vector<std::string>& notes = set_.report.notes;
    if (set_.report.more_pages > 0)
      notes.push_back(std::to_string(set_.report.more_pages) +
                      " images have further pages: the first is read");
    if (const std::string text = mixed_depths_text(whites_); !text.empty()) notes.push_back(text);
    if (options_.files.value_range == "auto" && set_.info.value_range)
      if (const std::string text = outlying(); !text.empty()) notes.push_back(text);
    if (options_.files.value_range != "full") return;
    for (const UsedRange& used : {used_, input_used_})
      if (const std::string text = narrow_range_text(used); !text.empty()) notes.push_back(text);
  }

  // The images whose values press those of most others into a small part of the common range.
  std::string outlying() const {
    std::vector<UsedRange> all;
    std::vector<std::string> names;
    for (size_t i = 0; i < decoded_.size(); ++i)
      if (decoded_[i].problem.empty() && !decoded_[i].used.empty()) {
        all.push_back(decoded_[i].used);
        names.push_back(name_of(from_.items[i].file));
      }
    return outlying_range_text(all, names);
  }

  SourceOptions options_;
  bool whole_, random_;  // not cropped; cropped in each epoch, stored uncropped
  Filter filter_;
  Colour background_;
  ImageSize size_;
  bool own_size_ = false;             // nothing is resampled
  UsedRange used_, input_used_;       // of the good images
  std::map<double, int64_t> whites_;  // how many have this white
  std::vector<Decoded> decoded_;
  std::vector<std::string> digests_;  // of the pixels as stored, "" for bad files
  ImageSet set_;
};

}  // namespace

ImageSet load_images(Collection from, const SourceOptions& options) {
  return Loading(std::move(from), options).load();
}

}  // namespace gannet
