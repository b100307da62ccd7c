#include "gannet/models/sampling.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/tensor/tiles.h"

namespace gannet {
namespace {

constexpr int64_t kTileSide = 96;  // of a tile without its margin, in pixels of the input

}  // namespace

Tensor draw_samples(Gan& gan, const Tensor& z, const Condition& condition, const Address& draws,
                    int64_t first, std::span<const uint64_t> seeds) {
  const at::NoGradGuard no_grad;
  std::vector<Tensor> blocks;
  for (int64_t from = 0; from < z.size(0); from += kSampleBlock) {
    const int64_t to = std::min(from + kSampleBlock, z.size(0));
    RunMode mode{.training = false, .draws = draws, .first_sample = first + from};
    if (!seeds.empty()) {
      mode.seeds.assign(seeds.begin() + from, seeds.begin() + to);
      mode.seeds.resize(kSampleBlock, mode.seeds.back());
    }
    for (Net* net : gan.nets()) net->set_mode(mode);
    const Tensor block = gan.sample(pad_batch(z.slice(0, from, to), kSampleBlock),
                                    pad_batch(slice(condition, from, to), kSampleBlock));
    blocks.push_back(block.slice(0, 0, to - from));
  }
  return at::cat(blocks);
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
  const Tensor embedding = gan.encode_text(pad_batch(tokens, kSampleBlock));
  return embedding.defined() ? embedding.slice(0, 0, 1) : embedding;
}

Tensor enlarge(Gan& gan, const Tensor& image, const Address& draws) {
  const at::NoGradGuard no_grad;
  const Tiling tiling = gan.tiling();
  if (tiling.scale == 0) throw Error("this network takes images of one size only", "");
  for (Net* net : gan.nets()) net->set_mode({.draws = draws});
  const Tensor z = gan.latents(draws, 0, 1);
  return apply_in_tiles(
      image, kTileSide, tiling.receptive_field_radius, tiling.scale,
      [&](const Tensor& tile) { return gan.sample(z, {.input_image = tile.unsqueeze(0)})[0]; });
}

}  // namespace gannet
