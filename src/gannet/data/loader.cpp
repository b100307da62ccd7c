#include "gannet/data/loader.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <limits>
#include <mutex>
#include <thread>

#include "gannet/base/error.h"
#include "gannet/base/philox.h"
#include "gannet/tensor/on_device.h"

namespace gannet {
namespace {

constexpr size_t kPrefetched = 3;  // batches

// A batch as plain numbers, filled without tensors on the prefetching thread; buffers are reused.
struct PlainBatch {
  std::vector<float> values, attributes, input_image;
  std::vector<int64_t> labels, tokens;
  std::exception_ptr error;
};

template <class T>
void append(std::vector<T>& to, const std::vector<T>& from, int64_t expected, const char* what) {
  if (static_cast<int64_t>(from.size()) != expected)
    throw Error("a sample's " + std::string(what) + " has " + std::to_string(from.size()) +
                    " numbers, expected " + std::to_string(expected),
                "");
  to.insert(to.end(), from.begin(), from.end());
}

// Flips planes [C, H, W] left to right.
void mirror(std::vector<float>& planes, int64_t width) {
  for (auto row = planes.begin(); row != planes.end(); row += width) std::reverse(row, row + width);
}

template <class T>
Tensor tensor_of(const std::vector<T>& values, int64_t n, const Shape& shape, at::ScalarType type,
                 at::Device device) {
  Shape sizes = {n};
  sizes.insert(sizes.end(), shape.begin(), shape.end());
  const Tensor tensor = staging(sizes, type, device);
  std::copy(values.begin(), values.end(), tensor.mutable_data_ptr<T>());
  return tensor;
}

Batch to_batch(const PlainBatch& from, const DatasetInfo& info, int64_t n, at::Device device) {
  Batch batch;
  batch.real = tensor_of(from.values, n, info.dims, at::kFloat, device);
  if (!info.classes.empty()) batch.cond.labels = tensor_of(from.labels, n, {}, at::kLong, device);
  if (info.attributes > 0)
    batch.cond.attributes = tensor_of(from.attributes, n, {info.attributes}, at::kFloat, device);
  if (info.tokens > 0)
    batch.cond.tokens = tensor_of(from.tokens, n, {info.tokens}, at::kLong, device);
  if (!info.input_image.empty())
    batch.cond.input_image = tensor_of(from.input_image, n, info.input_image, at::kFloat, device);
  return batch;
}

void check(const Dataset& data, const Loader::Options& options) {
  const auto number = [](int64_t value) { return std::to_string(value); };
  if (options.batch < 1)
    throw UsageError("batch is " + number(options.batch) + ", expected at least 1", "--batch");
  if (options.ranks < 1 || options.rank < 0 || options.rank >= options.ranks)
    throw Error("process " + number(options.rank) + " of " + number(options.ranks), "");
  if (options.batch % options.ranks != 0)
    throw UsageError("batch is " + number(options.batch) + ", not divisible by " +
                         number(options.ranks) + " processes",
                     "--batch");
  if (data.size() > std::numeric_limits<uint32_t>::max())
    throw Error("data set has " + number(data.size()) + " samples, at most 2^32 - 1 can be ordered",
                data.name());
  if (data.size() < options.batch)
    throw Error("data set has " + number(data.size()) + " samples, fewer than a batch of " +
                    number(options.batch),
                data.name(), data.size() > 0 ? "--batch " + number(data.size()) : "");
  if (options.mirror && !data.info().is_image())
    throw UsageError("only images can be mirrored", "--mirror", "leave it out for " + data.name());
}

}  // namespace

// Shared by the caller and the prefetching thread under the mutex. `wanted`: the batch number of
// the front of `ready`. A jump to another number starts a new `series`; batches of an old one are
// dropped.
struct Loader::State {
  std::shared_ptr<const Dataset> data;
  Options options;
  int64_t per_epoch = 0;

  std::mutex mutex;
  std::condition_variable changed;
  std::deque<PlainBatch> ready;
  std::vector<PlainBatch> spare;
  int64_t wanted = -1, next = -1;  // next: to be filled; -1: none requested yet
  uint64_t series = 0;
  bool stop = false;
  std::thread thread;

