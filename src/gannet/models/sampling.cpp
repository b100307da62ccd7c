#include "gannet/models/sampling.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/narrow.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <functional>

#include "gannet/base/error.h"
#include "gannet/tensor/on_device.h"
#include "gannet/tensor/tiles.h"

namespace gannet {
namespace {

constexpr int64_t kTileSide = 96;  // of a tile without its margin, in pixels of the input

constexpr int64_t kLeastSide = 8;  // of an input without padding: the least of training

// Places in a line of `inner` pixels, of a longer line that reflects it at both ends.
Tensor reflection(int64_t inner, int64_t outer) {
  std::vector<int64_t> places;
  const int64_t period = std::max<int64_t>(1, 2 * (inner - 1));
  for (int64_t i = 0; i < outer; ++i) {
    const int64_t from = i - (outer - inner) / 2;
    const int64_t at = (from % period + period) % period;
    places.push_back(std::min(at, period - at));
  }
  return at::tensor(places, at::kLong);
}

}  // namespace

namespace {

// Latents and conditions from number `from` to `end`, on the Gan's device, padded to a block.
Gan::Style block_of(const Gan& gan, const Tensor& z, const Condition& condition, int64_t from,
                    int64_t end, int64_t block) {
  return {pad_batch(moved(z.slice(0, from, end), gan.setup().tensor), block),
          pad_batch(on_device_of(gan, slice(condition, from, end)), block)};
}

// Of [n] samples, drawn by `draw` in blocks of one size.
Tensor in_blocks(Gan& gan, int64_t n, const Address& draws, int64_t first,
                 std::span<const uint64_t> seeds, int64_t block_size,
                 const std::function<Tensor(int64_t from, int64_t end)>& draw) {
  const at::NoGradGuard no_grad;
  std::vector<Tensor> blocks;
  for (int64_t from = 0; from < n; from += block_size) {
    const int64_t end = std::min(from + block_size, n);
    RunMode mode{.training = false, .draws = draws, .first_sample = first + from};
    if (!seeds.empty()) {
      mode.seeds.assign(seeds.begin() + from, seeds.begin() + end);
      mode.seeds.resize(block_size, mode.seeds.back());
    }
    for (Net* net : gan.nets()) net->set_mode(mode);
    blocks.push_back(draw(from, end).slice(0, 0, end - from));
  }
  return at::cat(blocks);
}

}  // namespace

Tensor draw_samples(Gan& gan, const Tensor& z, const Condition& condition, const Address& draws,
                    int64_t first, std::span<const uint64_t> seeds, int64_t block_size) {
  return in_blocks(gan, z.size(0), draws, first, seeds, block_size, [&](int64_t from, int64_t end) {
    const Gan::Style block = block_of(gan, z, condition, from, end, block_size);
    return gan.sample(block.z, block.condition);
  });
}

Tensor draw_mixed_samples(Gan& gan, const Tensor& z, const Condition& condition,
                          const FineStyle& fine, const Address& draws,
                          std::span<const uint64_t> seeds, int64_t block_size) {
  return in_blocks(gan, z.size(0), draws, 0, seeds, block_size, [&](int64_t from, int64_t end) {
    return gan.mix(block_of(gan, z, condition, from, end, block_size),
                   block_of(gan, fine.z, fine.condition, from, end, block_size), fine.from);
  });
}

Condition on_device_of(const Gan& gan, const Condition& condition) {
  return condition.map([&](const Tensor& x) { return moved(x, gan.setup().tensor); });
}

Tensor latents_for_seeds(const Gan& gan, std::span<const uint64_t> seeds) {
  std::vector<Tensor> z;
  for (const uint64_t seed : seeds)
    z.push_back(gan.latents({.seed = seed, .purpose = Purpose::sample}, 0, 1));
  return at::cat(z);
}

Tensor encode_sentence(Gan& gan, const Tensor& tokens) {
  const at::NoGradGuard no_grad;
  for (Net* net : gan.nets()) net->set_mode({.training = false});
  const Tensor embedding =
      gan.encode_text(pad_batch(moved(tokens, gan.setup().tensor), kSampleBlock));
  return embedding.defined() ? embedding.slice(0, 0, 1) : embedding;
}

Tensor reflection_padded(const Tensor& image, int64_t height, int64_t width) {
  const auto rows = reflection(image.size(1), height), columns = reflection(image.size(2), width);
  return image.index_select(1, rows.to(image.device())).index_select(2, columns.to(image.device()));
}

Tensor translate(Gan& gan, const Tensor& image, const Address& draws, uint64_t seed) {
  const at::NoGradGuard no_grad;
  const int64_t step = gan.tiling().multiple_of;
  if (step == 0) throw Error("this network takes images of one size only", "");
  for (Net* net : gan.nets()) net->set_mode({.draws = draws, .seeds = {seed}});
  const int64_t height = image.size(1), width = image.size(2);
  const auto padded = [&](int64_t side) { return (side + step - 1) / step * step; };
  const Tensor input = reflection_padded(image, padded(height), padded(width)).unsqueeze(0);
  const Tensor output = gan.sample(gan.latents(draws, 0, 1), {.input_image = input})[0];
  const auto first = [](int64_t outer, int64_t inner) { return (outer - inner) / 2; };
  return output.narrow(1, first(output.size(1), height), height)
      .narrow(2, first(output.size(2), width), width);
}

Tensor enlarge(Gan& gan, const Tensor& image, const Address& draws) {
  const at::NoGradGuard no_grad;
  const int64_t height = image.size(1), width = image.size(2);
  if (std::min(height, width) < kLeastSide) {
    const int64_t tall = std::max(height, kLeastSide), wide = std::max(width, kLeastSide);
    const Tensor output = enlarge(gan, reflection_padded(image, tall, wide), draws);
    const int64_t scale = gan.tiling().scale;
    return output.narrow(1, (tall - height) / 2 * scale, height * scale)
        .narrow(2, (wide - width) / 2 * scale, width * scale);
  }
  const Tiling tiling = gan.tiling();
  if (tiling.scale == 0) throw Error("this network takes images of one size only", "");
  for (Net* net : gan.nets()) net->set_mode({.draws = draws});
  const Tensor z = gan.latents(draws, 0, 1);
  return apply_in_tiles(
      image, kTileSide, tiling.receptive_field_radius, tiling.scale,
      [&](const Tensor& tile) { return gan.sample(z, {.input_image = tile.unsqueeze(0)})[0]; });
}

}  // namespace gannet
