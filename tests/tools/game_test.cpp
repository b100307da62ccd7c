// The game to watch: steps of one player change that one alone, and a change of options keeps the
// networks where it can.
#include "gannet/tools/game.h"

#include <gtest/gtest.h>

#include <cmath>

#include "gannet/base/error.h"

namespace gannet {
namespace {

GameSetup small(std::string data = "ring-8") {
  return {.data = std::move(data), .options = {{"ngf", "16"}, {"ndf", "16"}, {"batch", "32"}}};
}

TEST(Game, MovesOnePlayerAtATime) {
  Game game(small());
  const GameFrame start = game.frame();
  game.step(Player::D);
  const GameFrame after_d = game.frame();
  EXPECT_EQ(after_d.fakes, start.fakes);
  EXPECT_EQ(after_d.manifold, start.manifold);
  EXPECT_NE(after_d.surface, start.surface);
  EXPECT_EQ(after_d.d_steps, 1);
  EXPECT_EQ(after_d.step, 0);
  game.step(Player::G);
  const GameFrame after_g = game.frame();
  EXPECT_NE(after_g.fakes, after_d.fakes);
  EXPECT_EQ(after_g.surface, after_d.surface);
  EXPECT_EQ(after_g.step, 1);
  EXPECT_FALSE(std::isnan(after_g.loss_D) || std::isnan(after_g.loss_G));
}

TEST(Game, ALightFrameIsACoarserOne) {
  Game game(small());
  for (int i = 0; i < 3; ++i) game.step(Player::both);
  const GameFrame full = game.frame(), light = game.frame(/*light=*/true);
  ASSERT_LT(light.fakes.size(), full.fakes.size());
  for (size_t i = 0; i < light.fakes.size(); ++i)  // of the first of the same latents
    EXPECT_NEAR(light.fakes[i], full.fakes[i], 1e-5);
  EXPECT_EQ(light.surface.size(), static_cast<size_t>(light.surface_side * light.surface_side));
  EXPECT_EQ(light.manifold.size(),
            static_cast<size_t>(2 * light.manifold_side * light.manifold_side));
  EXPECT_LT(light.surface_side, full.surface_side);
  EXPECT_EQ(light.js, full.js);
}

TEST(Game, IsAFunctionOfItsSeed) {
  Game a(small()), b(small()), c({.options = small().options, .seed = 1});
  for (Game* game : {&a, &b, &c})
    for (int i = 0; i < 3; ++i) game->step(Player::both);
  EXPECT_EQ(a.frame().fakes, b.frame().fakes);
  EXPECT_NE(a.frame().fakes, c.frame().fakes);
  a.reset();
  EXPECT_EQ(a.frame().fakes, Game(small()).frame().fakes);
}

TEST(Game, GoesOnWithOtherOptionsAndData) {
  Game game(small());
  for (int i = 0; i < 5; ++i) game.step(Player::both);
  const GameFrame before = game.frame();
  EXPECT_FALSE(game.change({{"lr_G", "0.01"}, {"loss", "hinge"}, {"n_critic", "2"}}));
  EXPECT_EQ(game.frame().fakes, before.fakes);
  EXPECT_EQ(game.frame().step, 5);
  game.step(Player::both);
  EXPECT_EQ(game.frame().d_steps, 7);
  EXPECT_FALSE(game.change_data("spiral", {}));
  EXPECT_EQ(game.frame().step, 6);
  EXPECT_TRUE(game.change({{"ngf", "24"}}));  // other networks
  EXPECT_EQ(game.frame().step, 0);
}

TEST(Game, RefusesAndStaysAsItWas) {
  Game game(small());
  game.step(Player::both);
  const GameFrame before = game.frame();
  for (const GameOptions& wrong :
       {GameOptions{{"lr", "-1"}}, GameOptions{{"nope", "1"}}, GameOptions{{"ngf", "5000"}},
        GameOptions{{"seed", "1"}}, GameOptions{{"kimg", "1"}}, GameOptions{{"pack", "5"}}})
    EXPECT_THROW(game.change(wrong), UsageError) << wrong[0].first;
  EXPECT_THROW(game.change_data("nope", {}), UsageError);
  EXPECT_THROW(game.change_data("", {1, 2, 3, 4}), UsageError);
  EXPECT_EQ(game.frame().fakes, before.fakes);
  EXPECT_EQ(game.frame().step, 1);
  EXPECT_THROW(Game({.recipe = "vae"}), UsageError);
}

TEST(Game, PullsSamplesTowardsWhatDTakesForReal) {
  // D alone learns that the reals are at the right; G's samples are then pulled there.
  std::vector<float> points;
  for (int i = 0; i < 200; ++i) {
    points.push_back(5 + 0.1f * static_cast<float>(i % 10));
    points.push_back(0.1f * static_cast<float>(i / 10));
  }
  GameSetup setup = small("");
  setup.points = points;
  Game game(setup);
  for (int i = 0; i < 60; ++i) game.step(Player::D);
  const GameFrame frame = game.frame();
  ASSERT_GT(frame.arrows.size(), 0u);
  // Where D's surface rises, along the pull.
  const auto at = [&](double x, double y) {
    const double n = static_cast<double>(frame.surface_side);
    const double column = (x - frame.box[0]) / (frame.box[2] - frame.box[0]) * n,
                 row = (y - frame.box[1]) / (frame.box[3] - frame.box[1]) * n;
    if (column < 0 || row < 0 || column >= n || row >= n) return -1;
    return static_cast<int>(
        frame.surface[static_cast<size_t>(std::floor(row) * n + std::floor(column))]);
  };
  int up = 0, down = 0;
  for (size_t i = 0; i + 3 < frame.arrows.size(); i += 4) {
    const double length = std::hypot(frame.arrows[i + 2], frame.arrows[i + 3]);
    if (length == 0) continue;
    const double step = 0.1 * (frame.box[2] - frame.box[0]) / length;
    const int here = at(frame.arrows[i], frame.arrows[i + 1]),
              there = at(frame.arrows[i] + step * frame.arrows[i + 2],
                         frame.arrows[i + 1] + step * frame.arrows[i + 3]);
    if (here >= 0 && there >= 0) there >= here ? ++up : ++down;
  }
  EXPECT_GT(up, 4 * down);
}

TEST(Game, ComparesSamplesWithRealPoints) {
  Game game(small("two-gaussians"));
  const GameFrame frame = game.frame();
  EXPECT_GT(frame.js, 10 * frame.js_floor);
  EXPECT_LE(frame.js, std::log(2.0) + 1e-9);
  EXPECT_EQ(frame.surface.size(), static_cast<size_t>(frame.surface_side * frame.surface_side));
  EXPECT_EQ(frame.manifold.size(),
            static_cast<size_t>(2 * frame.manifold_side * frame.manifold_side));
  EXPECT_TRUE(frame.surface_is_probability);
}

}  // namespace
}  // namespace gannet
