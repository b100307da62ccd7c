// What `gannet eval` computes of samples itself, without features, against NumPy
// (scripts/golden/set_metrics.py): mean log-mel spectra, and what an autoencoder makes of images.
#include <ATen/TensorOperators.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "data/temporary.h"
#include "gannet/evaluation/detail/sample_metrics.h"
#include "gannet/evaluation/evaluation.h"
#include "gannet/formats/npy.h"
#include "gannet/tools/reconstruction.h"
#include "support/golden.h"

namespace gannet {
namespace {

using nlohmann::json;
using test::numbers;

const json& golden() {
  static const json values = test::read_golden("set_metrics");
  return values;
}

// Clips in memory, float64 [N, C, T].
class Clips : public SampleSource {
 public:
  Clips(Tensor clips, double rate) : clips_(std::move(clips)), rate_(rate) {}
  int64_t size() const override { return clips_.size(0); }
  Shape dims() const override { return clips_.sizes().slice(1).vec(); }
  std::string hash() const override { return ""; }
  Tensor read(const std::vector<int64_t>& indices) const override {
    return clips_.index_select(0, at::tensor(indices, at::kLong));
  }
  Tensor labels(const std::vector<int64_t>&) const override { return {}; }
  std::vector<std::string> classes() const override { return {}; }
  double rate() const override { return rate_; }

 private:
  Tensor clips_;
  double rate_;
};

TEST(IndependentEvaluation, MeanLogMelSpectra) {
  const Clips real(numbers("clips", {4, 2, 2500}), 8000),
      fake(numbers("other clips", {3, 2, 2500}, 0.3), 8000);
  const auto pixels = open_feature_extractor({.name = "pixels", .dims = {2, 2500}});
  SampleFeatures a(real, {0, 1, 2, 3}, *pixels), b(fake, {0, 1, 2}, *pixels);
  const MetricValue found = mel_distance(a, b);
  EXPECT_NEAR(found.value, golden()["log_mel"]["value"].get<double>(), 1e-9);
  ASSERT_TRUE(found.error.has_value());
  EXPECT_NEAR(*found.error, golden()["log_mel"]["error"].get<double>(), 1e-9);
  EXPECT_EQ(found.details.at("bands"), 80);
  EXPECT_EQ(found.details.at("rate"), 8000);
}

// tests/golden/vae.safetensors: of 16x16 pixels, two channels wide.
TEST(IndependentEvaluation, Reconstruction) {
  const testing::TemporaryFolder folder;
  const Tensor images = (numbers("images", {12, 3, 16, 16}) * 127.5 + 128)
                            .floor()
                            .clamp(0, 255)
                            .to(at::kByte)
                            .permute({0, 2, 3, 1})
                            .contiguous();
  const auto* begin = static_cast<const std::byte*>(images.const_data_ptr());
  write_file(folder / "images.npy",
             write_npy({Dtype::U8, images.sizes().vec(), {begin, images.nbytes()}}));
  const std::string network = std::string(GANNET_SOURCE_DIR) + "/tests/golden/vae.safetensors";
  const double expected = golden()["reconstruction"];
  const Evaluation found = evaluate({.real = {folder / "images.npy", {}},
                                     .network = network,
                                     .fake = {},
                                     .metrics = "reconstruction",
                                     .cache = false,
                                     .device = "cpu"});
  ASSERT_EQ(found.results.size(), 1u);
  EXPECT_NEAR(found.results[0].value, expected, 2e-6 * expected);  // float32
  EXPECT_EQ(found.results[0].protocol.n_real, 12);
  const ReconstructionReport again =
      reconstruct(network, folder / "images.npy", {}, 12, /*seed=*/0, 4, 3, "cpu");
  EXPECT_NEAR(again.rms_error, expected, 2e-6 * expected);
}

}  // namespace
}  // namespace gannet
