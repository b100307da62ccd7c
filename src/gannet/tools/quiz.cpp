#include "gannet/tools/quiz.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gannet/base/error.h"
#include "gannet/models/network_path.h"
#include "gannet/models/sampling.h"
#include "gannet/tensor/image_grid.h"
#include "gannet/tensor/slerp.h"
#include "gannet/tools/detail/network_images.h"

namespace gannet {
namespace {

Tensor generated(Model& model, int64_t n, uint64_t seed) {
  std::vector<uint64_t> seeds;
  for (int64_t i = 0; i < n; ++i) seeds.push_back(seed * 1000003 + static_cast<uint64_t>(i));
  const Address at{.seed = seed, .purpose = Purpose::label, .layer = 23};
  const Tensor x = draw_samples(*model.gan, latents_for_seeds(*model.gan, seeds),
                                model.gan->conditions(model.info, at, 0, n),
                                {.seed = seed, .purpose = Purpose::sample});
  return to_bytes(x).permute({0, 3, 1, 2}).to(at::kFloat).to(at::kCPU) / 127.5 - 1;
}

std::optional<int64_t> right_by_discriminator(Model& model, const Tensor& x, int64_t real) {
  if (!discriminator_unusable(model).empty()) return {};
  const at::NoGradGuard no_grad;
  const Tensor logits = discriminator_logits(model, x).to(at::kCPU, at::kDouble).contiguous();
  std::vector<int64_t> order(static_cast<size_t>(x.size(0)));
  std::iota(order.begin(), order.end(), int64_t{0});
  std::ranges::stable_sort(order, std::greater(),
                           [&](int64_t i) { return logits.const_data_ptr<double>()[i]; });
  const auto hits =
      std::count_if(order.begin(), order.begin() + real, [&](int64_t i) { return i < real; });
  return 2 * hits + x.size(0) - 2 * real;
}

Image image_of(const Tensor& x) {
  const Tensor bytes = to_bytes(x).contiguous();
  const auto* pixels = bytes.const_data_ptr<uint8_t>();
  return {bytes.size(2), bytes.size(1), bytes.size(3), {pixels, pixels + bytes.numel()}};
}

}  // namespace

Quiz make_quiz(const Path& network, int64_t n, uint64_t seed, const std::string& data,
               const std::string& device) {
  Model model = open_model(network_path(network), device);
  if (!model.info.is_image()) throw Error("this network draws no images", network.string());
  require_latent(model, network, /*no_text=*/true);
  SourceOptions options;
  options.files.value_range = "network";
  const std::string source = data.empty() ? data_of_run(network, options) : data;
  if (source.empty())
    throw UsageError("no real images: no run beside the network names them", network.string(),
                     "a network of a run, whose data is here");
  const int64_t half = n / 2;
  const RealImages real = open_real_images(source, model.info, options, half, seed);
  if (real.x.size(0) < half)
    throw Error("the data has " + std::to_string(real.x.size(0)) + " images, expected " +
                    std::to_string(half),
                real.name);
  const Tensor x = at::cat({real.x, generated(model, half, seed)});
  Quiz quiz{.pictures = {}, .data = real.name};
  quiz.right_by_discriminator = right_by_discriminator(model, x, half);
  const Permutation order({.seed = seed, .purpose = Purpose::order, .layer = 23},
                          static_cast<uint32_t>(2 * half));
  for (uint32_t i = 0; i < order.size(); ++i) {
    const int64_t k = order(i);
    quiz.pictures.push_back({image_of(x.slice(0, k, k + 1)), k < half});
  }
  return quiz;
}

double guessing_p_value(int64_t right, int64_t n) {
  const auto log_choose = [n](int64_t k) {
    return std::lgamma(n + 1.0) - std::lgamma(k + 1.0) -
           std::lgamma(static_cast<double>(n - k) + 1);
  };
  const int64_t off = std::abs(2 * right - n);
  double p = 0;
  for (int64_t k = 0; k <= n; ++k)
    if (std::abs(2 * k - n) >= off)
      p += std::exp(log_choose(k) - static_cast<double>(n) * std::log(2.0));
  return std::min(1.0, p);
}

std::vector<float> latent_between(const std::vector<float>& a, const std::vector<float>& b,
                                  double t) {
  const Tensor z = slerp(at::tensor(a).unsqueeze(0), at::tensor(b).unsqueeze(0), t)
                       .to(at::kCPU, at::kFloat)
                       .contiguous();
  return {z.const_data_ptr<float>(), z.const_data_ptr<float>() + z.numel()};
}

}  // namespace gannet
