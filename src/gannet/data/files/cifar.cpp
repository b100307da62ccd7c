#include "gannet/data/files/detail/cifar.h"

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/data/detail/checks.h"
#include "gannet/data/files/detail/array_images.h"
#include "gannet/formats/encoding.h"

namespace gannet {
namespace {

constexpr uint64_t kFileLimit = uint64_t{1} << 30;
constexpr size_t kPixels = 3 * 32 * 32;

bool is_file(const Path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

bool is_cifar_100(const Path& folder) {
  return is_file(folder / "fine_label_names.txt") &&
         (is_file(folder / "train.bin") || is_file(folder / "test.bin"));
}

std::vector<Path> files_of(const Path& folder, bool test) {
  if (is_cifar_100(folder)) return {folder / (test ? "test.bin" : "train.bin")};
  if (test) return {folder / "test_batch.bin"};
  std::vector<Path> files;
  for (int i = 1; i <= 5; ++i)
    if (const Path file = folder / ("data_batch_" + std::to_string(i) + ".bin"); is_file(file))
      files.push_back(file);
  return files;
}

std::vector<std::string> names_in(const Path& path) {
  if (!is_file(path)) return {};
  return text_lines(decode_text(read_file(path, uint64_t{1} << 16)).text, 256);  // a byte's labels
}

}  // namespace

bool is_cifar_folder(const Path& folder) {
  return is_file(folder / "data_batch_1.bin") || is_file(folder / "test_batch.bin") ||
         is_cifar_100(folder);
}

std::unique_ptr<Dataset> open_cifar(const Path& folder, const SourceOptions& options) {
  const size_t label_bytes = is_cifar_100(folder) ? 2 : 1;  // coarse and fine
  ArrayLabels labels;
  labels.names =
      names_in(folder / (label_bytes == 2 ? "fine_label_names.txt" : "batches.meta.txt"));
  Bytes pixels;
  const std::vector<Path> files = files_of(folder, split_number(options.split) == 1);
  if (files.empty()) throw Error("no data_batch_1.bin to data_batch_5.bin", folder.string());
  for (const Path& file : files) {
    const Bytes bytes = read_file(file, kFileLimit);
    const size_t record = label_bytes + kPixels;
    if (bytes.empty() || bytes.size() % record != 0)
      throw Error("expected records of " + std::to_string(record) + " bytes, found " +
                      std::to_string(bytes.size()) + " bytes in all",
                  file.string(), "fetch the file again");
    for (size_t at = 0; at < bytes.size(); at += record) {
      labels.numbers.push_back(std::to_integer<int64_t>(bytes[at + label_bytes - 1]));
      const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(at + label_bytes);
      pixels.insert(pixels.end(), from, from + kPixels);
    }
  }
  const int64_t largest = *std::ranges::max_element(labels.numbers);
  if (!labels.names.empty() && largest >= static_cast<int64_t>(labels.names.size()))
    throw Error("a label is " + std::to_string(largest) + ", expected 0 to " +
                    std::to_string(labels.names.size() - 1),
                folder.string());
  labels.decisions.push_back({"format", label_bytes == 2 ? "CIFAR-100" : "CIFAR-10",
                              "its binary version; the other part: --split " +
                                  std::string(options.split == "test" ? "train" : "test")});
  const NpyArray array{Dtype::U8, {static_cast<int64_t>(labels.numbers.size()), 3, 32, 32}, pixels};
  return open_array_images(array, labels, folder, options);
}

}  // namespace gannet
