// Names of metrics, as the field writes them.
#include "gannet/evaluation/metric_table.h"

#include <gtest/gtest.h>

#include "support/error_of.h"

namespace gannet {
namespace {

const std::vector<int64_t> kImages = {1, 28, 28};

MetricRequest one(const std::string& name) {
  const auto all = parse_metrics(name, kImages);
  EXPECT_EQ(all.size(), 1u) << name;
  return all.at(0);
}

TEST(MetricNames, HaveNumbersOfSamplesAndNeighbours) {
  const auto expect = [](const std::string& name, const std::string& metric, int64_t samples,
                         int64_t k) {
    const MetricRequest r = one(name);
    EXPECT_EQ(r.name, name);
    EXPECT_EQ(r.metric, metric) << name;
    EXPECT_EQ(r.samples, samples) << name;
    EXPECT_EQ(r.k, k) << name;
  };
  expect("fd", "fd", 0, 0);
  expect("fd10k", "fd", 10'000, 0);
  expect("kid50k", "kid", 50'000, 0);
  expect("fd500", "fd", 500, 0);
  expect("fd_inf10k", "fd_inf", 10'000, 0);
  expect("precision", "precision", 0, 3);
  expect("precision_k5", "precision", 0, 5);
  expect("coverage2k_k7", "coverage", 2000, 7);
  expect("density", "density", 0, 5);
  expect("1nn", "1nn", 0, 0);
  expect("1nn2k", "1nn", 2000, 0);
  expect("fid50k", "fid", 50'000, 0);
  expect("is10k", "is", 10'000, 0);
  expect("gan_train", "gan-train", 0, 0);
  expect("gan-test500", "gan-test", 500, 0);
  expect("ms-ssim", "ms_ssim", 0, 0);
  expect("log_mel", "log-mel", 0, 0);
}

TEST(MetricNames, OfGroupsAreSeveral) {
  std::string all;
  for (const MetricRequest& r : parse_metrics("prdc,fd,prdc1k_k4,fd", kImages)) all += r.name + " ";
  EXPECT_EQ(all,
            "precision recall density coverage fd precision1k_k4 recall1k_k4 density1k_k4 "
            "coverage1k_k4 ");
  EXPECT_EQ(parse_metrics("prdc", kImages)[2].k, 5);
  EXPECT_EQ(parse_metrics("default", kImages).back().metric, "ms_ssim");
  EXPECT_EQ(parse_metrics("default", {2}).back().metric, "1nn");
  all.clear();
  for (const MetricRequest& r : parse_metrics("two_sample500,two-sample", {2})) all += r.name + " ";
  EXPECT_EQ(all,
            "p_mmd500 p_energy500 p_1nn500 p_friedman_rafsky500 p_mmd p_energy p_1nn "
            "p_friedman_rafsky ");
  EXPECT_EQ(parse_metrics("two-sample", kImages).size(), 3u);
}

TEST(MetricNames, ThatAreWrongAreNamedWithTheNearest) {
  const auto refused = [](const std::string& text) {
    return error_of([&] { parse_metrics(text, kImages); });
  };
  EXPECT_EQ(refused("fd,precison"), "unknown metric: --metrics precison");
  for (const char* wrong : {"fd_k5", "kid0", "kid10m", "fd10kk", "precision_k", "precision_k0", "",
                            "fd,,kid", "1nn_k3", "fd-10k", "fd99999999999999999999"})
    EXPECT_NE(refused(wrong), "no error") << wrong;
  EXPECT_EQ(refused("fd_k3"), "fd takes no number of neighbours (_kN): --metrics fd_k3");
  EXPECT_EQ(refused("coverage2k_k0"),
            "expected a number of neighbours from 1 on after _k: --metrics coverage2k_k0");
  EXPECT_EQ(refused("fd, precison "), "unknown metric: --metrics precison");
  EXPECT_EQ(parse_metrics("fd, kid", kImages).size(), 2u);
  EXPECT_TRUE(names_tests("fd, two-sample"));
  try {
    parse_metrics("precison", kImages);
  } catch (const Error& error) {
    EXPECT_EQ(error.hint(), "did you mean 'precision'?");
  }
}

}  // namespace
}  // namespace gannet
