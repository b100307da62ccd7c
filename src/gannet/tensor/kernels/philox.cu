// The draws of base/philox.cpp on a GPU, bit by bit: the same operations on the same numbers, in
// the same order. Compiled at run time (tensor/device/draws.cpp) without contraction into fused
// operations. A thread makes a block of four numbers.

typedef unsigned int uint32;
typedef unsigned long long uint64;

struct Words {
  uint32 w[4];
};

__device__ Words philox(uint32 c0, uint32 c1, uint32 c2, uint32 c3, uint32 k0, uint32 k1) {
  Words x = {{c0, c1, c2, c3}};
  for (int round = 0; round < 10; ++round, k0 += 0x9E3779B9u, k1 += 0xBB67AE85u) {
    const uint64 p0 = (uint64)0xD2511F53u * x.w[0], p1 = (uint64)0xCD9E8D57u * x.w[2];
    x.w[0] = (uint32)(p1 >> 32) ^ x.w[1] ^ k0;
    x.w[1] = (uint32)p1;
    x.w[2] = (uint32)(p0 >> 32) ^ x.w[3] ^ k1;
    x.w[3] = (uint32)p0;
  }
  return x;
}

__device__ float unit(uint32 word) { return (float)(word >> 8) * (1.0f / 16777216.0f); }

__device__ float own_log(float x) {
  const uint32 shifted = __float_as_uint(x) - 0x3F3504F3u;
  const int exponent = (int)shifted >> 23;
  const float m = __uint_as_float((shifted & 0x007FFFFFu) + 0x3F3504F3u);
  const float s = (m - 1.0f) / (m + 1.0f);
  const float q = s * s;
  const float series = 2.0f + q * (0.66666667f + q * (0.4f + q * (0.28571430f + q * 0.2222222f)));
  return s * series + (float)exponent * 0.69314718f;
}

__device__ void own_sincos(float u, float& sine, float& cosine) {
  const float turns = u * 4.0f;
  const float quadrant = (float)(int)(turns + 0.5f);
  const float a = (turns - quadrant) * 1.57079633f;
  const float q = a * a;
  const float s =
      a *
      (1.0f + q * (-0.16666667f + q * (8.3333333e-3f + q * (-1.9841270e-4f + q * 2.7557319e-6f))));
  const float c =
      1.0f + q * (-0.5f + q * (4.1666667e-2f +
                               q * (-1.3888889e-3f + q * (2.4801587e-5f - q * 2.7557319e-7f))));
  const uint32 k = (uint32)quadrant & 3u;
  const float swap_s = (k & 1u) ? c : s, swap_c = (k & 1u) ? s : c;
  sine = (k & 2u) ? -swap_s : swap_s;
  cosine = ((k + 1u) & 2u) ? -swap_c : swap_c;
}

__device__ void to_normal(uint32 a, uint32 b, float& x, float& y) {
  const float radius = sqrtf(-2.0f * own_log(1.0f - unit(a)));
  float s, c;
  own_sincos(unit(b), s, c);
  x = radius * c;
  y = radius * s;
}

// `steps`: the step is read there where it is not null, by a step that is replayed.
extern "C" __global__ void draw_floats(float* out, uint64 samples, uint64 row, uint32 first,
                                       uint32 step, const uint64* steps, uint32 stream, uint32 k0,
                                       uint32 k1, int normal) {
  const uint64 blocks = (row + 3) / 4;
  const uint64 thread = (uint64)blockIdx.x * blockDim.x + threadIdx.x;
  if (thread >= samples * blocks) return;
  const uint64 sample = thread / blocks, block = thread % blocks;
  const uint32 at_step = steps ? (uint32)*steps : step;
  const Words x = philox((uint32)block, first + (uint32)sample, at_step, stream, k0, k1);
  float made[4];
  if (normal) {
    to_normal(x.w[0], x.w[1], made[0], made[1]);
    to_normal(x.w[2], x.w[3], made[2], made[3]);
  } else {
    for (int w = 0; w < 4; ++w) made[w] = unit(x.w[w]);
  }
  for (uint64 w = 0; w < 4 && block * 4 + w < row; ++w) out[sample * row + block * 4 + w] = made[w];
}

extern "C" __global__ void draw_integers(long long* out, uint64 samples, uint32 below, uint32 first,
                                         uint32 step, const uint64* steps, uint32 stream, uint32 k0,
                                         uint32 k1) {
  const uint64 sample = (uint64)blockIdx.x * blockDim.x + threadIdx.x;
  if (sample >= samples) return;
  const uint32 at_step = steps ? (uint32)*steps : step;
  const Words x = philox(0, first + (uint32)sample, at_step, stream, k0, k1);
  out[sample] = (long long)__umul64hi((uint64)x.w[1] << 32 | x.w[0], (uint64)below);
}
