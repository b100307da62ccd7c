// The kernels of a GPU as C++: the same draws as base/philox.cpp's.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include "gannet/base/philox.h"

namespace gannet::test::kernels {

// What the kernels take from CUDA.
struct Place {
  unsigned x = 0;
} blockIdx, blockDim, threadIdx;
float __uint_as_float(unsigned x) { return std::bit_cast<float>(x); }
unsigned __float_as_uint(float x) { return std::bit_cast<unsigned>(x); }
unsigned long long __umul64hi(unsigned long long a, unsigned long long b) {
  return static_cast<unsigned long long>((static_cast<unsigned __int128>(a) * b) >> 64);
}
#define __device__ static
#define __global__
#include "gannet/tensor/kernels/philox.cu"
#undef __device__
#undef __global__

}  // namespace gannet::test::kernels

namespace gannet::test {
namespace {

// Each thread of a launch, one after the other.
template <class F>
void launch(uint64_t threads, F kernel) {
  constexpr unsigned kBlock = 32;
  kernels::blockDim.x = kBlock;
  for (uint64_t i = 0; i < (threads + kBlock - 1) / kBlock * kBlock; ++i) {
    kernels::blockIdx.x = static_cast<unsigned>(i / kBlock);
    kernels::threadIdx.x = static_cast<unsigned>(i % kBlock);
    kernel();
  }
}

const Address kAddress{.seed = 0x123456789abcdefULL, .step = 77, .phase = 2, .layer = 5, .call = 3};

struct Words {
  uint32_t stream = kAddress.stream(), k0 = static_cast<uint32_t>(kAddress.seed),
           k1 = static_cast<uint32_t>(kAddress.seed >> 32);
};

TEST(PhiloxKernels, DrawFloatsOfTheSameBits) {
  const Words w;
  for (const uint64_t row : {1, 2, 3, 4, 17, 100, 3001}) {
    for (const bool normals : {false, true}) {
      const uint64_t samples = 7;
      std::vector<float> expected(samples * row), found(samples * row + 1, -5);
      for (uint32_t i = 0; i < samples; ++i) {
        const std::span<float> numbers(expected.data() + i * row, row);
        normals ? normal(kAddress, 9 + i, numbers) : uniform(kAddress, 9 + i, numbers);
      }
      launch(samples * ((row + 3) / 4), [&] {
        kernels::draw_floats(found.data(), samples, row, 9, kAddress.step, nullptr, w.stream, w.k0,
                             w.k1, normals);
      });
      EXPECT_EQ(found.back(), -5);
      found.pop_back();
      EXPECT_EQ(expected, found) << row;
    }
  }
}

TEST(PhiloxKernels, ReadTheStepFromMemory) {
  const Words w;
  std::vector<float> expected(8), found(8);
  normal(kAddress, 0, expected);
  const unsigned long long step = kAddress.step;
  launch(2,
         [&] { kernels::draw_floats(found.data(), 1, 8, 0, 1, &step, w.stream, w.k0, w.k1, 1); });
  EXPECT_EQ(expected, found);
}

TEST(PhiloxKernels, DrawIntegers) {
  const Words w;
  for (const uint32_t below : {1u, 10u, 4294967295u}) {
    std::vector<long long> found(50);
    launch(50, [&] {
      kernels::draw_integers(found.data(), 50, below, 3, kAddress.step, nullptr, w.stream, w.k0,
                             w.k1);
    });
    for (uint32_t i = 0; i < 50; ++i) EXPECT_EQ(found[i], integer(kAddress, 3 + i, below));
  }
}

}  // namespace
}  // namespace gannet::test
