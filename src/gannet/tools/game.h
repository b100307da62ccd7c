// The game of a generator and a discriminator on points of the plane, to watch: the library's own
// recipes, trained step by step or phase by phase, with what both do at the moment. In the spirit
// of GAN Lab (Kahng et al. 2019, arXiv:1809.01587). No torch in here.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gannet/base/options.h"

namespace gannet {

using GameOptions = std::vector<std::pair<std::string, std::string>>;  // names and values as text

struct GameSetup {
  std::string recipe = "vanilla";
  std::string data = "ring-8";  // one of game_data_names(); "": the points
  std::vector<float> points;    // [N, 2], at least kFewestPoints of them
  GameOptions options;          // of the recipe, and lr_G, lr_D for glr, dlr
  uint64_t seed = 0;
};
inline constexpr size_t kFewestPoints = 16, kMostPoints = 20000;

// "ring-8", "grid-25", and sets that are drawn for the game alone: "two-gaussians", "line", "ring",
// "spiral", "moons".
const std::vector<std::string>& game_data_names();

enum class Player { both, D, G };

// What there is to see. Points are [N, 2] in the data's own units, one after the other.
struct GameFrame {
  int64_t step = 0, d_steps = 0;          // updates of G, and of D
  double loss_D = 0, loss_G = 0;          // means since the last frame; NaN where there was none
  double score_real = 0, score_fake = 0;  // D(x), D(G(z)): means of sigmoid(logit)
  // Of histograms of samples against real points, kCells x kCells over the box, and one more cell
  // for what lies outside, in nats, of the latest of some frames; kl is KL(real || fake) with half
  // a sample more in each cell.
  double js = 0, kl = 0;
  double js_floor = 0;                  // of as many other real points instead of samples
  std::vector<float> fakes;             // of the same latents in each frame
  std::array<double, 4> box{};          // x0, y0, x1, y1
  int64_t surface_side = 0;             // 0: D judges no single point
  std::vector<uint8_t> surface;         // [side, side], row by row from y0 on: 255 is real to D
  bool surface_is_probability = false;  // of real, by its loss; else from its least to its largest
  int64_t manifold_side = 0;
  std::vector<float> manifold;  // G of side x side latents of equal mass, in the first two of its
                                // dimensions; the others are 0
  std::vector<float> arrows;    // [M, 4]: x, y of a sample, and -dL_G/dx times the batch: its pull
};
inline constexpr int64_t kCells = 24;

class Game {
 public:
  // Throws UsageError for recipes that play no game of a generator and a discriminator on points,
  // and for wrong options.
  explicit Game(GameSetup setup);
  ~Game();

  // One step of the recipe, or of one player's phases alone: D's n-critic updates, G's update.
  void step(Player player);
  // light: half the work, with fewer samples and coarser grids. Throws Error where the game
  // diverged: a reset begins it anew.
  GameFrame frame(bool light = false);
  std::vector<float> real_points() const;  // [N, 2], some of them
  void reset();

  // Changes options or the data while it runs: networks go on as they are where they stay of one
  // shape, else the game begins anew (true). Throws as the constructor does, and nothing has
  // changed then.
  bool change(const GameOptions& options);
  bool change_data(const std::string& name, const std::vector<float>& points);

  // Those of the recipe that mean something here, with their values now; names as code has them:
  // n_critic, lr_G.
  std::vector<FieldText> options() const;
  const GameSetup& setup() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gannet
