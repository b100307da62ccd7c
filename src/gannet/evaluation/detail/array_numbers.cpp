#include "gannet/evaluation/detail/array_numbers.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <optional>

#include "gannet/base/error.h"
#include "gannet/data/raw_samples.h"
#include "gannet/formats/npy.h"

namespace gannet {
namespace {

constexpr const char* kBytes = "bytes from 0 to 255";
constexpr int64_t kFewestPixels = 256;  // of a row that is taken for a picture

// f(array), of the array that the samples are read from; what f returns by default where the file
// has none of the split.
template <class F>
auto with_array(const std::string& source, const std::string& split, F&& f) {
  using Result = decltype(f(std::declval<const NpyArray&>()));
  const std::optional<Bytes> file = npy_of_samples(source, split);
  return file ? f(read_npy(*file, source)) : Result();
}

// An array's own numbers, [N, D]: float32 as it is, bytes [N, H, W, ...] as they are (pixels), all
// else as float64.
Tensor numbers_of(const NpyArray& array, const std::string& source) {
  const int64_t n = array.shape.at(0), each = count(array.shape) / std::max<int64_t>(n, 1);
  const bool bytes = array.dtype == Dtype::U8 && array.shape.size() > 2,
             narrow = array.dtype == Dtype::F32;
  const Tensor x = at::empty({n, each}, at::TensorOptions().dtype(bytes    ? at::kByte
                                                                  : narrow ? at::kFloat
                                                                           : at::kDouble));
  if (bytes || narrow) {
    std::memcpy(x.mutable_data_ptr(), array.bytes.data(), array.bytes.size());
  } else {
    const std::vector<double> values = to_doubles(array, source);
    std::ranges::copy(values, x.mutable_data_ptr<double>());
  }
  return x;
}

std::string number_text(double x) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", x);
  return text;
}

bool is_whole(Dtype type) {
  return type != Dtype::F64 && type != Dtype::F32 && type != Dtype::F16 && type != Dtype::BF16;
}

// Of rows [N, D] that are pictures, by their length and numbers: others are not in a range.
std::string flattened_range(const NpyArray& array, const std::string& source) {
  if (array.shape.size() != 2 || array.shape[1] < kFewestPixels || count(array.shape) == 0)
    return "";
  const Tensor x = numbers_of(array, source);
  const double low = x.min().item<double>(), high = x.max().item<double>();
  const bool whole = (x == x.round()).all().item<bool>();
  if (whole && low == 0 && high == 255) return kBytes;
  if (whole && high <= 1) return "";  // black and white, in any type
  if (low == 0 && high == 1) return "[0, 1]";
  return low == -1 && high == 1 ? "[-1, 1]" : "";
}

// The range that pictures [N, H, W, ...] of an array are in, or "".
std::string range_of(const NpyArray& array, const std::string& source) {
  if (array.shape.size() < 3 || count(array.shape) == 0) return flattened_range(array, source);
  if (array.dtype == Dtype::U8) return kBytes;
  const Tensor x = numbers_of(array, source);
  const double low = x.min().item<double>(), high = x.max().item<double>();
  // Whole numbers are pixels of 8 bits, of whatever type NumPy has made them.
  if (is_whole(array.dtype) && low >= 0 && high > 1 && high <= 255) return kBytes;
  if (low >= -1 && low < -0.1 && high <= 1) return "[-1, 1]";
  if (low >= 0 && high <= 1) return "[0, 1]";
  return low >= 0 && high > 2 && high <= 255 ? "[0, 255]" : "";
}

std::string range_of(const EvaluatedSource& of) {
  if (!is_array_file(of.source)) return "";
  if (is_byte_array(of.source)) return kBytes;
  return with_array(of.source, of.options.split,
                    [&](const NpyArray& array) { return range_of(array, of.source); });
}

// Pictures as floating-point numbers, exactly (training takes them at 8 bits): in [0, 1], [N,
// dims...]; undefined where the array is no such pictures of these dims.
Tensor exact_pictures_of(const NpyArray& array, const std::string& source, const Shape& dims) {
  if (dims.size() != 3 || array.shape.empty()) return {};
  const Shape one(array.shape.begin() + 1, array.shape.end());
  const Shape last{dims[1], dims[2], dims[0]}, grey{dims[1], dims[2]};
  if (one != dims && one != last && !(one == grey && dims[0] == 1)) return {};
  const std::string range = range_of(array, source);
  if (!range.starts_with('[')) return {};
  Tensor x = numbers_of(array, source).view(array.shape);
  if (range == "[-1, 1]") x = (x + 1) / 2;
  if (range == "[0, 255]") x = x / 255;
  if (one == grey) return x.unsqueeze(1);
  return one == dims ? x : x.permute({0, 3, 1, 2}).contiguous();
}

// How NumPy saves an array x of this range as bytes; "" of bytes.
std::string as_bytes_in_numpy(const std::string& range) {
  if (range == "[0, 1]") return "(x * 255).round().astype('uint8')";
  if (range == "[-1, 1]") return "((x + 1) * 127.5).round().astype('uint8')";
  return range == "[0, 255]" ? "x.round().astype('uint8')" : "";
}

std::string bytes_hint(const std::vector<std::pair<std::string, std::string>>& ranges) {
  std::string hint;
  for (const auto& [source, range] : ranges)
    if (const std::string how = as_bytes_in_numpy(range); !how.empty())
      hint += (hint.empty() ? "save both as bytes: " : "; ") + source + " as " + how;
  return hint;
}

}  // namespace

