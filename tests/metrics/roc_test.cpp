#include "gannet/metrics/roc.h"

#include <gtest/gtest.h>

#include <cmath>

#include "gannet/base/error.h"
#include "gannet/base/philox.h"

namespace gannet {
namespace {

using Numbers = std::vector<double>;

TEST(Roc, IsTheShareOfPairsInOrder) {
  EXPECT_EQ(roc(Numbers{0, 1}, Numbers{2, 3}).auc, 1);
  EXPECT_EQ(roc(Numbers{2, 3}, Numbers{0, 1}).auc, 0);
  EXPECT_EQ(roc(Numbers{1, 1, 1}, Numbers{1, 1}).auc, 0.5);
  // Pairs: 1 > 0, 1 = 1 (half), 3 > 0, 3 > 1.
  EXPECT_EQ(roc(Numbers{0, 1}, Numbers{1, 3}).auc, 3.5 / 4);
  const Roc curve = roc(Numbers{0, 1}, Numbers{1, 3});
  EXPECT_EQ(curve.fpr, (Numbers{0, 0, 0.5, 1}));
  EXPECT_EQ(curve.tpr, (Numbers{0, 0.5, 1, 1}));
  EXPECT_THROW(roc(Numbers{}, Numbers{1}), Error);
}

// Normal scores about 0 and about 2: log P / (1 - P) = 2 s - 2 where both are as frequent.
TEST(Calibration, FindsTheLogisticCurve) {
  Scores real, fake;
  for (uint32_t i = 0; i < 20000; ++i) {
    float z[2];
    normal({.seed = 1}, i, z);
    if (i % 10 == 0) real.push_back({z[0]});  // fewer, but they weigh as much
    fake.push_back({z[1] + 2.0});
  }
  const Calibration c = fit_calibration(real, fake);
  for (const double s : {-1.0, 0.0, 1.0, 2.5})
    EXPECT_NEAR(c.probability(Numbers{s}), 1 / (1 + std::exp(2 - 2 * s)), 0.02) << s;
}

TEST(Calibration, WeighsScoresByWhatTheyTell) {
  Scores real, fake;
  for (uint32_t i = 0; i < 4000; ++i) {
    float z[2];
    normal({.seed = 2}, i, z);
    (i % 2 ? real : fake).push_back({z[0] + (i % 2 ? 0.0 : 3.0), 100.0 * z[1]});
  }
  const Calibration c = fit_calibration(real, fake);
  EXPECT_GT(c.weight[0], 10 * std::abs(c.weight[1]));
}

TEST(Calibration, StaysFiniteWhereScoresPartTheClasses) {
  const Scores real(20, Numbers{-5.0}), fake(20, Numbers{5.0});
  const Calibration c = fit_calibration(real, fake);
  EXPECT_NEAR(c.probability(Numbers{5}), 21.0 / 22, 0.01);  // Platt's target
  EXPECT_NEAR(c.probability(Numbers{-5}), 1.0 / 22, 0.01);
  EXPECT_NEAR(c.probability(Numbers{0}), 0.5, 1e-6);
}

TEST(Calibration, RefusesWhatItCannotLearnFrom) {
  EXPECT_THROW(fit_calibration({{1}}, {{2}, {3}}), Error);
  EXPECT_THROW(fit_calibration({{1}, {2, 3}}, {{2}, {3}}), Error);
}

}  // namespace
}  // namespace gannet
