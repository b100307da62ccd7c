#include "gannet/data/files/detail/idx.h"

#include <algorithm>
#include <fstream>
#include <mutex>

#include "gannet/base/error.h"
#include "gannet/data/chw.h"
#include "gannet/data/detail/checks.h"
#include "gannet/formats/audio_file.h"
#include "gannet/formats/checksum.h"
#include "gannet/formats/file_type.h"
#include "gannet/formats/idx.h"
#include "gannet/formats/image_file.h"

namespace gannet {
namespace {

constexpr uint64_t kFileLimit = uint64_t{1} << 32;
constexpr int64_t kSideLimit = 4096;  // pixels

class IdxImages : public Dataset {
 public:
  IdxImages(IdxArray images, IdxArray labels, std::vector<std::string> classes, std::string name,
            int64_t size)
      : images_(std::move(images)),
        labels_(std::move(labels)),
        name_(std::move(name)),
        size_(size) {
    info_.dims = {1, images_.shape[1], images_.shape[2]};
    info_.classes = std::move(classes);
  }

  int64_t size() const override { return size_; }
  const DatasetInfo& info() const override { return info_; }
  std::string name() const override { return name_; }

  void get(int64_t index, Sample& into) const override {
    check_index(index, size_);
    const auto area = static_cast<size_t>(count(info_.dims));
    into.values.resize(area);
    const uint8_t* from = images_.values.data() + static_cast<size_t>(index) * area;
    for (size_t i = 0; i < area; ++i) into.values[i] = to_network_range(from[i]);
    into.label = info_.classes.empty() ? -1 : labels_.values[static_cast<size_t>(index)];
  }

  std::string hash() const override {
    std::call_once(hashed_, [this] {
      const auto used = [this](const std::vector<uint8_t>& values, int64_t each) {
        return std::as_bytes(std::span(values).first(static_cast<size_t>(size_ * each)));
      };
      Sha256 sum;
      sum.update(as_bytes(to_string({size_, 1, info_.dims[1], info_.dims[2]})));
      sum.update(used(images_.values, count(info_.dims)));
      if (!info_.classes.empty()) sum.update(used(labels_.values, 1));
      hash_ = "sha256:" + sum.hex();
    });
    return hash_;
  }

