#include "gannet/tools/memorization.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>

#include "gannet/base/error.h"
#include "gannet/base/philox.h"
#include "gannet/data/files/network_input.h"
#include "gannet/data/fitted_samples.h"
#include "gannet/data/registry.h"
#include "gannet/metrics/nearest_neighbours.h"
#include "gannet/tensor/device.h"
#include "gannet/tensor/image_grid.h"

namespace gannet {
namespace {

constexpr int64_t kReal = 256;  // real images of real_distances
constexpr int64_t kPart = 512;  // images of the data in memory at a time

std::vector<int64_t> range(int64_t from, int64_t to) {
  std::vector<int64_t> all;
  for (int64_t i = from; i < to; ++i) all.push_back(i);
  return all;
}

std::shared_ptr<const Dataset> open_like(const Image& sample, const std::string& source,
                                         const SourceOptions& options) {
  const Shape dims{sample.channels, sample.height, sample.width};
  auto data = open_samples_as(source, options, dims).data;
  if (data->info().dims != dims)
    throw Error("its samples are " + to_string(data->info().dims) + ", the network's are " +
                    to_string(dims),
                source, "the data that the network was trained on");
  return data;
}

// Of samples their nearest images of the data, int64 and float64 [N, k], and of kReal real images
// the distance to the nearest other one [kReal, 1], on the CPU.
struct Neighbours {
  Tensor indices, distances, real;
};

Neighbours find_neighbours(const Dataset& data, const Tensor& samples, int64_t k, uint64_t seed,
                           const at::Device& device) {
  const std::vector<int64_t> chosen =
      random_choice(data.size(), 0, kReal, {.seed = seed, .purpose = Purpose::metric, .layer = 30});
  NearestSearch near_samples(samples.to(device), k);
  NearestSearch near_real(read_network_samples(data, chosen).to(device), 1);
  const Tensor themselves = at::tensor(chosen, at::kLong).to(device);
  for (int64_t from = 0; from < data.size(); from += kPart) {
    const Tensor part =
        read_network_samples(data, range(from, std::min(from + kPart, data.size()))).to(device);
    near_samples.add(part, from);
    near_real.add(part, from, themselves);
  }
  // Root mean squares; values span 2 in the network's range.
  const double unit = 0.5 / std::sqrt(static_cast<double>(count(data.info().dims)));
  return {near_samples.indices().to(at::kCPU), (near_samples.distances() * unit).to(at::kCPU),
          (near_real.distances() * unit).to(at::kCPU)};
}

}  // namespace

double MemorizationReport::share_below(double distance) const {
  const auto at = std::ranges::lower_bound(real_distances, distance);
  return static_cast<double>(at - real_distances.begin()) /
         static_cast<double>(real_distances.size());
}

MemorizationReport nearest_training_images(const std::vector<Image>& samples,
                                           const std::string& source, SourceOptions options,
                                           int64_t neighbours, uint64_t seed,
                                           const std::string& device_name) {
  const auto data = open_like(samples.at(0), source, options);
  const Shape& dims = data->info().dims;
  if (data->size() < neighbours + 1)
    throw Error("expected more than " + std::to_string(neighbours) + " samples, found " +
                    std::to_string(data->size()),
                source);
  std::vector<Tensor> inputs;
  for (const Image& sample : samples) inputs.push_back(as_network_input(sample, dims));
  const Neighbours found =
      find_neighbours(*data, at::cat(inputs), neighbours, seed, torch_device(device_name));
  MemorizationReport report{.data_size = data->size()};
  for (size_t i = 0; i < samples.size(); ++i) {
    report.images.push_back(samples[i]);
    auto& nearest = report.neighbours.emplace_back();
    for (int64_t k = 0; k < neighbours; ++k) {
      const auto row = static_cast<int64_t>(i);
      nearest.push_back(
          {found.indices[row][k].item<int64_t>(), found.distances[row][k].item<double>()});
      const std::vector<int64_t> one = {nearest.back().number};
      report.images.push_back(draw_grid(read_network_samples(*data, one), 1, 1));
    }
  }
  for (int64_t i = 0; i < found.real.size(0); ++i)
    report.real_distances.push_back(found.real[i][0].item<double>());
  std::ranges::sort(report.real_distances);
  return report;
}

}  // namespace gannet
