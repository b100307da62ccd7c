// What the scripts of scripts/golden write, and the features that they measure.
#pragma once

#include <ATen/ops/matmul.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "support/numbers.h"

namespace gannet::test {

// tests/golden/NAME.json.
inline nlohmann::json read_golden(const std::string& name) {
  return nlohmann::json::parse(
      std::ifstream(std::string(GANNET_SOURCE_DIR) + "/tests/golden/" + name + ".json"));
}

// features() of scripts/golden/metrics.py, [n, 6].
inline Tensor mixed_features(const char* tag, int64_t n, double scale, double shift) {
  return at::matmul(numbers(tag, {n, 6}, scale), numbers("mix", {6, 6})) + shift;
}
inline Tensor real_features() { return mixed_features("real", 90, 1, 0); }
inline Tensor fake_features() { return mixed_features("fake", 70, 1.2, 0.1); }

}  // namespace gannet::test
