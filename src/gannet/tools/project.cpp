#include "gannet/tools/project.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/zeros_like.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "gannet/base/error.h"
#include "gannet/data/files/network_input.h"
#include "gannet/data/input_range.h"
#include "gannet/models/attribute_request.h"
#include "gannet/models/condition_request.h"
#include "gannet/models/network_path.h"
#include "gannet/models/sampling.h"
#include "gannet/tensor/image_grid.h"
#include "gannet/tensor/on_device.h"
#include "gannet/training/optimizer.h"

namespace gannet {
namespace {

constexpr uint64_t kMostFile = uint64_t{1} << 28;  // bytes of the target
constexpr int64_t kScales = 3;   // of the loss: each averages 2 x 2 pixels of the one before
constexpr double kPrior = 1e-4;  // weight of |z|^2 / dim(z): latents stay where G was trained

// Mean squared differences at all scales, [starts].
Tensor pixel_loss(const Tensor& samples, const Tensor& target) {
  const Tensor off = (samples - target) * 0.5;  // in units of black to white
  Tensor sum = off.square().flatten(1).mean(1), part = off;
  for (int64_t scale = 1; scale < kScales && part.size(2) >= 4 && part.size(3) >= 4; ++scale) {
    part = at::avg_pool2d(part, {2, 2});
    sum = sum + part.square().flatten(1).mean(1);
  }
  return sum;
}

struct Search {
  Gan& gan;
  Tensor target, z;
  Condition condition;

  Tensor draw() const {
    for (Net* net : gan.nets()) net->set_mode({.draws = {.purpose = Purpose::sample}});
    return gan.sample(z, condition);
  }
  // Root mean squared error of images as they are written, [starts].
  Tensor rms_of(const Tensor& drawn) const {
    const Tensor off = (drawn.detach().clamp(-1, 1) - target) * 0.5;
    return off.square().flatten(1).mean(1).sqrt();
  }
  Tensor rms() const {
    const at::NoGradGuard no_grad;
    return rms_of(draw());
  }
};

Search start(const ProjectionRequest& request, Model& model, const Image& target) {
  std::vector<uint64_t> seeds(static_cast<size_t>(request.starts));
  std::iota(seeds.begin(), seeds.end(), request.seed);
  Search search{
      .gan = *model.gan,
      .target = moved(as_network_input(target, model.info.dims), model.gan->setup().tensor),
      .z = latents_for_seeds(*model.gan, seeds),
      .condition = on_device_of(
          *model.gan,
          condition_for_seeds(
              model, condition_request(request.label, request.text, request.attributes), seeds))};
  if (search.condition.tokens.defined())
    search.condition.text_embedding =
        encode_sentence(*model.gan, search.condition.tokens.narrow(0, 0, 1))
            .repeat({request.starts, 1});
  search.z.set_requires_grad(true);
  return search;
}

std::vector<double> as_doubles(const Tensor& x) {
  const Tensor plain = x.detach().to(at::kCPU, at::kDouble).contiguous();
  return {plain.const_data_ptr<double>(), plain.const_data_ptr<double>() + plain.numel()};
}

// The latents of each start at its nearest step, by the images as they are written: a search may go
// away again, and may begin at the nearest one.
class Nearest {
 public:
  explicit Nearest(const Tensor& z) : z_(z.detach().clone()) {}
  void see(const Tensor& z, const std::vector<double>& rms) {
    rms_.resize(rms.size(), std::numeric_limits<double>::infinity());
    for (size_t i = 0; i < rms.size(); ++i) {
      if (!(rms[i] < rms_[i])) continue;
      rms_[i] = rms[i];
      const auto row = static_cast<int64_t>(i);
      z_.select(0, row).copy_(z.detach().select(0, row));
    }
  }
  const Tensor& z() const { return z_; }

 private:
  Tensor z_;
  std::vector<double> rms_;
};

void descend(Search& search, const ProjectionRequest& request,
             std::vector<std::vector<double>>& losses,
             const std::function<void(int64_t, double)>& on_step) {
  search.z.mutable_grad() = at::zeros_like(search.z);  // where backward() adds
  const auto adam = make_adam(search.z.detach(), search.z.grad(), request.lr);
  losses.assign(static_cast<size_t>(request.starts), {});
  Nearest nearest(search.z);
  for (int64_t step = 0; step <= request.steps; ++step) {
    const Tensor drawn = search.draw(), loss = pixel_loss(drawn, search.target);
    nearest.see(search.z, as_doubles(search.rms_of(drawn)));
    const std::vector<double> now = as_doubles(loss);
    for (size_t i = 0; i < now.size(); ++i) losses[i].push_back(now[i]);
    if (on_step) on_step(step, *std::ranges::min_element(now));
    if (step == request.steps) break;
    search.z.mutable_grad().zero_();
    (loss + kPrior * search.z.square().flatten(1).mean(1)).sum().backward();
    const double t = static_cast<double>(step) / static_cast<double>(request.steps);
    adam->step({.lr = 0.5 * (1 + std::cos(std::numbers::pi * t))});
  }
  search.z.detach().copy_(nearest.z());
}

}  // namespace

Projection project(const ProjectionRequest& request,
                   const std::function<void(int64_t, double)>& on_step) {
  const Path file = network_path(request.network);
  Model model = open_model(file, request.device);
  if (!model.info.is_image()) throw Error("this network draws no images", file.string());
  require_latent(model, file);
  RangedImage target =
      read_image_by_range(read_file(request.target, kMostFile),
                          {model.info.value_range, request.value_range}, request.target.string());
  Search search = start(request, model, target.image);
  const std::vector<double> before = as_doubles(search.rms());
  Projection result{.note = std::move(target.note),
                    .warning = far_attributes_text(model.info, request.attributes, "--attributes"),
                    .target = {},
                    .result = {}};
  descend(search, request, result.losses, on_step);

  const std::vector<double> after = as_doubles(search.rms());
  const auto best = static_cast<size_t>(std::ranges::min_element(after) - after.begin());
  if (!std::isfinite(after[best]))
    throw Error("the search diverged: the image is NaN", file.string(), "a smaller --lr");
  result.best = static_cast<int64_t>(best);
  result.rms = after[best];
  result.rms_at_start = before[best];
  result.psnr = -20 * std::log10(std::max(result.rms, 1e-6));
  const at::NoGradGuard no_grad;
  result.target = draw_grid(search.target, 1, 1);
  result.result = draw_grid(search.draw().slice(0, result.best, result.best + 1), 1, 1);
  if (model.gan->has_input("labels"))
    result.label = model.info.classes.at(
        static_cast<size_t>(search.condition.labels[result.best].item<int64_t>()));
  for (const double z : as_doubles(search.z[result.best]))
    result.latent.push_back(static_cast<float>(z));
  return result;
}

}  // namespace gannet
