// What there is to see of a game: samples, D's surface, G's manifold, the pull on each sample.
#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/special_ndtri.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>

#include "gannet/losses/adversarial.h"
#include "gannet/runs/detail/discriminator_surface.h"
#include "gannet/tensor/random.h"
#include "gannet/tools/detail/game_engine.h"

namespace gannet {
namespace {

constexpr int64_t kCounted = 3000, kReals = 1200;

// How much a frame has: of samples, arrows, and cells of D's surface and G's grid in a row.
struct Sizes {
  int64_t shown, arrows, surface, manifold;
};
constexpr Sizes kFull = {500, 72, 32, 16}, kLight = {300, 48, 24, 12};

constexpr size_t kOutside = static_cast<size_t>(kCells * kCells);

std::vector<float> values_of(const Tensor& x) {
  const Tensor plain = x.to(at::kCPU, at::kFloat).contiguous();
  return {plain.const_data_ptr<float>(), plain.const_data_ptr<float>() + plain.numel()};
}

// Latents of the middles of side x side cells of equal mass of the normal distribution.
Tensor manifold_latents(int64_t side, int64_t dims) {
  const double half = 0.5 / static_cast<double>(side);
  const Tensor at = at::special_ndtri(at::linspace(half, 1 - half, side, at::kFloat));
  Tensor z = at::zeros({side * side, dims});
  if (dims > 0) z.select(1, 0).copy_(at.repeat({side}));
  if (dims > 1) z.select(1, 1).copy_(at.repeat_interleave(side));
  return z;
}

void set_evaluation(Gan& gan) {
  for (Net* net : gan.nets()) net->set_mode({});
}

double term(double p, double q) { return p > 0 ? p * std::log(p / q) : 0; }

double jensen_shannon(const std::vector<double>& p, const std::vector<double>& q) {
  double sum = 0;
  for (size_t i = 0; i < p.size(); ++i) {
    const double m = 0.5 * (p[i] + q[i]);
    sum += 0.5 * term(p[i], m) + 0.5 * term(q[i], m);
  }
  return sum;
}

std::vector<float> all_points(const Dataset& data, int64_t from, int64_t n) {
  std::vector<float> points;
  Sample sample;
  for (int64_t i = from; i < std::min(from + n, data.size()); ++i) {
    data.get(i, sample);
    for (size_t c = 0; c < 2; ++c)
      points.push_back(
          static_cast<float>(sample.values[c] * data.info().scale[c] + data.info().mean[c]));
  }
  return points;
}

}  // namespace

GameView::GameView(const Dataset& data) : info_(data.info()) {
  const int64_t half = std::min<int64_t>(kCounted, data.size() / 2);
  reals_ = all_points(data, 0, data.size() < 2 * kCounted ? data.size() : kCounted);
  for (size_t c = 0; c < 2; ++c) {
    double low = INFINITY, high = -INFINITY;
    for (size_t i = c; i < reals_.size(); i += 2)
      low = std::min<double>(low, reals_[i]), high = std::max<double>(high, reals_[i]);
    const double margin = 0.25 * std::max(high - low, 1e-6);
    box_[c] = low - margin;
    box_[c + 2] = high + margin;
  }
  real_histogram_ = histogram(reals_);
  floor_ =
      jensen_shannon(histogram(all_points(data, 0, half)), histogram(all_points(data, half, half)));
}

std::vector<float> GameView::real_points() const {
  const size_t n = std::min(reals_.size(), static_cast<size_t>(2 * kReals));
  return {reals_.begin(), reals_.begin() + static_cast<std::ptrdiff_t>(n)};
}

Tensor GameView::in_own_units(const Tensor& x) const {
  return x.to(at::kDouble) * at::tensor(info_.scale) + at::tensor(info_.mean);
}

std::vector<double> GameView::histogram(const std::vector<float>& points) const {
  std::vector<double> cells(kOutside + 1, 0);
  const double n = std::max<double>(1, static_cast<double>(points.size() / 2));
  for (size_t i = 0; i + 1 < points.size(); i += 2) {
    const double x = (points[i] - box_[0]) / (box_[2] - box_[0]),
                 y = (points[i + 1] - box_[1]) / (box_[3] - box_[1]);
    const bool inside = x >= 0 && x < 1 && y >= 0 && y < 1;  // not of NaN
    const auto cell =
        static_cast<size_t>(inside ? std::floor(y * kCells) * kCells + std::floor(x * kCells) : 0);
    cells[inside ? cell : kOutside] += 1 / n;
  }
  return cells;
}

void GameView::compare(const std::vector<float>& fakes, GameFrame& frame) const {
  const std::vector<double> q = histogram(fakes);
  frame.js = jensen_shannon(real_histogram_, q);
  frame.js_floor = floor_;
  const double n = static_cast<double>(fakes.size() / 2),
               m = n + 0.5 * static_cast<double>(q.size());
  frame.kl = 0;
  for (size_t i = 0; i < q.size(); ++i)
    frame.kl += term((real_histogram_[i] * n + 0.5) / m, (q[i] * n + 0.5) / m);
}

namespace {

void add_surface(GameEngine& engine, const std::array<double, 4>& box, int64_t side,
                 GameFrame& frame) {
  const DatasetInfo& info = engine.data->info();
  const std::string& loss = engine.config.options->loss;
  const Surface surface = discriminator_surface(*engine.gan, info, loss);
  if (!surface) return;
  const auto axis = [&](size_t c) {
    const double step = (box[c + 2] - box[c]) / static_cast<double>(side);
    const Tensor own = at::linspace(box[c] + step / 2, box[c + 2] - step / 2, side, at::kDouble);
    return ((own - info.mean[c]) / info.scale[c]).to(at::kFloat);
  };
  const Tensor points = at::stack({axis(0).repeat({side}), axis(1).repeat_interleave(side)}, 1);
  const std::vector<float> shades = values_of(surface(points));
  frame.surface_side = side;
  for (const float shade : shades)
    frame.surface.push_back(static_cast<uint8_t>(
        std::isnan(shade) ? 128 : std::lround(255 * std::clamp(shade, 0.0f, 1.0f))));
  frame.surface_is_probability = loss == "ns" || loss == "minimax";
}

// -dL_G/dx of each sample, times their number: L_G is a mean over them.
Tensor pull(GameEngine& engine, const Tensor& samples, const Condition& condition) {
  Net& D = *engine.gan->discriminator_net();
  const AdversarialLoss& loss = adversarial_loss(engine.config.options->loss);
  const Net::ValueAndGrad at = D.value_and_grad(samples, condition);
  const Tensor logits = at.value.detach().requires_grad_(true);
  Logits both{.real = {}, .fake = logits};
  if (loss.g_needs_real) {
    const int64_t n = samples.size(0);
    std::vector<float> reals;
    Sample sample;
    for (int64_t i = 0; i < n; ++i) {
      engine.data->get(i % engine.data->size(), sample);
      reals.insert(reals.end(), sample.values.begin(), sample.values.end());
    }
    const at::NoGradGuard no_grad;
    both.real = D(at::tensor(reals).view({n, 2}), condition).main.detach();
  }
  loss.g(both).backward();
  const Tensor slope = logits.grad().reshape({samples.size(0), -1}).sum(1, /*keepdim=*/true);
  return -slope * at.grad.detach() * static_cast<double>(samples.size(0));
}

}  // namespace

void GameView::look(GameEngine& engine, bool counts, bool light, GameFrame& frame) const {
  const Sizes& sizes = light ? kLight : kFull;
  Gan& gan = *engine.gan;
  set_evaluation(gan);
  frame.box = box_;
  const Address address{.seed = engine.config.options->seed, .purpose = Purpose::grid};
  const int64_t drawn = counts ? kCounted : sizes.shown;
  Tensor samples;
  Condition condition;
  {
    const at::NoGradGuard no_grad;
    const int64_t n = drawn + sizes.manifold * sizes.manifold;
    const Tensor z = at::cat(
        {gan.latents(address, 0, drawn), manifold_latents(sizes.manifold, count(gan.latent()))});
    condition = gan.conditions(gan.condition_info(info_), address, 0, n);
    samples = gan.sample(z, condition);
  }
  const std::vector<float> own = values_of(in_own_units(samples.slice(0, 0, drawn)));
  if (counts) compare(own, frame);
  frame.fakes.assign(own.begin(), own.begin() + 2 * sizes.shown);
  frame.manifold_side = sizes.manifold;
  frame.manifold = values_of(in_own_units(samples.slice(0, drawn)));
  add_surface(engine, box_, sizes.surface, frame);
  if (frame.surface_side == 0) return;
  const Tensor few = samples.slice(0, 0, sizes.arrows).detach();
  // dL/dx in the data's own units: x = scale own + mean turned round.
  const Tensor arrows = pull(engine, few, {}).to(at::kDouble) / at::tensor(info_.scale);
  frame.arrows = values_of(at::cat({in_own_units(few), arrows}, 1));
}

}  // namespace gannet
