#include "gannet/data/files/detail/array_images.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <map>
#include <optional>

#include "gannet/base/error.h"
#include "gannet/data/detail/checks.h"
#include "gannet/data/files/detail/points.h"
#include "gannet/data/files/detail/value_ranges.h"
#include "gannet/data/files/images.h"
#include "gannet/formats/png.h"

namespace gannet {
namespace {

constexpr uint64_t kFileLimit = uint64_t{1} << 33;

// How an array holds its images, and what its numbers mean: sample = (x - low) factor, of `white`.
struct ArrayLayout {
  int64_t count = 0, height = 0, width = 0, channels = 1;
  bool channels_first = false;
  double low = 0, factor = 1, white = 255;
  std::string range;                // said, where numbers are no bytes
  std::optional<StoredRange> used;  // by --value-range: what is black and white
};

bool is_channels(int64_t n) { return n == 1 || n == 3 || n == 4; }

ArrayLayout layout_of(const NpyArray& array, const std::string& source) {
  const std::vector<int64_t>& s = array.shape;
  ArrayLayout layout;
  if (s.size() == 3 && s[2] != 3 && s[2] != 4) {
    layout = {.count = s[0], .height = s[1], .width = s[2]};
  } else if (s.size() == 4 && is_channels(s[3])) {
    layout = {.count = s[0], .height = s[1], .width = s[2], .channels = s[3]};
  } else if (s.size() == 4 && is_channels(s[1])) {
    layout = {
        .count = s[0], .height = s[2], .width = s[3], .channels = s[1], .channels_first = true};
  } else {
    throw Error("array is " + shape_text(s) +
                    ", expected images [N, H, W], [N, H, W, C] or [N, C, H, W] of 1, 3 or 4 "
                    "channels, or points [N, D]",
                source,
                s.size() == 3   ? "numpy: array[None] makes a set of one image"
                : s.size() == 2 ? "points are a .npy, or a .npz of one array"
                                : "");
  }
  if (layout.count < 1 || layout.height < 1 || layout.width < 1)
    throw Error("array is " + shape_text(s) + ", and has no images", source);
  return layout;
}

// The numbers [from, from + count) of an array.
std::vector<double> numbers(const NpyArray& array, int64_t from, int64_t count,
                            const std::string& source) {
  const uint64_t size = dtype_size(array.dtype);
  return to_doubles({array.dtype,
                     {count},
                     array.bytes.subspan(static_cast<uint64_t>(from) * size,
                                         static_cast<uint64_t>(count) * size)},
                    source);
}

constexpr const char* kNotFinite = "has a number that is not finite";

// The smallest and the largest of the images whose numbers are all finite; the others are bad
// files, when they are read.
ValueRange range_of(const NpyArray& array, const std::string& source, const ArrayLayout& layout) {
  const int64_t each = layout.height * layout.width * layout.channels;
  double low = INFINITY, high = -INFINITY;
  for (int64_t i = 0; i < layout.count; ++i) {
    const std::vector<double> values = numbers(array, i * each, each, source);
    if (!std::ranges::all_of(values, [](double x) { return std::isfinite(x); })) continue;
    const auto [least, most] = std::ranges::minmax(values);
    low = std::min(low, least);
    high = std::max(high, most);
  }
  if (low > high) throw Error(std::string("every image ") + kNotFinite, source);
  return {low, high};
}

// By --value-range: 16 bits from black to white.
void stretch(ValueRange range, ArrayLayout& layout) {
  layout.low = range.low;
  layout.white = 65535;
  layout.factor = range.high > range.low ? 65535 / (range.high - range.low) : 1;
  layout.used = StoredRange{range, 1};
}

// What the numbers mean: by the option, else by the smallest and the largest.
void choose_range(const NpyArray& array, const std::string& source, const std::string& option,
                  ArrayLayout& layout) {
  if (array.dtype == Dtype::U8) return;
  if (array.dtype == Dtype::BOOL) {
    layout.factor = 255;
    layout.range = "false to true";
    return;
  }
  const auto [low, high] = range_of(array, source, layout);
  if (array.dtype == Dtype::U16 && (option != "full" || high > 255)) {
    layout.white = 65535;  // as a PNG of 16 bits
    return;
  }
  if (const std::optional<ValueRange> given = parse_value_range(option); given || option == "auto")
    return stretch(given.value_or(ValueRange{low, high}), layout);
  const bool whole =
      array.dtype != Dtype::F16 && array.dtype != Dtype::F32 && array.dtype != Dtype::F64;
  if (low >= 0 && high <= 1 && !whole) {
    layout.factor = 255;
    layout.range = "0 to 1";
  } else if (low >= -1 && high <= 1 && !whole) {
    layout.low = -1;
    layout.factor = 127.5;
    layout.range = "-1 to 1";
  } else if (low >= 0 && high <= 255) {
    layout.range = "0 to 255";
  } else {
    char text[80];
    std::snprintf(text, sizeof text, "numbers from %.4g to %.4g", low, high);
    throw Error(std::string(text) + ", expected images of 0 to 255, 0 to 1 or -1 to 1", source,
                "--value-range auto stretches them from black to white, --value-range LOW,HIGH "
                "those from LOW to HIGH");
  }
}

// An array's images as if they were files: 000000.png, ...
class ArrayTree : public FileTree {
 public:
  ArrayTree(const NpyArray& array, ArrayLayout layout, int64_t count, const Path& path)
      : FileTree(path.string()), array_(array), layout_(std::move(layout)) {
    std::vector<std::string> names;
    for (int64_t i = 0; i < count; ++i) {
      char name[24];
      std::snprintf(name, sizeof name, "%09lld.png", static_cast<long long>(i));
      names.emplace_back(name);
    }
    set_names(std::move(names));
  }