  void fill(int64_t number, PlainBatch& batch) const;
  void add(int64_t position, uint32_t epoch, uint32_t index, Sample& sample,
           PlainBatch& batch) const;
  void prefetch();
};

void Loader::State::add(int64_t position, uint32_t epoch, uint32_t index, Sample& sample,
                        PlainBatch& batch) const {
  const DatasetInfo& info = data->info();
  const Address flips{.seed = options.seed, .step = epoch, .purpose = Purpose::order, .layer = 1};
  data->draw(index, flips, sample);
  if (options.mirror && integer(flips, static_cast<uint32_t>(position), 2) == 1) {
    mirror(sample.values, info.dims.back());
    if (!info.input_image.empty()) mirror(sample.input_image, info.input_image.back());
  }
  append(batch.values, sample.values, count(info.dims), "value");
  if (!info.classes.empty()) batch.labels.push_back(sample.label);
  if (info.attributes > 0)
    append(batch.attributes, sample.attributes, info.attributes, "attributes");
  if (info.tokens > 0) append(batch.tokens, sample.tokens, info.tokens, "text");
  if (!info.input_image.empty())
    append(batch.input_image, sample.input_image, count(info.input_image), "input image");
}

// Position p of epoch e is sample Permutation(seed, e)(p); batch b of the epoch has positions [b
// batch, (b + 1) batch), of which each rank takes its part.
void Loader::State::fill(int64_t number, PlainBatch& batch) const {
  const int64_t epoch = number / per_epoch, part = options.batch / options.ranks;
  const int64_t first = number % per_epoch * options.batch + options.rank * part;
  if (epoch > std::numeric_limits<uint32_t>::max())
    throw Error("epoch " + std::to_string(epoch) + " is beyond 2^32", "");
  const auto step = static_cast<uint32_t>(epoch);
  const Permutation order({.seed = options.seed, .step = step, .purpose = Purpose::order},
                          static_cast<uint32_t>(data->size()));
  Sample sample;
  for (int64_t p = first; p < first + part; ++p)
    add(p, step, order(static_cast<uint32_t>(p)), sample, batch);
}

void Loader::State::prefetch() {
  std::unique_lock lock(mutex);
  for (;;) {
    changed.wait(lock, [this] { return stop || (next >= 0 && ready.size() < kPrefetched); });
    if (stop) return;
    const int64_t number = next++;
    const uint64_t filled_for = series;
    PlainBatch batch;
    if (!spare.empty()) {
      batch = std::move(spare.back());
      spare.pop_back();
    }
    lock.unlock();
    for (auto* part : {&batch.values, &batch.attributes, &batch.input_image}) part->clear();
    for (auto* part : {&batch.labels, &batch.tokens}) part->clear();
    batch.error = nullptr;
    try {
      fill(number, batch);
    } catch (...) {
      batch.error = std::current_exception();
    }
    lock.lock();
    if (filled_for == series) {
      ready.push_back(std::move(batch));
      changed.notify_all();
    }
  }
}

Loader::Loader(std::shared_ptr<const Dataset> data, Options options)
    : state_(std::make_unique<State>()) {
  if (!data) throw Error("a loader without a data set", "");
  check(*data, options);
  state_->per_epoch = data->size() / options.batch;
  state_->data = std::move(data);
  state_->options = options;
  state_->thread = std::thread([state = state_.get()] { state->prefetch(); });
}

Loader::~Loader() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stop = true;
  }
  state_->changed.notify_all();
  state_->thread.join();
}

Batch Loader::get(int64_t number) {
  if (number < 0) throw Error("batch " + std::to_string(number) + " requested", "");
  State& s = *state_;
  PlainBatch filled;
  {
    std::unique_lock lock(s.mutex);
    if (number != s.wanted) {
      ++s.series;
      for (PlainBatch& old : s.ready) s.spare.push_back(std::move(old));
      s.ready.clear();
      s.wanted = s.next = number;
      s.changed.notify_all();
    }
    s.changed.wait(lock, [&s] { return !s.ready.empty(); });
    filled = std::move(s.ready.front());
    s.ready.pop_front();
    ++s.wanted;
    s.changed.notify_all();
  }
  if (filled.error) std::rethrow_exception(filled.error);
  const Batch batch =
      to_batch(filled, s.data->info(), s.options.batch / s.options.ranks, s.options.device);
  const std::lock_guard lock(s.mutex);
  if (s.spare.size() <= kPrefetched) s.spare.push_back(std::move(filled));
  return batch;
}

const Dataset& Loader::data() const { return *state_->data; }

int64_t Loader::batches_per_epoch() const { return state_->per_epoch; }

}  // namespace gannet
