#include "gannet/evaluation/detail/network_samples.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <numeric>

#include "gannet/base/error.h"
#include "gannet/formats/checksum.h"
#include "gannet/models/zoo.h"
#include "gannet/tensor/slerp.h"

namespace gannet {
namespace {

constexpr int64_t kMostDrawn = int64_t{1} << 31;
constexpr uint32_t kPathPlace = 62;  // Address::layer
constexpr int64_t kPaths = 256;      // at a time

std::vector<int64_t> numbers(int64_t from, int64_t to) {
  std::vector<int64_t> all(static_cast<size_t>(to - from));
  std::iota(all.begin(), all.end(), from);
  return all;
}

// Of paths from, ...: where on it each one is looked at, in [0, 1).
std::vector<float> path_places(uint64_t seed, int64_t from, int64_t to) {
  std::vector<float> places(static_cast<size_t>(to - from));
  for (size_t i = 0; i < places.size(); ++i)
    uniform({.seed = seed, .purpose = Purpose::metric, .layer = kPathPlace},
            static_cast<uint32_t>(from) + static_cast<uint32_t>(i), {&places[i], 1});
  return places;
}

// Great circles between latents a and b.
struct Paths {
  std::vector<float> a, b, places;

  // The latents at their places + `step`.
  std::vector<float> at(double step) const {
    const size_t width = a.size() / places.size();
    std::vector<float> all;
    for (size_t i = 0; i < places.size(); ++i) {
      const auto end = [&](const std::vector<float>& of) {
        const auto begin = of.begin() + static_cast<std::ptrdiff_t>(i * width);
        return at::tensor(std::vector<double>(begin, begin + static_cast<std::ptrdiff_t>(width)),
                          at::kDouble);
      };
      const Tensor z = slerp(end(a), end(b), places[i] + step).to(at::kFloat).contiguous();
      all.insert(all.end(), z.const_data_ptr<float>(), z.const_data_ptr<float>() + width);
    }
    return all;
  }
};

}  // namespace

NetworkSamples::NetworkSamples(const EvaluationRequest& request)
    : sampler_(std::make_unique<Sampler>(request.network, request.device)),
      real_(request.real),
      first_(request.seed) {
  if (sampler_->takes_image()) sampler_->set_input(real_.source, real_.options);
}

int64_t NetworkSamples::size() const { return kMostDrawn; }

Shape NetworkSamples::dims() const {
  const Shape item = sampler_->item_shape();
  return sampler_->is_image() ? Shape{item.at(2), item.at(0), item.at(1)} : item;
}

std::string NetworkSamples::hash() const {
  return "sha256:" + sha256_hex(read_network_file(sampler_->file()));
}

std::vector<std::string> NetworkSamples::classes() const {
  return sampler_->takes_class() ? sampler_->classes() : std::vector<std::string>();
}

double NetworkSamples::rate() const { return sampler_->rate(); }

SampleRequest NetworkSamples::request_for(const std::vector<int64_t>& indices) const {
  SampleRequest request;
  for (const int64_t index : indices) {
    request.seeds.push_back(first_ + static_cast<uint64_t>(index));
    if (captions_.empty()) continue;
    const auto place = static_cast<size_t>(index), round = place / captions_.size();
    const std::vector<std::string>& some = captions_[place % captions_.size()];
    request.texts.push_back(some[round % some.size()]);
  }
  return request;
}

void NetworkSamples::take_captions(const Dataset& data, const std::string& source) {
  if (!sampler_->takes_text()) return;
  for (int64_t i = 0; i < data.size(); ++i)
    if (std::vector<std::string> some = data.captions(i); !some.empty() && !some[0].empty())
      captions_.push_back(std::move(some));
  if (captions_.empty())
    throw Error("this network draws what captions say, and the real samples have none", source,
                "the data that it was trained on, or other images with captions");
}

Tensor NetworkSamples::labels(const std::vector<int64_t>& indices) const {
  const std::vector<int64_t> all = sampler_->classes_of(request_for(indices).seeds);
  return all.empty() ? Tensor() : at::tensor(all, at::kLong);
}

Tensor NetworkSamples::read(const std::vector<int64_t>& indices) const {
  const SampleRequest request = request_for(indices);
  const bool bytes = sampler_->is_image() && !sampler_->value_range();
  Shape shape = sampler_->item_shape();
  shape.insert(shape.begin(), static_cast<int64_t>(indices.size()));
  const Tensor x = at::empty(shape, at::TensorOptions().dtype(bytes ? at::kByte : at::kFloat));
  auto* to = static_cast<std::byte*>(x.mutable_data_ptr());
  sampler_->draw(request,
                 [&](const SampleBlock& block) { to = std::ranges::copy(block.bytes, to).out; });
  if (const auto range = sampler_->value_range())  // in the data's own units
    return ((x - range->values.low) / (range->values.high - range->values.low))
        .permute({0, 3, 1, 2})
        .contiguous();
  if (sampler_->is_video()) return ((x + 1) * 127.5).round().clamp(0, 255).to(at::kByte);
  return sampler_->is_image() ? x.permute({0, 3, 1, 2}).contiguous() : x;
}

NetworkSamples::Steps NetworkSamples::path_steps(int64_t n, double epsilon) const {
  Shape whole = dims();
  whole.insert(whole.begin(), n);
  Steps steps{at::empty(whole, at::kFloat), at::empty(whole, at::kFloat)};
  for (int64_t from = 0; from < n; from += kPaths) {
    const int64_t to = std::min(from + kPaths, n);
    // A path's first latent is that of its seed; the second one's seed comes after all of these.
    SampleRequest request = request_for(numbers(from, to)),
                  other = request_for(numbers(n + from, n + to));
    const Paths paths{sampler_->latents(request), sampler_->latents(other),
                      path_places(first_, from, to)};
    for (const bool after : {false, true}) {
      request.latents = paths.at(after ? epsilon : 0);
      Shape part = whole;
      part[0] = to - from;
      const Tensor x = at::tensor(sampler_->values(request), at::kFloat).view(part);
      (after ? steps.after : steps.before)
          .slice(0, from, to)
          .copy_(whole.size() > 3 ? (x + 1) * 0.5 : x);
    }
  }
  return steps;
}

Tensor NetworkSamples::reconstructed(const Tensor& samples) const {
  const Tensor plain = samples.to(at::kFloat).contiguous();
  const std::vector<float> all = sampler_->reconstructed(
      {plain.const_data_ptr<float>(), plain.const_data_ptr<float>() + plain.numel()},
      samples.size(0), first_);
  return all.empty() ? Tensor() : at::tensor(all, at::kFloat).view(samples.sizes());
}

std::optional<ImageQuality> NetworkSamples::quality(int64_t n) const {
  if (!sampler_->takes_image()) return {};
  sampler_->set_input(real_.source, real_.options);  // and the means begin anew
  sampler_->draw(request_for(numbers(0, n)), [](const SampleBlock&) {});
  return sampler_->image_quality();
}

}  // namespace gannet