bool is_array_file(const std::string& source) {
  std::error_code ignored;
  const std::string extension = Path(source).extension().string();
  return (extension == ".npy" || extension == ".npz") &&
         std::filesystem::is_regular_file(source, ignored);
}

// By its header: nothing else of it needs to be read then.
bool is_byte_array(const std::string& source) {
  if (Path(source).extension() != ".npy") return false;
  std::array<char, 128> start{};
  std::ifstream(source, std::ios::binary).read(start.data(), start.size());
  const std::string_view header(start.data(), start.size());
  const std::string_view shape = header.substr(std::min(header.find("'shape':"), header.size()));
  return header.find("'descr': '|u1'") != header.npos &&
         std::ranges::count(shape.substr(0, shape.find(')')), ',') >= 2;
}

Tensor array_numbers(const std::string& source, const std::string& split) {
  return with_array(source, split,
                    [&](const NpyArray& array) { return numbers_of(array, source); });
}

Tensor exact_pictures(const std::string& source, const std::string& split, const Shape& dims) {
  return with_array(source, split,
                    [&](const NpyArray& array) { return exact_pictures_of(array, source, dims); });
}

void check_ranges(const EvaluatedSource& a, const EvaluatedSource& b) {
  const std::string real = range_of(a), fake = range_of(b);
  if (!real.empty() && !fake.empty() && real != fake)
    throw Error("real and fake samples are in two ranges, " + real + " and " + fake,
                a.source + " and " + b.source, bytes_hint({{a.source, real}, {b.source, fake}}));
}

void check_range(const EvaluatedSource& of, const DatasetInfo& info) {
  if (!is_array_file(of.source) || is_byte_array(of.source) || info.dims.size() != 3 ||
      of.options.files.value_range != "full")
    return;
  with_array(of.source, of.options.split, [&](const NpyArray& array) {
    if (is_whole(array.dtype) || !range_of(array, of.source).empty()) return;
    const Tensor x = numbers_of(array, of.source);
    const double low = x.min().item<double>(), high = x.max().item<double>();
    if (!std::isfinite(low + high)) return;  // images with gaps are the data set's to refuse
    throw Error("pictures as floating-point numbers from " + number_text(low) + " to " +
                    number_text(high) + " are in none of the ranges [0, 1], [-1, 1], [0, 255]",
                of.source, "save them in [0, 1], x.clip(0, 1), or --value-range auto");
  });
}

}  // namespace gannet
