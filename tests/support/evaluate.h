// Evaluations of arrays in files.
#pragma once

#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include <string>

#include "data/temporary.h"
#include "gannet/evaluation/evaluation.h"
#include "gannet/formats/npy.h"
#include "gannet/tensor/random.h"

namespace gannet::test {

class EvaluateTest : public ::testing::Test {
 protected:
  std::string save(const std::string& name, const Tensor& x) {
    const Tensor plain = x.contiguous();
    const Dtype type = x.scalar_type() == at::kByte    ? Dtype::U8
                       : x.scalar_type() == at::kFloat ? Dtype::F32
                                                       : Dtype::F64;
    const auto* begin = static_cast<const std::byte*>(plain.const_data_ptr());
    write_file(folder_ / name, write_npy({type, x.sizes().vec(), {begin, plain.nbytes()}}));
    return folder_ / name;
  }
  static Tensor vectors(uint64_t seed, int64_t n, const Shape& shape, at::ScalarType type) {
    return normal({.seed = seed}, 0, n, shape, type);
  }
  static Tensor pictures(uint64_t seed, int64_t n, const Shape& shape) {
    return (uniform({.seed = seed}, 0, n, shape, at::kFloat) * 256).floor().to(at::kByte);
  }
  static Evaluation of(const std::string& real, const std::string& fake, const std::string& metrics,
                       bool cache = true) {
    return evaluate({.real = {real, {}}, .fake = {fake, {}}, .metrics = metrics, .cache = cache});
  }

  testing::TemporaryFolder folder_;
  testing::Environment data_{"GANNET_DATA", folder_ / "data"};
};

}  // namespace gannet::test
