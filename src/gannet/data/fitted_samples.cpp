#include "gannet/data/fitted_samples.h"

#include <algorithm>
#include <cmath>

#include "gannet/base/error.h"
#include "gannet/data/chw.h"
#include "gannet/data/detail/fitted_tables.h"
#include "gannet/data/files/collection.h"
#include "gannet/data/files/detail/value_ranges.h"
#include "gannet/data/input_range.h"
#include "gannet/image/resample.h"

namespace gannet {
namespace {

std::string size_text(const Shape& dims) { return size_text(ImageSize(dims[2], dims[1])); }

// The images of a set at another size, or with other channels.
class FittedImages : public Dataset {
 public:
  FittedImages(std::shared_ptr<const Dataset> data, const Shape& dims)
      : data_(std::move(data)), info_(data_->info()) {
    info_.dims = dims;
  }

  int64_t size() const override { return data_->size(); }
  const DatasetInfo& info() const override { return info_; }
  std::string name() const override { return data_->name(); }
  std::string caption(int64_t index) const override { return data_->caption(index); }
  std::vector<std::string> captions(int64_t index) const override { return data_->captions(index); }
  std::string hash() const override { return data_->hash() + " as " + to_string(info_.dims); }
  std::vector<Decision> decisions() const override { return data_->decisions(); }
  std::vector<std::string> warnings() const override { return data_->warnings(); }

  void get(int64_t index, Sample& into) const override {
    data_->get(index, into);
    const Image image = from_chw(into.values, data_->info().dims);
    to_chw(
        with_channels(resized(image, info_.dims[2], info_.dims[1], Filter::lanczos), info_.dims[0]),
        into.values);
  }

