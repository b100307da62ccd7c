#include "gannet/runs/sampler.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/runs/model_file.h"
#include "gannet/tensor/grid.h"
#include "gannet/training/sampling.h"

namespace gannet {

struct Sampler::State {
  Path file;
  Model model;
  bool takes_class = false;

  int64_t find_class(const std::string& label) const {
    if (!takes_class)
      throw UsageError("--class was given, and this network takes none",
                       std::string(model.recipe->name), "--cfg cgan learns classes");
    return gannet::find_class(model.shape.classes, label, "--class");
  }

  Tensor asked_vector(const std::vector<double>& vector) const {
    if (static_cast<int64_t>(vector.size()) != model.shape.vector)
      throw UsageError("--vector has " + std::to_string(vector.size()) + " numbers, this network " +
                           (model.shape.vector > 0 ? "takes " + std::to_string(model.shape.vector)
                                                   : "takes none"),
                       std::string(model.recipe->name));
    return at::tensor(vector, at::kFloat).unsqueeze(0);
  }

  // [n, ...] in the network's range.
  Tensor samples(const SampleRequest& request, int64_t first, int64_t n) {
    std::vector<Tensor> z, labels, vectors;
    const int64_t asked = request.label.empty() ? -1 : find_class(request.label);
    for (int64_t i = first; i < first + n; ++i) {
      const uint64_t seed = request.seeds[i];
      z.push_back(model.gan->latents({.seed = seed, .purpose = Purpose::sample}, 0, 1));
      Condition c =
          model.gan->conditions(model.shape, {.seed = seed, .purpose = Purpose::label}, 0, 1);
      if (asked >= 0) c.labels = at::tensor({asked}, at::kLong);
      if (!request.vector.empty()) c.vector = asked_vector(request.vector);
      if (c.labels.defined()) labels.push_back(c.labels);
      if (c.vector.defined()) vectors.push_back(c.vector);
    }
    Condition condition;
    if (!labels.empty()) condition.labels = at::cat(labels);
    if (!vectors.empty()) condition.vector = at::cat(vectors);
    return draw_samples(*model.gan, at::cat(z) * request.truncation, condition,
                        {.purpose = Purpose::sample});
  }
};

Sampler::Sampler(const Path& network) : state_(std::make_unique<State>()) {
  state_->file = network_file(network);
  state_->model = open_model(state_->file);
  for (const Net* net : state_->model.gan->nets())
    state_->takes_class |= net->spec().has_input("labels");
}

Sampler::~Sampler() = default;

const Path& Sampler::file() const { return state_->file; }
bool Sampler::is_image() const { return state_->model.shape.is_image(); }
const std::vector<std::string>& Sampler::classes() const { return state_->model.shape.classes; }
bool Sampler::takes_class() const { return state_->takes_class; }

std::vector<int64_t> Sampler::item_shape() const {
  const Shape& d = state_->model.shape.dims;
  return is_image() ? std::vector<int64_t>{d[1], d[2], d[0]} : d;
}

void Sampler::draw(const SampleRequest& request,
                   const std::function<void(const SampleBlock&)>& put) {
  const int64_t total = static_cast<int64_t>(request.seeds.size());
  const DataShape& shape = state_->model.shape;
  for (int64_t first = 0; first < total; first += kSampleBlock) {
    const int64_t n = std::min(kSampleBlock, total - first);
    Tensor x = state_->samples(request, first, n);
    if (is_image()) x = to_bytes(x);
    if (shape.is_points()) x = x.to(at::kDouble) * at::tensor(shape.scale) + at::tensor(shape.mean);
    x = x.to(at::kCPU, is_image() ? at::kByte : at::kFloat).contiguous();
    const auto* bytes = static_cast<const std::byte*>(x.const_data_ptr());
    put({first, n, Bytes(bytes, bytes + x.nbytes())});
  }
}

Picture Sampler::grid(const SampleRequest& request, int64_t rows, int64_t columns) {
  return draw_grid(state_->samples(request, 0, static_cast<int64_t>(request.seeds.size())), rows,
                   columns);
}

}  // namespace gannet
