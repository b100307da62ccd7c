#include "gannet/data/files/detail/cifar.h"

#include <algorithm>
#include <fstream>

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

// Python's protocols 2 to 5.
bool is_pickle(const Path& path) {
  if (!is_file(path)) return false;
  std::ifstream file(path, std::ios::binary);
  const int first = file.get(), second = file.get();
  return first == 0x80 && second >= 2 && second <= 5;
}

// A command that makes an array with labels of the pickles.
std::string to_npz(const Path& folder, bool ten) {
  const std::string files = (folder / (ten ? "data_batch_*" : "train")).string(),
                    labels = ten ? "labels" : "fine_labels";
  return "python3 -c \"import glob, pickle, numpy; d = [pickle.load(open(f, 'rb'), encoding="
         "'bytes') for f in sorted(glob.glob('" +
         files +
         "'))]; numpy.savez('cifar.npz', images=numpy.concatenate([x[b'data'] for x in d])"
         ".reshape(-1, 3, 32, 32), labels=numpy.concatenate([x[b'" +
         labels + "'] for x in d]))\"";
}

std::vector<std::string> names_in(const Path& path) {
  if (!is_file(path)) return {};
  return text_lines(decode_text(read_file(path, uint64_t{1} << 16)).text, 256);  // a byte's labels
}

}  // namespace

bool is_cifar_folder(const Path& folder) {
  return !files_of(folder, false).empty() || is_file(folder / "test_batch.bin") ||
         is_cifar_100(folder);
}

void refuse_cifar_parts(const Path& path) {
  const Path folder = path.has_parent_path() ? path.parent_path() : Path(".");
  const std::string name = path.filename().string();
  if (is_file(path) && name.ends_with(".bin") && is_cifar_folder(folder))
    throw Error("is one file of CIFAR's binary version, whose folder is the set", path.string(),
                "--data " + folder.string());
  const Path set = is_file(path) ? folder : path;
  const bool ten = is_pickle(set / "data_batch_1"), hundred = is_pickle(set / "meta");
  if ((!ten && !hundred) || (is_file(path) && !is_pickle(path))) return;
  throw Error("is CIFAR's version for Python, whose pickles are not read", path.string(),
              to_npz(set, ten) +
                  " writes cifar.npz, for --data cifar.npz; or fetch the binary "
                  "version, which is read as a folder");
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
