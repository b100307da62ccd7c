// The networks of a game and their training.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gannet/data/loader.h"
#include "gannet/runs/config.h"
#include "gannet/tools/game.h"
#include "gannet/training/trainer.h"

namespace gannet {

// In the order of their construction.
struct GameEngine {
  Config config;
  std::shared_ptr<const Dataset> data;
  std::unique_ptr<Gan> gan;
  std::unique_ptr<Loader> loader;
  std::unique_ptr<Trainer> trainer;
};

// The recipe's networks for these points, by its preset but for what a game needs: two latent
// dimensions, constant rates, no average of G. Throws UsageError.
std::unique_ptr<GameEngine> make_game_engine(const GameSetup& setup,
                                             std::shared_ptr<const Dataset> data);

// Of the recipe's options those that mean something here: no lengths, reports or schedules.
bool is_game_option(std::string_view name);

// Weights, moments and progress of another engine; false where a network has another shape.
bool take_over(GameEngine& engine, GameEngine& from);

// What there is to see of it, in part of GameFrame; the rest is of the trainer's tick.
class GameView {
 public:
  explicit GameView(const Dataset& data);
  // counts: compares so many samples with real points as well, which takes longer than the rest.
  void look(GameEngine& engine, bool counts, bool light, GameFrame& frame) const;
  std::vector<float> real_points() const;  // [N, 2] in the data's own units

 private:
  void compare(const std::vector<float>& fakes, GameFrame& frame) const;
  std::vector<double> histogram(const std::vector<float>& points) const;
  Tensor in_own_units(const Tensor& x) const;

  DatasetInfo info_;
  std::array<double, 4> box_{};
  std::vector<float> reals_;
  std::vector<double> real_histogram_;
  double floor_ = 0;
};

}  // namespace gannet
