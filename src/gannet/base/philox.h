// Addressed randomness: every draw is a pure function of its address, never of what was drawn
// before, so that a resume needs no generator state and results depend neither on threads nor on
// the number of processes. A counter-based generator; an Address is what JAX calls a key. Philox
// 4x32-10: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3".
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace gannet {

using Block = std::array<uint32_t, 4>;

// One block of four words: ten rounds over `counter` under `key`.
Block philox4x32(Block counter, std::array<uint32_t, 2> key);

// What a draw is for: each use has a purpose of its own, so that no two uses read the same bits
// (tests/recipes/draws_test.cpp). The numbers are part of the format: a resume relies on them;
// append only, at most 32.
enum class Purpose : uint32_t {
  latent = 0,  // z of training
  order = 1,   // the order of the data
  init = 2,    // initial weights
  dropout = 3,
  augment_real = 4,  // DiffAugment of real samples, and of fakes
  augment_fake = 5,
  grid = 6,       // latents of the grid that each snapshot shows
  sample = 7,     // latents of `gannet sample --seeds`, where the seed is the key
  label = 8,      // a class or code drawn for a sample
  synthetic = 9,  // the embedded data sets
  noise = 10,     // a recipe's own draws, which it numbers by `call`; of layers, by their number
  metric = 11,
  instance_noise_real = 12,
  instance_noise_fake = 13,
  image_pool = 14,  // which earlier fakes D gets
  gp_interpolation = 15,
  dragan_noise = 16,
  consistency_augment = 17,
  path_length_direction = 18,
};

// Where in a run a draw stands. The counter is (block, sample, step, stream); the stream word packs
// phase (4 bits), repeat (8), purpose (5), layer (11) and call (4), enumerated, not hashed.
struct Address {
  uint64_t seed = 0;  // the key
  uint32_t step = 0;
  uint32_t phase = 0;   // < 16
  uint32_t repeat = 0;  // < 256
  Purpose purpose = Purpose::latent;
  uint32_t layer = 0;  // < 2048: numbered across all nets of a Gan
  uint32_t call = 0;   // < 16: the index of this call of the net in this phase

  uint32_t stream() const;  // throws Error where a part is out of its range
  Block block(uint32_t block, uint32_t sample) const;
};

// Fills `out` with the draws of sample number `sample` at `address`, from its first block on.
// Uniforms have 24 bits, in [0, 1). Normals are Box-Muller with our own log and sincos: the same
// bits on any CPU.
void uniform(const Address& address, uint32_t sample, std::span<float> out);
void normal(const Address& address, uint32_t sample, std::span<float> out);

// An integer in [0, n), unbiased to 2^-32 (n < 2^32).
uint32_t integer(const Address& address, uint32_t sample, uint32_t n);

// A permutation of [0, n) that needs no memory: a Feistel network over the next even power of two,
// walked until it lands inside. Its key is the address; position(p) costs a few blocks.
class Permutation {
 public:
  Permutation(const Address& address, uint32_t n);
  uint32_t operator()(uint32_t position) const;  // throws Error for position >= n
  uint32_t size() const { return n_; }

 private:
  std::array<uint32_t, 6> keys_;
  uint32_t n_, half_bits_;
};

}  // namespace gannet
