#include "gannet/evaluation/detail/sample_set.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <numeric>

#include "gannet/base/error.h"
#include "gannet/data/fitted_samples.h"
#include "gannet/data/input_range.h"
#include "gannet/evaluation/detail/array_numbers.h"
#include "gannet/evaluation/detail/network_samples.h"
#include "gannet/evaluation/feature_memory.h"
#include "gannet/formats/checksum.h"
#include "gannet/formats/npy.h"

namespace gannet {
namespace {

constexpr uint32_t kRealChoice = 60, kFakeChoice = 61;  // Address::layer
constexpr int64_t kFewestPixels = 256;                  // of a row that is taken for a picture
constexpr size_t kRead = 256;                           // samples that are read at a time

class DatasetSamples : public SampleSource {
 public:
  // hash: kept there too; null: not.
  DatasetSamples(std::shared_ptr<const Dataset> data, const std::string& source,
                 const std::string& split, std::string* hash = nullptr)
      : data_(std::move(data)), kept_hash_(hash) {
    if (hash != nullptr) hash_ = *hash;
    if (!is_array_file(source)) return;
    // The numbers themselves, not as a network learns from them.
    const DatasetInfo& info = data_->info();
    if (info.is_points() && !info.table)
      array_ = array_numbers(source, split);
    else if (!info.value_range && !is_byte_array(source))
      array_ = exact_pictures(source, split, info.dims);
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

void append(std::vector<std::string>& to, const std::vector<std::string>& lines) {
  to.insert(to.end(), lines.begin(), lines.end());
}

// The part of the real set that isn't judged against: what real against real is measured with.
std::shared_ptr<const SampleSource> open_part(const EvaluatedSource& of, const SampleSource& real) {
  try {
    FittedSamples other = open_samples_as(of.source, of.options, real.dims());
    if (other.data->info().dims != real.dims() || other.data->hash() == real.hash()) return nullptr;
    return std::make_shared<DatasetSamples>(std::move(other.data), of.source, of.options.split);
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
        real.data, request.opened ? "" : request.real.source, request.real.options.split, hash);
    sources.fake_name = network->sampler().file().string();
    sources.network = network.get();
    sources.fake = std::move(network);
    check_dims(*sources.real, *sources.fake, request.real.source + " and " + request.network);
  } else {
    sources.fake_name = request.fake.source;
    check_ranges(request.real, request.fake);
    SamplePair both = open_sample_pair(request.real.source, request.real.options,
                                       request.fake.source, request.fake.options);
    for (const FittedSamples* side : {&both.a, &both.b}) append(sources.notes, side->notes);
    check_range(request.real, both.a.data->info());
    check_range(request.fake, both.b.data->info());
    const auto samples = [](const FittedSamples& side, const EvaluatedSource& of) {
      return std::make_unique<DatasetSamples>(side.data, of.source, of.options.split);
    };
    sources.real = samples(both.a, request.real);
    sources.fake = samples(both.b, request.fake);
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
