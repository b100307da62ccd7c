// Each adversarial loss by hand on fixed logits, its range, and its gradients by finite
// differences.
#include "gannet/losses/adversarial.h"

#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cmath>

#include "gannet/base/error.h"
#include "support/numbers.h"

namespace gannet {
namespace {

Tensor column(std::initializer_list<double> values) {
  return at::tensor(std::vector<double>(values), at::TensorOptions().dtype(at::kDouble))
      .reshape({-1, 1});
}

// D says 2 and -1 of two real samples, 0.5 and -3 of two fake ones.
const double r1 = 2, r2 = -1, f1 = 0.5, f2 = -3;
Logits logits() { return {.real = column({r1, r2}), .fake = column({f1, f2})}; }

double plus(double x) { return std::log(1 + std::exp(x)); }  // softplus

struct Expected {
  const char* name;
  double d, g;
};

std::vector<Expected> expected() {
  const double mean_real = 0.5, mean_fake = -1.25;
  const double d_minimax = (plus(-r1) + plus(-r2)) / 2 + (plus(f1) + plus(f2)) / 2;
  return {
      // -log sigmoid(real) - log(1 - sigmoid(fake)); G by -log sigmoid(fake)
      {"ns", d_minimax, (plus(-f1) + plus(-f2)) / 2},
      {"minimax", d_minimax, -(plus(f1) + plus(f2)) / 2},
      // ((1 + 4) / 2 + (0.25 + 9) / 2) / 2; (0.25 + 16) / 2 / 2
      {"lsgan", 3.5625, 4.0625},
      // real: max(0, -1), max(0, 2); fake: max(0, 1.5), max(0, -2)
      {"hinge", 1 + 0.75, 1.25},
      {"wgan", -1.25 - 0.5, 1.25},
      // pairs: fake - real = -1.5, -2
      {"rpgan", (plus(-1.5) + plus(-2)) / 2, (plus(1.5) + plus(2)) / 2},
      {"ragan",
       (plus(mean_fake - r1) + plus(mean_fake - r2) + plus(f1 - mean_real) + plus(f2 - mean_real)) /
           2,
       (plus(mean_real - f1) + plus(mean_real - f2) + plus(r1 - mean_fake) + plus(r2 - mean_fake)) /
           2},
  };
}

TEST(AdversarialLosses, AreAsByHand) {
  ASSERT_EQ(adversarial_losses().size(), expected().size());
  for (const Expected& e : expected()) {
    const AdversarialLoss& loss = adversarial_loss(e.name);
    EXPECT_EQ(loss.name, e.name);
    EXPECT_NEAR(loss.d(logits(), {}).item<double>(), e.d, 1e-14) << e.name;
    EXPECT_NEAR(loss.g(logits()).item<double>(), e.g, 1e-14) << e.name;
    EXPECT_EQ(loss.d(logits(), {}).dim(), 0) << e.name;
  }
}

TEST(AdversarialLosses, GradientsAreThoseOfFiniteDifferences) {
  for (const AdversarialLoss& loss : adversarial_losses()) {
    SCOPED_TRACE(loss.name);
    const std::vector<Tensor> at{test::numbers("real", {5, 1}, 3),
                                 test::numbers("fake", {5, 1}, 3)};
    test::expect_gradients(
        [&](const std::vector<Tensor>& x) { return loss.d({.real = x[0], .fake = x[1]}, {}); }, at);
    if (loss.g_needs_real)
      test::expect_gradients(
          [&](const std::vector<Tensor>& x) { return loss.g({.real = x[0], .fake = x[1]}); }, at);
    else
      test::expect_gradients(
          [&](const std::vector<Tensor>& x) { return loss.g({.real = {}, .fake = x[0]}); },
          {at[1]});
  }
}

TEST(AdversarialLosses, MoveTheirTargetsWithLabelSmoothing) {
  const Targets t{.real = 0.9, .fake = 0.2};
  // -t log D - (1 - t) log(1 - D)
  const auto entropy = [](double logit, double t) {
    return t * plus(-logit) + (1 - t) * plus(logit);
  };
  const double logistic =
      (entropy(r1, 0.9) + entropy(r2, 0.9)) / 2 + (entropy(f1, 0.2) + entropy(f2, 0.2)) / 2;
  const double squares = ((1.21 + 3.61) / 2 + (0.09 + 10.24) / 2) / 2;
  for (const AdversarialLoss& loss : adversarial_losses()) {
    if (!loss.has_targets) {
      EXPECT_EQ(loss.d(logits(), t).item<double>(), loss.d(logits(), {}).item<double>());
      continue;
    }
    EXPECT_NEAR(loss.d(logits(), t).item<double>(), loss.name == "lsgan" ? squares : logistic,
                1e-13)
        << loss.name;
    test::expect_gradients(
        [&](const std::vector<Tensor>& x) { return loss.d({.real = x[0], .fake = x[1]}, t); },
        {test::numbers("real", {5, 1}, 3), test::numbers("fake", {5, 1}, 3)});
  }
}

TEST(AdversarialLosses, StayInTheirRanges) {
  const auto d = [](const char* name, const Logits& l) {
    return adversarial_loss(name).d(l, {}).item<double>();
  };
  const auto g = [](const char* name, const Logits& l) {
    return adversarial_loss(name).g(l).item<double>();
  };
  for (const double real : {-80., -2., 0., 3., 80.})
    for (const double fake : {-80., -1., 0., 4., 80.}) {
      const Logits l{.real = column({real, -real}), .fake = column({fake, fake / 2})};
      for (const char* name : {"ns", "minimax", "lsgan", "hinge", "rpgan", "ragan"})
        EXPECT_GE(d(name, l), 0) << name;
      for (const char* name : {"ns", "lsgan", "rpgan", "ragan"}) EXPECT_GE(g(name, l), 0) << name;
      EXPECT_LE(g("minimax", l), 0);
      for (const AdversarialLoss& loss : adversarial_losses()) {
        EXPECT_TRUE(std::isfinite(loss.d(l, {}).item<double>())) << loss.name;
        EXPECT_TRUE(std::isfinite(loss.g(l).item<double>())) << loss.name;
      }
    }
}

TEST(AdversarialLosses, ReachTheirKnownPoints) {
  // Where D cannot tell (logit 0), the value of the game is log 4 (Goodfellow et al., theorem 1).
  const Logits unsure{.real = column({0, 0}), .fake = column({0, 0})};
  EXPECT_NEAR(adversarial_loss("minimax").d(unsure, {}).item<double>(), std::log(4), 1e-15);
  EXPECT_NEAR(adversarial_loss("rpgan").d(unsure, {}).item<double>(), std::log(2), 1e-15);
  // A D that is sure and right costs nothing, and stays finite.
  const Logits sure{.real = column({500}), .fake = column({-500})};
  for (const char* name : {"ns", "hinge", "rpgan", "ragan"})
    EXPECT_LT(adversarial_loss(name).d(sure, {}).item<double>(), 1e-200) << name;
  EXPECT_NEAR(adversarial_loss("ns").g(sure).item<double>(), 500, 1e-12);
}

TEST(AdversarialLosses, PairRealAndFakeWhereTheyAreRelativistic) {
  // Adding the same number to both changes nothing.
  const Logits l = logits(), moved{.real = l.real + 7, .fake = l.fake + 7};
  for (const AdversarialLoss& loss : adversarial_losses())
    if (loss.g_needs_real || loss.name == "wgan") {
      EXPECT_NEAR(loss.d(l, {}).item<double>(), loss.d(moved, {}).item<double>(), 1e-13)
          << loss.name;
    }
}

TEST(AdversarialLosses, UnknownNameIsAUsageErrorThatOffersTheNearest) {
  try {
    adversarial_loss("hing");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "unknown loss: hing");
    EXPECT_EQ(error.hint(), "did you mean hinge?");
  }
  EXPECT_THROW(adversarial_loss("perceptual"), UsageError);
}

}  // namespace
}  // namespace gannet