 private:
  std::shared_ptr<const Dataset> data_;
  DatasetInfo info_;
};

bool fits(const Shape& from, const Shape& to) {
  return from.size() == 3 && to.size() == 3 && from[1] * to[2] == from[2] * to[1];
}

// What opening chose that changes samples.
void add_decisions(const std::string& source, FittedSamples& to) {
  for (const Decision& d : to.data->decisions())
    for (const char* name :
         {"split", "image-size", "crop", "background", "value-range", "rate", "length"})
      if (d.name == name)
        to.notes.push_back(source + ": " + d.name + " = " + d.value + ": " + d.reason);
}

std::string channels_text(int64_t channels) { return channels == 1 ? "grey" : "colour"; }

int64_t rate_of(const DatasetInfo& info) { return std::llround(info.rate); }

[[noreturn]] void refuse(const Dataset& a, const Dataset& b, const std::string& names) {
  const Shape &x = a.info().dims, &y = b.info().dims;
  std::string hint;
  if (x.size() == 3 && y.size() == 3)
    hint = "--image-size " + std::to_string(std::min({x[1], x[2], y[1], y[2]})) +
           " cuts images to squares of one size";
  else if (x.size() == 1 && y.size() == 1)
    hint = "tables of the same columns";
  else
    hint = "two sets of one kind of data";
  throw UsageError("samples are of two shapes, " + to_string(x) + " and " + to_string(y), names,
                   hint);
}

// --value-range auto of two sets: one range for both, from the smaller to the larger value. Opens
// them again where they had two.
void share_value_range(SamplePair& pair, const std::string& a, SourceOptions& of_a,
                       const std::string& b, SourceOptions& of_b) {
  const auto &x = pair.a.data->info().value_range, &y = pair.b.data->info().value_range;
  if (of_a.files.value_range != "auto" || of_b.files.value_range != "auto" || !x || !y) return;
  const double low = std::min(x->values.low / x->white, y->values.low / y->white),
               high = std::max(x->values.high / x->white, y->values.high / y->white);
  const auto scaled = [&](double white) { return StoredRange{{low * white, high * white}, white}; };
  const StoredRange of_x = scaled(x->white), of_y = scaled(y->white);
  if (of_x == *x && of_y == *y) return;
  of_a.files.value_range = range_option(of_x, "network");
  of_b.files.value_range = range_option(of_y, "network");
  pair.a.data = open_samples(a, of_a);
  pair.b.data = open_samples(b, of_b);
  pair.a.notes.push_back("value-range = auto: " + value_range_text(of_x) +
                         " become black to white in both, the range of both together");
}

// At the lower rate and the shorter length of both, where both come from files.
void reopen_audio(FittedSamples& to, const std::string& source, SourceOptions options, int64_t rate,
                  int64_t length) {
  if (rate_of(to.data->info()) == rate && to.data->info().dims[1] == length) return;
  if (!names_files(source)) return;
  options.rate = rate;
  options.length = length;
  to.data = open_samples(source, options);
  to.notes.push_back(source + ": taken at " + std::to_string(rate) + " Hz, " +
                     std::to_string(length) + " samples long, as the other set");
}

}  // namespace

FittedSamples open_samples_as(const std::string& source, SourceOptions options, const Shape& dims) {
  const bool sized = dims.size() == 3 && options.image_size < 0 && takes_image_size(source) &&
                     options.files.crop != "none";
  if (sized) options.image_size = {dims[2], dims[1]};
  FittedSamples result{.data = open_samples(source, options), .notes = {}};
  add_decisions(source, result);
  const Shape from = result.data->info().dims;
  if (from == dims || !fits(from, dims)) return result;
  result.data = std::make_shared<FittedImages>(std::move(result.data), dims);
  if (from[1] != dims[1])
    result.notes.push_back(source + ": resampled from " + size_text(from) + " to " +
                           size_text(dims));
  if (from[0] != dims[0])
    result.notes.push_back(source + ": its images are " + channels_text(from[0]) + ", taken as " +
                           channels_text(dims[0]));
  return result;
}

SamplePair open_sample_pair(const std::string& a, SourceOptions of_a, const std::string& b,
                            SourceOptions of_b) {
  SamplePair pair{.a = {open_samples(a, of_a), {}}, .b = {open_samples(b, of_b), {}}};
  share_value_range(pair, a, of_a, b, of_b);
  const DatasetInfo x = pair.a.data->info(), y = pair.b.data->info();
  const bool alike = x.dims == y.dims && rate_of(x) == rate_of(y);
  if (!alike && x.is_image() && y.is_image()) {
    const bool same = fits(x.dims, y.dims);
    const int64_t side = std::min({x.dims[1], x.dims[2], y.dims[1], y.dims[2]});
    const Shape smaller = x.dims[1] < y.dims[1] ? x.dims : y.dims;
    const Shape dims{std::max(x.dims[0], y.dims[0]), same ? smaller[1] : side,
                     same ? smaller[2] : side};
    const std::vector<std::string> notes = pair.a.notes;
    pair = {.a = open_samples_as(a, of_a, dims), .b = open_samples_as(b, of_b, dims)};
    pair.a.notes.insert(pair.a.notes.begin(), notes.begin(), notes.end());
    if (x.dims[1] != y.dims[1] || x.dims[2] != y.dims[2])
      pair.b.notes.push_back("images are " + size_text(x.dims) + " in A and " + size_text(y.dims) +
                             " in B: both are compared at " + size_text(dims));
  } else {
    add_decisions(a, pair.a);
    add_decisions(b, pair.b);
  }
  if (!alike && x.is_audio() && y.is_audio()) {
    const int64_t rate = std::min(rate_of(x), rate_of(y)), length = std::min(x.dims[1], y.dims[1]);
    reopen_audio(pair.a, a, of_a, rate, length);
    reopen_audio(pair.b, b, of_b, rate, length);
  }
  FittedTables tables = fitted_tables(pair.a.data, pair.b.data);
  pair.a.data = std::move(tables.a);
  pair.b.data = std::move(tables.b);
  pair.b.notes.insert(pair.b.notes.end(), tables.notes.begin(), tables.notes.end());
  const DatasetInfo &one = pair.a.data->info(), &two = pair.b.data->info();
  if (one.dims != two.dims) refuse(*pair.a.data, *pair.b.data, a + " and " + b);
  if (one.is_audio() && rate_of(one) != rate_of(two))
    throw UsageError("audio clips are at two rates, " + std::to_string(rate_of(one)) + " and " +
                         std::to_string(rate_of(two)) + " Hz",
                     a + " and " + b, "folders of audio files, which are resampled to one rate");
  return pair;
}

}  // namespace gannet
