#include "gannet/tensor/random.h"

#include <limits>

#include <ATen/ops/empty.h>

#include "gannet/base/error.h"
#include "gannet/tensor/detail/device_draws.h"
#include "gannet/tensor/on_device.h"
#include "gannet/tensor/recording.h"

namespace gannet {
namespace {

constexpr int64_t kSamples = int64_t{1} << 32;  // the sample word of a counter has 32 bits

thread_local DrawRecorder* recorder = nullptr;

void record(const Address& address, int64_t first, int64_t n, const Location& where) {
  if (recorder) recorder->draws.push_back({address, first, n, where});
}

void check_range(int64_t first, int64_t n) {
  if (first < 0 || n < 0 || n > kSamples || first > kSamples - n)
    throw Error("random draws for samples " + std::to_string(first) + " to " +
                    std::to_string(first + n - 1) + ", expected numbers below 2^32",
                "");
}

// Rows drawn one by one into contiguous f32 memory, so that a row depends on its own number only.
template <class Draw>
Tensor rows(const Address& address, int64_t first, int64_t n, const Shape& shape,
            const at::TensorOptions& options, Draw draw) {
  check_range(first, n);
  Shape sizes = {n};
  sizes.insert(sizes.end(), shape.begin(), shape.end());
  const Tensor out = staging(sizes, at::kFloat, options.device());
  const size_t row = static_cast<size_t>(count(shape));
  float* data = out.mutable_data_ptr<float>();
  for (int64_t i = 0; i < n; ++i)
    draw(address, static_cast<uint32_t>(first + i), std::span<float>(data + i * row, row));
  return moved(out, options);
}

// While a step is recorded, draws at its number are drawn at the number of the step that replays.
DrawPlace place_of(const Address& address, int64_t first) {
  DrawPlace place{.address = address, .first = static_cast<uint32_t>(first)};
  const Recording* const recording = Recording::current();
  if (recording != nullptr && address.step == recording->values.step)
    place.step = recording->values.step_on_device.const_data_ptr();
  return place;
}

Tensor floats(DeviceDraws::Kind kind, const Address& address, int64_t first, int64_t n,
              const Shape& shape, const at::TensorOptions& options) {
  if (DeviceDraws* const draws = draws_of(options.device())) {
    check_range(first, n);
    Shape sizes = {n};
    sizes.insert(sizes.end(), shape.begin(), shape.end());
    const Tensor out = at::empty(sizes, options.dtype(at::kFloat));
    draws->floats(kind, place_of(address, first), out);
    return out.to(options.dtype());
  }
  takes_from_host("random numbers");
  return rows(address, first, n, shape, options,
              [kind](const Address& a, uint32_t sample, std::span<float> out) {
                kind == DeviceDraws::Kind::normal ? normal(a, sample, out)
                                                  : uniform(a, sample, out);
              });
}

}  // namespace

Tensor normal(const Address& address, int64_t first, int64_t n, const Shape& shape,
              const at::TensorOptions& options, Location where) {
  record(address, first, n, where);
  return floats(DeviceDraws::Kind::normal, address, first, n, shape, options);
}

Tensor uniform(const Address& address, int64_t first, int64_t n, const Shape& shape,
               const at::TensorOptions& options, Location where) {
  record(address, first, n, where);
  return floats(DeviceDraws::Kind::uniform, address, first, n, shape, options);
}

Tensor uniform(const Address& address, std::span<const uint64_t> seeds, const Shape& shape,
               const at::TensorOptions& options) {
  takes_from_host("random numbers of many seeds");
  return rows(address, 0, static_cast<int64_t>(seeds.size()), shape, options,
              [&](Address a, uint32_t sample, std::span<float> out) {
                a.seed = seeds[sample];
                uniform(a, 0, out);
              });
}

Tensor integers(const Address& address, int64_t first, int64_t n, int64_t below,
                const at::TensorOptions& options, Location where) {
  record(address, first, n, where);
  check_range(first, n);
  if (below < 1 || below > std::numeric_limits<uint32_t>::max())
    throw Error("random integers below " + std::to_string(below) + ", expected 1 to 2^32 - 1", "");
  if (DeviceDraws* const draws = draws_of(options.device())) {
    const Tensor out = at::empty({n}, options.dtype(at::kLong));
    draws->integers(static_cast<uint32_t>(below), place_of(address, first), out);
    return out;
  }
  takes_from_host("random integers");
  const Tensor out = staging({n}, at::kLong, options.device());
  int64_t* data = out.mutable_data_ptr<int64_t>();
  for (int64_t i = 0; i < n; ++i)
    data[i] = integer(address, static_cast<uint32_t>(first + i), static_cast<uint32_t>(below));
  return moved(out, options);
}

DrawRecorder::DrawRecorder() {
  if (recorder) throw Error("draws are recorded already", "");
  recorder = this;
}

DrawRecorder::~DrawRecorder() { recorder = nullptr; }

}  // namespace gannet
