// Values that move with the images seen: where they are, and that learning follows them.
#include "gannet/training/schedule.h"

#include <gtest/gtest.h>

#include <cmath>

#include "gannet/base/error.h"
#include "support/tiny_gan.h"

namespace gannet {
namespace {

TEST(Schedules, StayWithoutAnEnd) {
  Options o;
  o.r1 = 3;
  for (const int64_t images : {0, 1000, 1000000}) {
    const ScheduledValues p = schedule_at(o, images);
    EXPECT_EQ(p.lr, 1);
    EXPECT_EQ(p.b2, o.b2);
    EXPECT_EQ(p.r1_scale, 1);
    EXPECT_EQ(p.ema, o.ema);
    EXPECT_EQ(p.noise, 0);
    EXPECT_EQ(p.top_k, 1);
  }
}

TEST(Schedules, GoFromStartToEndOverTheBurnInAndStayThere) {
  Options o;
  o.burn_in = 2;  // kimg
  o.lr = 4e-4;
  o.lr_end = 1e-4;
  o.gamma = 2;
  o.gamma_end = 0.5;
  o.b2 = 0.9;
  o.b2_end = 0.99;
  o.ema = 0;
  o.ema_end = 500;
  o.noise = 1;
  o.noise_end = 0;
  o.top_k = 0.5;
  for (const char* schedule : {"linear", "cosine"}) {
    o.schedule = schedule;
    // Where a quarter of the way is: 1/4, or (1 - cos 45 degrees) / 2.
    const double quarter = o.schedule == "linear" ? 0.25 : (1 - std::sqrt(0.5)) / 2;
    for (const auto& [images, way] :
         {std::pair{0, 0.0}, {500, quarter}, {1000, 0.5}, {2000, 1.0}, {9000, 1.0}}) {
      const ScheduledValues p = schedule_at(o, images);
      EXPECT_NEAR(p.lr, 1 + way * (0.25 - 1), 1e-12) << schedule << " " << images;
      EXPECT_NEAR(p.r1_scale, 1 + way * (0.25 - 1), 1e-12);
      EXPECT_NEAR(p.b2, 0.9 + way * 0.09, 1e-12);
      EXPECT_NEAR(p.ema, way * 500, 1e-9);
      EXPECT_NEAR(p.noise, 1 - way, 1e-12);
      EXPECT_NEAR(p.top_k, 1 - way / 2, 1e-12);
    }
  }
}

TEST(Schedules, GoExponentiallyBetweenValuesAboveZero) {
  Options o;
  o.schedule = "exponential";
  o.kimg = 4;
  o.lr = 1e-2;
  o.lr_end = 1e-4;
  o.gamma = 1;
  o.gamma_end = 1e-6;
  for (const auto& [images, way] : {std::pair{0, 0.0}, {1000, 0.25}, {4000, 1.0}, {9000, 1.0}}) {
    EXPECT_NEAR(schedule_at(o, images).lr, std::pow(1e-2, way), 1e-12);
    EXPECT_NEAR(schedule_at(o, images).r1_scale, std::pow(1e-6, way), 1e-12);
  }
  EXPECT_NO_THROW(check_schedules(o));
  o.noise = 1;
  o.noise_end = 0;
  EXPECT_THROW(check_schedules(o), UsageError);
}

TEST(Schedules, TakeTheWholeRunUnlessToldOtherwise) {
  Options o;
  o.kimg = 10;
  o.schedule = "linear";
  o.lr_end = 0;
  EXPECT_NEAR(schedule_at(o, 5000).lr, 0.5, 1e-12);
}

TEST(Schedules, RefuseAnEndThatNothingMovesTo) {
  Options constant;
  constant.schedule = "constant";
  constant.noise_end = 0.1;
  EXPECT_THROW(check_schedules(constant), UsageError);
  Options no_start;
  no_start.gamma_end = 1;
  EXPECT_THROW(check_schedules(no_start), UsageError);
  no_start.r1 = 1;
  EXPECT_NO_THROW(check_schedules(no_start));
}

TEST(Schedules, MoveTheLearningRateOfTheRunItself) {
  Options o = test::tiny_options();  // six steps of 4
  o.optimizer = "sgd";
  o.schedule = "linear";
  o.lr_end = 0;
  o.burn_in = 0.012;  // three steps
  test::TinyGan gan(o);
  Loader loader = test::make_loader(o, test::points());
  std::vector<double> moved;
  Tensor before = gan.D.parameters.clone();
  test::Watcher watcher;
  watcher.step = [&](const Trainer&) {
    moved.push_back((gan.D.parameters - before).abs().max().item<double>());
    before = gan.D.parameters.clone();
    return true;
  };
  Trainer(gan, loader, o).train(watcher);
  ASSERT_EQ(moved.size(), 6u);
  for (size_t step = 0; step < 3; ++step) EXPECT_GT(moved[step], 0) << step;
  for (size_t step = 3; step < 6; ++step) EXPECT_EQ(moved[step], 0) << step;
}

}  // namespace
}  // namespace gannet