  Bytes read(size_t index, uint64_t) const override {
    const ArrayLayout& l = layout_;
    const int64_t area = l.height * l.width, each = area * l.channels;
    DeepImage image{.width = l.width,
                    .height = l.height,
                    .channels = l.channels,
                    .white = l.white,
                    .values = std::vector<float>(static_cast<size_t>(each))};
    const std::vector<double> values =
        numbers(array_, static_cast<int64_t>(index) * each, each, root());
    if (!std::ranges::all_of(values, [](double x) { return std::isfinite(x); }))
      throw Error("image " + std::to_string(index) + " of the array, counted from 0, " + kNotFinite,
                  "");
    for (int64_t p = 0; p < area; ++p)
      for (int64_t c = 0; c < l.channels; ++c) {
        const double x =
            values[static_cast<size_t>(l.channels_first ? c * area + p : p * l.channels + c)];
        image.values[static_cast<size_t>(p * l.channels + c)] =
            static_cast<float>(std::round(std::clamp((x - l.low) * l.factor, 0.0, l.white)));
      }
    return write_png(image);
  }

  Bytes start(size_t index, size_t most) const override {
    Bytes png = read(index, 0);
    png.resize(std::min(png.size(), most));
    return png;
  }

 private:
  NpyArray array_;
  ArrayLayout layout_;
};

std::string range_text(const ArrayLayout& layout) {
  return "the array's numbers are from " + layout.range + ", as images of 8 bits";
}

// The classes of these numbers, ascending, as names; the labels become their indices.
std::vector<std::string> class_names(std::vector<int64_t>& labels) {
  std::map<int64_t, int64_t> numbers;
  for (const int64_t label : labels) numbers[label] = 0;
  std::vector<std::string> names;
  for (auto& [label, index] : numbers) {
    index = static_cast<int64_t>(names.size());
    names.push_back(std::to_string(label));
  }
  for (int64_t& label : labels) label = numbers[label];
  return names;
}

constexpr std::initializer_list<const char*> kTrainImages = {"x_train", "train_images",
                                                             "images_train", "train_x"};

const NpzArray* find_array(const std::vector<NpzArray>& arrays,
                           std::initializer_list<const char*> names) {
  for (const char* name : names)
    for (const NpzArray& array : arrays)
      if (lower_case(array.name) == name) return &array;
  return nullptr;
}

NpyArray view_of(const NpzArray& array) {
  return {array.dtype, array.shape, ByteSpan(array.file).subspan(array.offset)};
}

std::vector<int64_t> read_labels(const NpzArray& array, int64_t images, const std::string& source) {
  const bool flat = array.shape.size() == 1 || (array.shape.size() == 2 && array.shape[1] == 1);
  if (!flat || array.shape[0] != images)
    throw Error("labels " + array.name + " are " + shape_text(array.shape) + ", expected [" +
                    std::to_string(images) + "]",
                source);
  std::vector<int64_t> labels;
  for (const double x : to_doubles(view_of(array), source)) {
    if (x != std::floor(x) || std::abs(x) > 1e6)
      throw Error(
          "a label in " + array.name + " is " + std::to_string(x) + ", expected whole numbers",
          source);
    labels.push_back(static_cast<int64_t>(x));
  }
  return labels;
}

std::unique_ptr<Dataset> open_points_of(const NpyArray& array, const Path& path,
                                        const SourceOptions& options) {
  refuse_options_of_images(path.string(), options);
  return open_points(array, path, options);
}

std::unique_ptr<Dataset> open_npz(const Path& path, const SourceOptions& options) {
  const std::string source = path.string();
  const std::vector<NpzArray> arrays = read_npz(read_file(path, kFileLimit), source, kFileLimit);
  const bool test = options.split == "test";
  const NpzArray* parts = find_array(arrays, kTrainImages);
  const NpzArray* images = images_of_npz(arrays, options.split);
  const NpzArray* labels =
      test ? find_array(arrays, {"y_test", "test_labels", "labels_test", "test_y"})
           : find_array(arrays, {"y_train", "train_labels", "labels_train", "train_y"});
  if (parts == nullptr && !test)
    labels = find_array(arrays, {"labels", "label", "y", "targets", "classes", "arr_1"});
  if (images == nullptr) {
    std::string names;
    for (const NpzArray& array : arrays) names += (names.empty() ? "" : ", ") + array.name;
    throw Error("no array of images in it for the split " + options.split + ": it has " +
                    (names.empty() ? "none" : names),
                source, "numpy.savez(FILE, images=ARRAY, labels=NUMBERS)");
  }
  const NpyArray array = view_of(*images);
  if (array.shape.size() == 2 && arrays.size() == 1) return open_points_of(array, path, options);
  if (!is_image_array(array)) (void)layout_of(array, source);  // says what is wrong
  ArrayLabels found;
  if (labels != nullptr) found.numbers = read_labels(*labels, array.shape[0], source);
  std::string unused;
  for (const NpzArray& other : arrays)
    if (&other != images && &other != labels)
      unused += (unused.empty() ? "" : ", ") + other.name.substr(0, 60);
  if (!unused.empty())
    found.decisions.push_back({"left-out", "other arrays",
                               unused + (test               ? " (--split train)"
                                         : parts != nullptr ? " (--split test)"
                                                            : "")});
  return open_array_images(array, std::move(found), path, options);
}

}  // namespace

const NpzArray* images_of_npz(const std::vector<NpzArray>& arrays, const std::string& split) {
  if (split == "test")
    return find_array(arrays, {"x_test", "test_images", "images_test", "test_x"});
  if (const NpzArray* part = find_array(arrays, kTrainImages)) return part;
  const NpzArray* named =
      find_array(arrays, {"images", "image", "x", "samples", "data", "imgs", "arr_0"});
  return named == nullptr && arrays.size() == 1 ? &arrays[0] : named;
}

bool is_image_array(const NpyArray& array) {
  return array.shape.size() == 3 || array.shape.size() == 4;
}

std::unique_ptr<Dataset> open_array_images(const NpyArray& array, ArrayLabels labels,
                                           const Path& path, const SourceOptions& options) {
  if (options.frames > 0 || options.rate > 0 || options.length > 0)
    throw UsageError("--rate, --length and --frames are for folders and zips", path.string());
  if (options.gaps != "refuse")
    throw UsageError("--gaps is for tables", path.string(), "--bad-files skip leaves images out");
  ArrayLayout layout = layout_of(array, path.string());
  choose_range(array, path.string(), options.files.value_range, layout);
  const int64_t count = options.limit > 0 ? std::min(options.limit, layout.count) : layout.count;
  Collection found;
  found.name = path.filename().string();
  found.report.kind = "image";
  found.report.samples = count;
  if (!layout.range.empty()) found.decisions.push_back({"values", "8 bits", range_text(layout)});
  for (Decision& decision : labels.decisions) found.decisions.push_back(std::move(decision));
  std::vector<int64_t>& classes = labels.numbers;
  if (!classes.empty()) classes.resize(static_cast<size_t>(count));
  found.classes = labels.names.empty() ? class_names(classes) : std::move(labels.names);
  SourceOptions decoding = options;
  const std::optional<StoredRange> used = layout.used;
  if (used) decoding.files.value_range = "0,65535";
  if (used && options.files.value_range == "auto")
    found.decisions.push_back(
        {"value-range", "auto", value_range_text(*used) + " become black to white"});
  found.trees.push_back(std::make_unique<ArrayTree>(array, std::move(layout), count, path));
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
    SampleItem item{.name = found.trees[0]->names()[i], .file = {0, i}, .input = {}};
    if (!classes.empty()) item.label.number = classes[i];
    found.items.push_back(std::move(item));
  }
  ImageSet set = load_images(std::move(found), decoding);
  if (used) set.info.value_range = used;
  return make_dataset(std::move(set), options);
}

std::unique_ptr<Dataset> open_array(const Path& path, const SourceOptions& options) {
  if (lower_case(path.extension().string()) == ".npz") return open_npz(path, options);
  const Bytes bytes = read_file(path, kFileLimit);
  const NpyArray array = read_npy(bytes, path.string());
  if (split_number(options.split) != 0)
    throw UsageError("a file has no test split", path.string(), "name the test set's own file");
  if (is_image_array(array)) return open_array_images(array, {}, path, options);
  if (array.shape.size() > 4)
    throw Error("array is " + shape_text(array.shape) + ", expected images or points",
                path.string(), "videos are folders of frames: --data FOLDER --frames 16");
  return open_points_of(array, path, options);
}

}  // namespace gannet
