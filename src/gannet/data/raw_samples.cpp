#include "gannet/data/raw_samples.h"
#include "gannet/data/registry.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <optional>

#include "gannet/base/error.h"
#include "gannet/data/chw.h"
#include "gannet/data/detail/checks.h"
#include "gannet/data/files/detail/array_images.h"
#include "gannet/formats/checksum.h"
#include "gannet/formats/npy.h"

namespace gannet {
namespace {

constexpr uint64_t kFileLimit = uint64_t{1} << 33;
constexpr int64_t kMostValues = int64_t{1} << 28;  // of one sample

bool has_extension(const std::string& source, std::string_view extension) {
  return Path(source).extension() == extension;
}

// One array of a file, without conversion.
class ArraySamples : public Dataset {
 public:
  ArraySamples(Bytes file, NpyArray array, const Path& path, const SourceOptions& options)
      : file_(std::move(file)), array_(std::move(array)), path_(path) {
    const std::vector<int64_t>& shape = array_.shape;
    if (shape.size() < 2 || std::ranges::find(shape, 0) != shape.end())
      throw Error("array is " + to_string(shape) + ", expected samples [N, ...]", path.string());
    size_ = limited(shape[0], options);
    each_ = count({shape.begin() + 1, shape.end()});
    if (each_ > kMostValues)
      throw Error("a sample has " + std::to_string(each_) + " numbers", path.string());
    const int64_t channels = shape.size() == 4 ? shape[3] : shape.size() == 3 ? 1 : 0;
    if (array_.dtype == Dtype::U8 && (channels == 1 || channels == 3)) {
      info_.dims = {channels, shape[1], shape[2]};
    } else {
      info_.dims = {each_};
      info_.mean.assign(static_cast<size_t>(each_), 0);
      info_.scale.assign(static_cast<size_t>(each_), 1);
    }
  }

  int64_t size() const override { return size_; }
  const DatasetInfo& info() const override { return info_; }
  std::string name() const override { return path_.filename().string(); }

  void get(int64_t index, Sample& into) const override {
    check_index(index, size_);
    const uint64_t bytes = static_cast<uint64_t>(each_) * dtype_size(array_.dtype);
    const ByteSpan item = array_.bytes.subspan(static_cast<uint64_t>(index) * bytes, bytes);
    into.values.resize(static_cast<size_t>(each_));
    into.label = -1;
    if (info_.is_image()) {
      to_chw({reinterpret_cast<const uint8_t*>(item.data()), item.size()}, info_.dims[0],
             into.values.data());
      return;
    }
    const std::vector<double> values = to_doubles({array_.dtype, {each_}, item}, path_.string());
    for (size_t i = 0; i < values.size(); ++i) {
      if (!std::isfinite(values[i]))
        throw Error(
            "sample " + std::to_string(index) + " (counted from 0) has a number that is not finite",
            path_.string());
      into.values[i] = static_cast<float>(values[i]);
    }
  }

  std::string hash() const override {
    std::call_once(hashed_, [this] {
      Sha256 sum;
      sum.update(as_bytes(to_string(array_.shape) + std::to_string(size_) +
                          std::string(dtype_name(array_.dtype))));
      sum.update(array_.bytes);
      hash_ = "sha256:" + sum.hex();
    });
    return hash_;
  }

 private:
  Bytes file_;
  NpyArray array_;  // a view of it
  Path path_;
  DatasetInfo info_;
  int64_t size_ = 0, each_ = 0;
  mutable std::once_flag hashed_;
  mutable std::string hash_;
};

const NpzArray* own_array(const std::vector<NpzArray>& arrays) {
  const auto named = std::ranges::find(arrays, "samples", &NpzArray::name);
  if (named != arrays.end()) return &*named;
  return arrays.size() == 1 ? &arrays[0] : nullptr;
}

// The bytes of the .npy file, or of the member of the .npz that `choose` takes, if any.
template <class F>
std::optional<Bytes> npy_of(const std::string& source, const F& choose) {
  Bytes bytes = read_file(source, kFileLimit);
  if (has_extension(source, ".npy")) return bytes;
  std::vector<NpzArray> arrays = read_npz(bytes, source, kFileLimit);
  const NpzArray* const chosen = choose(arrays);
  if (chosen == nullptr) return std::nullopt;
  return std::move(arrays[static_cast<size_t>(chosen - arrays.data())].file);
}

// What training reads as images, unless they are bytes that are taken as they are. A row or two of
// numbers are audio clips [N, C, T].
bool is_for_training(const NpyArray& array) {
  const std::vector<int64_t>& s = array.shape;
  if (!is_image_array(array)) return false;
  if (array.dtype == Dtype::U8) return s.size() == 4 && s[3] != 1 && s[3] != 3;
  return s.size() == 4 || s[1] > 2;
}

template <class T>
Tensor gathered(const Dataset& data, std::span<const int64_t> indices,
                const at::TensorOptions& type) {
  Shape shape = data.info().dims;
  shape.insert(shape.begin(), static_cast<int64_t>(indices.size()));
  const Tensor all = at::empty(shape, type);
  T* to = all.mutable_data_ptr<T>();
  Sample sample;
  for (const int64_t index : indices) {
    data.get(index, sample);
    to = std::copy(sample.values.begin(), sample.values.end(), to);
  }
  return all;
}

}  // namespace

std::optional<Bytes> npy_of_samples(const std::string& source, const std::string& split) {
  return npy_of(source, [&](const std::vector<NpzArray>& arrays) {
    const NpzArray* const own = own_array(arrays);
    return own != nullptr ? own : images_of_npz(arrays, split);
  });
}

std::vector<int64_t> random_choice(int64_t size, int64_t from, int64_t to, const Address& address) {
  const Permutation order(address, static_cast<uint32_t>(size));
  std::vector<int64_t> chosen;
  for (int64_t i = from; i < std::min(to, size); ++i)
    chosen.push_back(order(static_cast<uint32_t>(i)));
  return chosen;
}

std::unique_ptr<Dataset> open_samples(const std::string& source, const SourceOptions& options) {
  std::error_code ignored;
  const bool array = has_extension(source, ".npy") || has_extension(source, ".npz");
  if (!array || !std::filesystem::is_regular_file(source, ignored))
    return open_dataset(source, options);
  std::optional<Bytes> file = npy_of(source, own_array);  // else for training
  if (!file) return open_dataset(source, options);
  if (split_number(options.split) != 0)
    throw UsageError("a file has no test split", source, "name the test set's own file");
  NpyArray view = read_npy(*file, source);
  if (has_extension(source, ".npy") && view.shape.size() == 2) return open_dataset(source, options);
  if (is_for_training(view)) return open_dataset(source, options);
  return std::make_unique<ArraySamples>(std::move(*file), std::move(view), source, options);
}

Tensor read_samples(const Dataset& data, std::span<const int64_t> indices) {
  const Tensor all = gathered<double>(data, indices, at::TensorOptions().dtype(at::kDouble));
  const DatasetInfo& info = data.info();
  if (info.is_points()) return all * at::tensor(info.scale) + at::tensor(info.mean);
  return info.is_audio() ? all : (all + 1) * 0.5;
}

Tensor read_network_samples(const Dataset& data, std::span<const int64_t> indices) {
  return gathered<float>(data, indices, at::TensorOptions().dtype(at::kFloat));
}

}  // namespace gannet
