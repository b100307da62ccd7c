// Inception-v3 with weights by a formula is that of pytorch-fid and of torchvision, block by block
// (scripts/golden/inception.py).
#include "gannet/evaluation/inception.h"

#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "support/error_of.h"
#include "support/numbers.h"

namespace gannet {
namespace {

using nlohmann::json;

Inception::Weights weights_by_formula(InceptionVariant variant) {
  Inception::Weights all;
  for (const auto& [name, shape] : Inception::weight_shapes(variant)) {
    double scale = 0.2, shift = 0;
    if (name.ends_with("conv.weight") || name == "fc.weight")
      scale = std::sqrt(6.0 / static_cast<double>(count(shape) / shape[0]));
    else if (name.ends_with("running_var") || name.ends_with("bn.weight"))
      scale = 0.5, shift = 1;
    all.emplace_back(name, test::numbers(name, shape, scale, shift));
  }
  return all;
}

const json& golden() {
  static const json all =
      json::parse(std::ifstream(GANNET_SOURCE_DIR "/tests/golden/inception.json"));
  return all;
}

void expect_near(const Tensor& x, const json& expected, const std::string& name) {
  ASSERT_EQ(x.sizes().vec(), expected["shape"].get<Shape>()) << name;
  const auto scale = expected["std"].get<double>();
  const auto near = [&](const Tensor& found, const json& value) {
    EXPECT_NEAR(found.item<double>(), value.get<double>(), 1e-9 * scale) << name;
  };
  near(x.mean(), expected["mean"]);
  near(x.std(), expected["std"]);
  const Tensor flat = x.contiguous().flatten();
  const int64_t n = flat.numel(), at[] = {0, n / 3, n / 2, n - 1};
  for (size_t i = 0; i < 4; ++i) near(flat[at[i]], expected["values"][i]);
}

void check(InceptionVariant variant) {
  const json& expected = golden()[std::string(to_string(variant))];
  const Inception net(variant, weights_by_formula(variant));
  const Tensor image = test::numbers("image", {2, 3, 40, 50}, 0.5, 0.5);
  struct Seen {
    const json& expected;
    size_t blocks = 0;
  } seen{expected["blocks"]};
  const auto on_layer = [](void* to, const std::string& name, const Tensor& x) {
    auto& all = *static_cast<Seen*>(to);
    ++all.blocks;
    expect_near(x, all.expected[name], name);
  };
  const Inception::Result found = net(net.input(image), on_layer, &seen);
  EXPECT_EQ(seen.blocks, expected["blocks"].size());
  expect_near(found.features, expected["features"], "features");
  expect_near(found.scores, expected["scores"], "scores");
}

TEST(Inception, OfTheFidIsPytorchFids) { check(InceptionVariant::fid_2015); }
TEST(Inception, OfTorchvisionIsTorchvisions) { check(InceptionVariant::torchvision); }

TEST(Inception, TakesGreyAndBytes) {
  const Inception net(InceptionVariant::fid_2015, weights_by_formula(InceptionVariant::fid_2015));
  const Tensor grey = test::numbers("grey", {1, 1, 28, 28}, 0.5, 0.5);
  const Inception::Result found = net(net.input(grey));
  expect_near(found.features, golden()["fid-2015 grey"]["features"], "features");
  const Tensor bytes = (grey * 255).round();
  EXPECT_TRUE(
      net.input(bytes.to(at::kByte)).sub(net.input(bytes / 255)).abs().max().item<double>() <
      1e-12);
}

// Keras' mixed5 is the seventh block of the same network, with the other range and corners.
TEST(Inception, OfNsfwjsIsTheFirstBlocks) {
  const Inception net(InceptionVariant::nsfwjs, weights_by_formula(InceptionVariant::nsfwjs));
  const Tensor image = test::numbers("image", {1, 3, 40, 50}, 0.5, 0.5);
  const Inception::Result found = net(net.input(image));
  EXPECT_EQ(found.features.sizes().vec(), (Shape{1, 768}));
  EXPECT_FALSE(found.scores.defined());
  const Inception whole(InceptionVariant::fid_2015, weights_by_formula(InceptionVariant::fid_2015));
  Tensor mixed5;
  whole(
      net.input(image),
      [](void* to, const std::string& name, const Tensor& x) {
        if (name == "Mixed_6c") *static_cast<Tensor*>(to) = x;
      },
      &mixed5);
  EXPECT_TRUE(found.features.equal(mixed5.mean(at::IntArrayRef{2, 3})));
  const Tensor corner = net.input(image);
  EXPECT_NEAR(corner[0][0][298][298].item<double>(), image[0][0][39][49].item<double>(), 1e-12);
}

TEST(Inception, RefusesOtherTensors) {
  Inception::Weights weights = weights_by_formula(InceptionVariant::nsfwjs);
  weights[3].second = weights[3].second.slice(0, 1);
  EXPECT_NE(error_of([&] { Inception(InceptionVariant::nsfwjs, weights); }).find("expected [32]"),
            std::string::npos);
  weights.erase(weights.begin() + 3);
  EXPECT_NE(error_of([&] { Inception(InceptionVariant::nsfwjs, weights); }).find("is missing"),
            std::string::npos);
}

}  // namespace
}  // namespace gannet
