// Feature nets: those that are shipped, against plain PyTorch (scripts/golden/feature_nets.py); and
// training one.
#include "gannet/evaluation/feature_net.h"

#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "data/temporary.h"
#include "gannet/evaluation/evaluation.h"
#include "gannet/evaluation/feature_extractor.h"
#include "gannet/evaluation/feature_net_training.h"
#include "support/error_of.h"
#include "support/numbers.h"

namespace gannet {
namespace {

using nlohmann::json;

Tensor images(int64_t n) {
  return (test::numbers("images", {n, 1, 28, 28}) * 127.5 + 128)
      .floor()
      .clamp(0, 255)
      .to(at::kByte);
}

double furthest(const Tensor& x, const json& expected) {
  double most = 0;
  for (int64_t i = 0; i < x.size(0); ++i)
    for (int64_t j = 0; j < x.size(1); ++j)
      most = std::max(
          most,
          std::abs(x[i][j].item<double>() -
                   expected.at(static_cast<size_t>(i)).at(static_cast<size_t>(j)).get<double>()));
  return most;
}

TEST(ShippedFeatureNets, AreWhatPyTorchMakesOfTheirFiles) {
  const json golden =
      json::parse(std::ifstream(GANNET_SOURCE_DIR "/tests/golden/feature_nets.json"));
  EXPECT_EQ(shipped_feature_nets(), (std::vector<std::string>{"fashion-mnist", "mnist"}));
  for (const std::string& name : shipped_feature_nets()) {
    const FeatureNet net = shipped_feature_net(name);
    const FeatureNet::Result found = net(images(3));
    EXPECT_LT(furthest(found.features.slice(1, 0, 128, 16), golden[name]["features"]), 1e-4);
    EXPECT_LT(furthest(found.scores, golden[name]["scores"]), 1e-4);
    EXPECT_EQ(net.info().test_accuracy, golden[name]["test_accuracy"].get<double>());
    EXPECT_EQ(net.info().test_images, 10'000);
    EXPECT_GE(net.info().test_accuracy, name == "mnist" ? 0.992 : 0.93);
    EXPECT_EQ(net.hash().size(), 71u);
  }
}

TEST(ShippedFeatureNets, GiveASampleTheSameFeaturesInAnyBatch) {
  const FeatureNet net = shipped_feature_net("fashion-mnist");
  const Tensor all = net(images(130)).features;
  EXPECT_TRUE(net(images(130).slice(0, 128)).features.equal(all.slice(0, 128)));
  const Tensor floats = images(3).to(at::kDouble) / 255;
  EXPECT_LT((net(floats).features - all.slice(0, 0, 3)).abs().max().item<double>(), 1e-4);
}

TEST(ShippedFeatureNets, AreTakenForTheirData) {
  const FeatureNetInfo info = shipped_feature_net("mnist").info();
  const auto chosen = [](const FeatureRequest& request) {
    return open_feature_extractor(request)->name();
  };
  EXPECT_EQ(chosen({.dims = {1, 28, 28}, .source = "mnist"}), "mnist");
  EXPECT_EQ(chosen({.dims = {1, 28, 28}, .source = "x-ubyte", .hash = info.test_hash}), "mnist");
  EXPECT_EQ(chosen({.dims = {1, 28, 28}, .source = "fashion-mnist/3"}), "fashion-mnist");
  EXPECT_EQ(chosen({.dims = {1, 28, 28}, .source = "digits.npy"}), "pixels");
  EXPECT_EQ(chosen({.dims = {1, 32, 32}, .source = "mnist"}), "pixels");
  EXPECT_EQ(error_of([] {
              open_feature_extractor({.name = "mnist", .dims = {3, 28, 28}});
            }),
            "this feature net takes images [1, 28, 28], and the samples are [3, 28, 28]: "
            "--features mnist");
  EXPECT_NE(error_of([] {
              open_feature_extractor({.name = "minst", .dims = {1, 28, 28}});
            }),
            "no error");
}

class FeatureNetFile : public ::testing::Test {
 protected:
  testing::TemporaryFolder folder_;
  testing::Environment data_{"GANNET_DATA", folder_ / "data"};
};

TEST_F(FeatureNetFile, IsTrainedWrittenAndRead) {
  FeatureNetTraining training{.data = "shapes", .out = folder_ / "net", .steps = 150, .batch = 32};
  training.source.image_size = 16;
  training.source.limit = 1500;
  training.shift = 0;
  training.average = 20;
  training.width = 8;
  training.features = 32;
  training.device = "cpu";
  const FeatureNetReport report = train_feature_net(training);
  EXPECT_GT(report.test_accuracy, 0.3);  // of eight shapes
  const FeatureNet net = open_feature_net(folder_ / "net");
  EXPECT_EQ(net.info().test_accuracy, report.test_accuracy);
  EXPECT_EQ(net.info().features, 32);
  const Bytes once = read_file(folder_ / "net");
  train_feature_net(training);
  EXPECT_TRUE(once == read_file(folder_ / "net"));  // a function of its options

  SourceOptions source = training.source;
  const Evaluation found = evaluate({.real = {"shapes", source},
                                     .fake = {"shapes", source},
                                     .metrics = "fd300,is300,gan-train300,gan-test300",
                                     .features = folder_ / "net",
                                     .reference = false,
                                     .cache = false});
  EXPECT_LT(found.results[0].value, 20);
  EXPECT_GT(found.results[1].value, 1.2);
  EXPECT_GT(found.results[2].value, 0.25);
  EXPECT_GT(found.results[3].value, 0.25);
  EXPECT_EQ(found.results[0].protocol.feature_hash, net.hash());
}

TEST_F(FeatureNetFile, ThatIsNoneIsRefused) {
  write_file(folder_ / "x", std::string("no net"));
  EXPECT_NE(error_of([&] { open_feature_net(folder_ / "x"); }), "no error");
}

}  // namespace
}  // namespace gannet