 private:
  IdxArray images_, labels_;
  DatasetInfo info_;
  std::string name_;
  int64_t size_;
  mutable std::once_flag hashed_;
  mutable std::string hash_;
};

bool is_animated_webp(std::string_view text) {
  return text.size() > 20 && text.substr(8, 8) == "WEBPVP8X" && (text[20] & 2) != 0;
}

// A file that is no set, by what it is.
[[noreturn]] void refuse(const FileType& type, ByteSpan bytes, const Path& path) {
  if (is_animated_webp(as_text(bytes)))
    throw Error("is an animated WebP, expected a set", path.string(),
                "python3 -c \"from PIL import Image, ImageSequence as S; [f.convert('RGB').save("
                "f'FOLDER/{i:05}.png') for i, f in enumerate(S.Iterator(Image.open('" +
                    path.string() + "')))]\" fills a FOLDER with its frames, for --frames N");
  const std::string folder = path.has_parent_path() ? path.parent_path().string() : ".";
  std::string hint(type.advice.empty() ? std::string_view(kSourceForms) : type.advice);
  if (!image_format(bytes).empty() || !audio_format(bytes).empty())
    hint = "a folder of such files, as " + folder;
  if (type.name == "zip") hint = "name it " + path.stem().string() + ".zip";
  throw Error("is " + std::string(type.one) +
                  ", expected a set: a folder or zip of files, an IDX file, FILE.npy or FILE.csv",
              path.string(), hint);
}

void check_is_idx(ByteSpan bytes, const Path& path) {
  const std::string name = path.filename().string();
  if (is_idx(bytes) && name.find(".tar.") == std::string::npos && path.extension() != ".tgz")
    return;
  if (const FileType type = file_type(bytes, name); !type.name.empty()) refuse(type, bytes, path);
  throw Error("not an IDX file of bytes, which begins with 00 00 08", path.string(), kSourceForms);
}

IdxArray read_images(const Path& path) {
  const Bytes bytes = read_file(path, kFileLimit);
  if (bytes.size() >= 4) check_is_idx(bytes, path);
  IdxArray images = read_idx(bytes, path.string(), kFileLimit);
  if (images.shape.size() != 3)
    throw Error("array is " + to_string(images.shape) + ", expected images [N, H, W]",
                path.string());
  if (count(images.shape) == 0)
    throw Error("no images in it: array is " + to_string(images.shape), path.string());
  if (images.shape[1] > kSideLimit || images.shape[2] > kSideLimit)
    throw Error("images are " + to_string({images.shape[1], images.shape[2]}) +
                    ", expected sides up to " + std::to_string(kSideLimit),
                path.string());
  return images;
}

IdxArray read_labels(const Path& path, int64_t images) {
  IdxArray labels = read_idx(read_file(path, kFileLimit), path.string(), kFileLimit);
  if (labels.shape.size() != 1 || labels.shape[0] != images)
    throw Error("labels are " + to_string(labels.shape) + ", expected " + to_string({images}) +
                    " as there are images",
                path.string());
  return labels;
}

// The names, or "0", "1", ... where there are none.
std::vector<std::string> class_names(const IdxArray& labels, std::vector<std::string> names,
                                     const Path& path) {
  const int64_t largest = *std::max_element(labels.values.begin(), labels.values.end());
  if (names.empty())
    for (int64_t k = 0; k <= largest; ++k) names.push_back(std::to_string(k));
  if (largest >= static_cast<int64_t>(names.size()))
    throw Error("a label is " + std::to_string(largest) + ", expected 0 to " +
                    std::to_string(names.size() - 1),
                path.string());
  return names;
}

void replace(std::string& text, std::string_view from, std::string_view to) {
  if (const size_t at = text.rfind(from); at != std::string::npos)
    text.replace(at, from.size(), to);
}

const std::vector<std::string> kIdxFiles = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                            "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};

BuiltInSource idx_set(std::string name, std::string summary, std::string licence,
                      std::string download, std::vector<std::string> classes) {
  const auto open = [classes](const BuiltInSource& source, const SourceOptions& options) {
    const size_t first = 2 * split_number(options.split);
    const Path folder = Path(data_folder()) / source.about.name;
    return open_idx(plain_or_gzipped(folder / source.files[first]),
                    plain_or_gzipped(folder / source.files[first + 1]), classes, source.about.name,
                    options);
  };
  return {.about = {.name = std::move(name),
                    .summary = std::move(summary),
                    .licence = std::move(licence),
                    .needs_fetch = true,
                    .size = 60000,
                    .download = std::move(download)},
          .files = kIdxFiles,
          .open = open};
}

}  // namespace

void refuse_media_file(const Path& path) {
  std::ifstream file(path, std::ios::binary);
  Bytes bytes(kFileTypeBytes);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<size_t>(std::max<std::streamsize>(0, file.gcount())));
  const FileType type = file_type(bytes);
  if (type.kind == MediaKind::image || type.kind == MediaKind::audio ||
      type.kind == MediaKind::video)
    refuse(type, bytes, path);
}

std::unique_ptr<Dataset> open_idx(const Path& images, const Path& labels,
                                  std::vector<std::string> classes, std::string name,
                                  const SourceOptions& options) {
  IdxArray all = read_images(images), numbers;
  if (!labels.empty()) {
    numbers = read_labels(labels, all.shape[0]);
    classes = class_names(numbers, std::move(classes), labels);
  } else {
    classes.clear();
  }
  const int64_t size = limited(all.shape[0], options);
  return std::make_unique<IdxImages>(std::move(all), std::move(numbers), std::move(classes),
                                     std::move(name), size);
}

Path find_idx_labels(const Path& images) {
  const std::string before =
      images.extension() == ".gz" ? images.stem().string() : images.filename().string();
  std::string name = before;
  replace(name, "images", "labels");
  replace(name, "idx3", "idx1");
  return name == before ? Path() : plain_or_gzipped(images.parent_path() / name);
}

Path plain_or_gzipped(const Path& path) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path, ignored)) return path;
  const Path zipped = path.string() + ".gz";
  return std::filesystem::is_regular_file(zipped, ignored) ? zipped : Path();
}

std::vector<BuiltInSource> idx_sources() {
  return {idx_set("fashion-mnist", "60,000 + 10,000 grey images of clothes, 28x28, 10 classes",
                  "MIT", "31 MB",
                  {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt",
                   "Sneaker", "Bag", "Ankle boot"}),
          idx_set("mnist", "60,000 + 10,000 handwritten digits, grey, 28x28, 10 classes",
                  "not stated", "12 MB", {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"})};
}

}  // namespace gannet
