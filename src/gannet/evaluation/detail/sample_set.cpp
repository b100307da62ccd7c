#include "gannet/evaluation/detail/sample_set.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <numeric>

#include "gannet/base/error.h"
#include "gannet/data/fitted_samples.h"
#include "gannet/data/input_range.h"
#include "gannet/evaluation/detail/network_samples.h"
#include "gannet/evaluation/feature_memory.h"
#include "gannet/formats/checksum.h"
#include "gannet/formats/npy.h"

namespace gannet {
namespace {

constexpr uint32_t kRealChoice = 60, kFakeChoice = 61;  // Address::layer
constexpr int64_t kFewestPixels = 256;                  // of a row that is taken for a picture
constexpr size_t kRead = 256;                           // samples that are read at a time

bool is_array_file(const std::string& source) {
  std::error_code ignored;
  const std::string extension = Path(source).extension().string();
  return (extension == ".npy" || extension == ".npz") &&
         std::filesystem::is_regular_file(source, ignored);
}

// A .npy file of bytes, by its header: nothing else of it needs to be read then.
bool is_byte_array(const std::string& source) {
  if (Path(source).extension() != ".npy") return false;
  std::array<char, 128> start{};
  std::ifstream(source, std::ios::binary).read(start.data(), start.size());
  return std::string_view(start.data(), start.size()).find("'descr': '|u1'") !=
         std::string_view::npos;
}

// f(array) of a .npy file, or of the array of a .npz that open_samples() takes.
template <class F>
auto with_array(const std::string& source, F&& f) {
  const Bytes file = read_file(source);
  if (Path(source).extension() == ".npy") return f(read_npy(file, source));
  std::vector<NpzArray> arrays = read_npz(file, source);
  if (arrays.empty()) throw Error("no array in it", source);
  const auto named = std::ranges::find(arrays, "samples", &NpzArray::name);
  if (named != arrays.end()) std::swap(arrays[0], *named);
  return f(read_npy(arrays[0].file, source));
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
  if (low == 0 && high == 255 && (x == x.round()).all().item<bool>()) return "bytes from 0 to 255";
  if (low == 0 && high == 1) return "[0, 1]";
  return low == -1 && high == 1 ? "[-1, 1]" : "";
}

// The range that pictures [N, H, W, ...] of an array are in, or "".
std::string range_of(const NpyArray& array, const std::string& source) {
  if (array.dtype == Dtype::U8) return "bytes from 0 to 255";
  if (array.shape.size() < 3 || count(array.shape) == 0) return flattened_range(array, source);
  const Tensor x = numbers_of(array, source);
  const double low = x.min().item<double>(), high = x.max().item<double>();
  // Whole numbers are pixels of 8 bits, of whatever type NumPy has made them.
  if (is_whole(array.dtype) && low >= 0 && high > 1 && high <= 255) return "bytes from 0 to 255";
  if (low >= -1 && low < -0.1 && high <= 1) return "[-1, 1]";
  if (low >= 0 && high <= 1) return "[0, 1]";
  return low >= 0 && high > 2 && high <= 255 ? "[0, 255]" : "";
}

std::string range_of(const std::string& source) {
  if (!is_array_file(source)) return "";
  if (is_byte_array(source)) return "bytes from 0 to 255";
  return with_array(source, [&](const NpyArray& array) { return range_of(array, source); });
}

// Throws Error for pictures as floating-point numbers that are in no range: a guess would be wrong.
void check_range(const std::string& source, const SourceOptions& options, const DatasetInfo& info) {
  if (!is_array_file(source) || is_byte_array(source) || info.dims.size() != 3 ||
      options.files.value_range != "full")
    return;
  with_array(source, [&](const NpyArray& array) {
    if (is_whole(array.dtype) || !range_of(array, source).empty()) return;
    const Tensor x = numbers_of(array, source);
    const double low = x.min().item<double>(), high = x.max().item<double>();
    if (!std::isfinite(low + high)) return;  // images with gaps are the data set's to refuse
    throw Error("pictures as floating-point numbers from " + number_text(low) + " to " +
                    number_text(high) + " are in none of the ranges [0, 1], [-1, 1], [0, 255]",
                source,
                std::string("save them in one of them: x.clip(") +
                    (high > 2     ? "0, 255"
                     : low < -0.1 ? "-1, 1"
                                  : "0, 1") +
                    ")");
  });
}

// Pictures as floating-point numbers, exactly (training takes them at 8 bits): in [0, 1], [N,
// dims...]; undefined where the array is no such pictures of these dims.
Tensor exact_pictures(const NpyArray& array, const std::string& source, const Shape& dims) {
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

class DatasetSamples : public SampleSource {
 public:
  // hash: kept there too; null: not.
  DatasetSamples(std::shared_ptr<const Dataset> data, const std::string& source,
                 std::string* hash = nullptr)
      : data_(std::move(data)), kept_hash_(hash) {
    if (hash != nullptr) hash_ = *hash;
    if (!is_array_file(source)) return;
    // The numbers themselves, not as a network learns from them.
    const DatasetInfo& info = data_->info();
    if (info.is_points() && !info.table)
      array_ = with_array(source, [&](const NpyArray& array) { return numbers_of(array, source); });
    else if (!info.value_range && !is_byte_array(source))
      array_ = with_array(
          source, [&](const NpyArray& array) { return exact_pictures(array, source, info.dims); });
    if (!array_.defined()) return;
    // Rows with gaps are the data set's to leave out.
    if (!at::isfinite(array_).all().item<bool>()) {
      array_ = Tensor();
      return;
    }
    array_ = array_.slice(0, 0, data_->size());
    if (array_.numel() != data_->size() * count(info.dims))
      array_ = Tensor();  // columns were left out
  }
  int64_t size() const override { return data_->size(); }
  Shape dims() const override { return data_->info().dims; }
  std::vector<std::string> classes() const override { return data_->info().classes; }
  double rate() const override { return data_->info().rate; }
  Tensor labels(const std::vector<int64_t>& indices) const override {
    if (data_->info().classes.empty()) return {};
    std::vector<int64_t> all;
    Sample sample;
    for (const int64_t index : indices) {
      data_->get(index, sample);
      all.push_back(sample.label);
    }
    return at::tensor(all, at::kLong);
  }
  std::string hash() const override {
    if (hash_.empty()) hash_ = data_->hash();
    if (kept_hash_ != nullptr) *kept_hash_ = hash_;
    return hash_;
  }
  Tensor read(const std::vector<int64_t>& indices) const override {
    if (array_.defined()) return array_.index_select(0, at::tensor(indices, at::kLong));
    const DatasetInfo& info = data_->info();
    const bool bytes = (info.is_image() && !info.value_range) || info.is_video();
    Shape shape = info.dims;
    shape.insert(shape.begin(), static_cast<int64_t>(indices.size()));
    const Tensor all = at::empty(shape, at::TensorOptions().dtype(bytes              ? at::kByte
                                                                  : info.is_points() ? at::kDouble
                                                                                     : at::kFloat));
    const std::span<const int64_t> whole(indices);
    for (size_t from = 0; from < whole.size(); from += kRead) {
      const auto part = whole.subspan(from, std::min(kRead, whole.size() - from));
      const Tensor x =
          info.is_points() ? read_samples(*data_, part) : read_network_samples(*data_, part);
      const auto first = static_cast<int64_t>(from);
      all.slice(0, first, first + x.size(0))
          .copy_(bytes             ? ((x + 1) * 127.5).round()
                 : info.is_image() ? (x + 1) * 0.5
                                   : x);
    }
    return all;
  }

 private:
  std::shared_ptr<const Dataset> data_;
  Tensor array_;
  std::string* kept_hash_;
  mutable std::string hash_;
};

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

// Throws Error for pictures in two ranges.
void check_ranges(const EvaluationRequest& request) {
  const std::string real = range_of(request.real.source), fake = range_of(request.fake.source);
  if (!real.empty() && !fake.empty() && real != fake)
    throw Error("real and fake samples are in two ranges, " + real + " and " + fake,
                request.real.source + " and " + request.fake.source,
                bytes_hint({{request.real.source, real}, {request.fake.source, fake}}));
}

void append(std::vector<std::string>& to, const std::vector<std::string>& lines) {
  to.insert(to.end(), lines.begin(), lines.end());
}

// The part of the real set that isn't judged against: what real against real is measured with.
std::shared_ptr<const SampleSource> open_part(const EvaluatedSource& of, const SampleSource& real) {
  try {
    FittedSamples other = open_samples_as(of.source, of.options, real.dims());
    if (other.data->info().dims != real.dims() || other.data->hash() == real.hash()) return nullptr;
    return std::make_shared<DatasetSamples>(std::move(other.data), of.source);
  } catch (const Error&) {  // it has one part
    return nullptr;
  }
}

void open_other(const EvaluationRequest& request, SampleSources& to) {
  EvaluatedSource part = request.real;
  part.options.split = part.options.split == "train" ? "test" : "train";
  FeatureMemory* const memory = request.memory.get();
  to.other = memory && memory->other_known ? memory->other : open_part(part, *to.real);
  if (to.other) to.other_split = part.options.split;
  if (memory) memory->other_known = true, memory->other = to.other;
}

void check_dims(const SampleSource& real, const SampleSource& fake, const std::string& names) {
  if (real.dims() == fake.dims()) return;
  throw UsageError(
      "samples are of two shapes, " + to_string(real.dims()) + " and " + to_string(fake.dims()),
      names, "the data that the network was trained on");
}

}  // namespace

SampleSources open_sources(const EvaluationRequest& asked, bool other) {
  SampleSources sources;
  EvaluationRequest request = asked;
  const bool drawn = !request.network.empty();
  if (drawn) {
    auto network = std::make_unique<NetworkSamples>(request);
    const std::optional<StoredRange> range = network->sampler().value_range();
    std::string& option = request.real.options.files.value_range;
    if (range && option == "full") option = range_option(range, "network");
    const FittedSamples real =
        request.opened
            ? FittedSamples{request.opened, {}}
            : open_samples_as(request.real.source, request.real.options, network->dims());
    sources.notes = real.notes;
    network->take_captions(*real.data, request.real.source);
    if (network->sampler().takes_text())
      sources.notes.push_back("the network drew the captions of " + request.real.source);
    // Of a set that is open already the samples are as it has them, and its hash stays.
    std::string* hash = request.memory ? &request.memory->real_hash : nullptr;
    sources.real = std::make_unique<DatasetSamples>(
        real.data, request.opened ? "" : request.real.source, hash);
    sources.fake_name = network->sampler().file().string();
    sources.network = network.get();
    sources.fake = std::move(network);
    check_dims(*sources.real, *sources.fake, request.real.source + " and " + request.network);
  } else {
    sources.fake_name = request.fake.source;
    check_ranges(request);
    SamplePair both = open_sample_pair(request.real.source, request.real.options,
                                       request.fake.source, request.fake.options);
    for (const FittedSamples* side : {&both.a, &both.b}) append(sources.notes, side->notes);
    check_range(request.real.source, request.real.options, both.a.data->info());
    check_range(request.fake.source, request.fake.options, both.b.data->info());
    sources.real = std::make_unique<DatasetSamples>(both.a.data, request.real.source);
    sources.fake = std::make_unique<DatasetSamples>(both.b.data, request.fake.source);
    if (sources.real->hash() == sources.fake->hash())
      sources.notes.push_back(
          "real and fake samples are the same data: these are figures of copies");
  }
  sources.fake_hash = sources.fake->hash();
  if (sources.real->dims().size() == 3 &&
      (takes_image_size(request.real.source) || takes_image_size(request.fake.source)))
    sources.filter = request.real.options.files.filter;
  if (other) open_other(request, sources);
  return sources;
}

std::vector<int64_t> chosen_samples(int64_t size, int64_t from, int64_t to, uint64_t seed,
                                    bool fake) {
  if (to - from < size)
    return random_choice(
        size, from, to,
        {.seed = seed, .purpose = Purpose::metric, .layer = fake ? kFakeChoice : kRealChoice});
  std::vector<int64_t> all(static_cast<size_t>(size));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

}  // namespace gannet
