#include "gannet/tools/game.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "gannet/base/error.h"
#include "gannet/tools/compute.h"
#include "gannet/tools/detail/game_data.h"
#include "gannet/tools/detail/game_engine.h"

namespace gannet {
namespace {

constexpr int64_t kCountedFrame = 6;  // of so many frames one compares samples with real points
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::shared_ptr<const Dataset> data_of(const GameSetup& setup) {
  return setup.data.empty() ? point_set("points", setup.points) : game_data(setup.data);
}

bool trains(const Phase& phase, Player player) {
  const bool d = std::ranges::find(phase.nets, "D") != phase.nets.end();
  return player == Player::both || d == (player == Player::D);
}

double value_of(const std::vector<std::pair<std::string, double>>& values, const char* name) {
  const auto found = std::ranges::find(values, name, [](const auto& each) { return each.first; });
  return found == values.end() ? kNone : found->second;
}

// Calls work() with what tensors throw as an Error.
template <class Work>
auto plainly(const Work& work) {
  try {
    return work();
  } catch (...) {
    rethrow_plain(std::current_exception());
  }
}

}  // namespace

struct Game::State {
  GameSetup setup;
  std::shared_ptr<const Dataset> data;
  std::unique_ptr<GameEngine> engine;
  std::optional<GameView> view;
  int64_t step = 0, d_steps = 0;
  int64_t frames = 0;
  double js = 0, kl = 0, js_floor = 0;  // of the frame that counted last
  double loss_D = kNone, loss_G = kNone, score_real = kNone, score_fake = kNone;

  void begin() {
    engine = make_game_engine(setup, data);
    step = d_steps = frames = 0;
    loss_D = loss_G = score_real = score_fake = kNone;
  }

  // The engine of another setup or data, which goes on where it can; true: it begins anew.
  bool replace(GameSetup next, std::shared_ptr<const Dataset> with) {
    std::unique_ptr<GameEngine> other = make_game_engine(next, with);
    const bool goes_on = take_over(*other, *engine);
    setup = std::move(next);
    data = std::move(with);
    engine = std::move(other);
    if (!goes_on) step = d_steps = 0;
    frames = 0;
    return !goes_on;
  }

  void take(const Tick& tick) {
    const auto keep = [](double& value, double now) {
      if (!std::isnan(now)) value = now;
    };
    keep(loss_D, value_of(tick.loss, "D"));
    keep(loss_G, value_of(tick.loss, "G"));
    keep(score_real, value_of(tick.scalars, "D(x)"));
    keep(score_fake, value_of(tick.scalars, "D(G(z))"));
  }
};

Game::Game(GameSetup setup) : state_(std::make_unique<State>()) {
  plainly([&] {
    state_->setup = std::move(setup);
    state_->data = data_of(state_->setup);
    state_->view.emplace(*state_->data);
    state_->begin();
  });
}

Game::~Game() = default;

void Game::step(Player player) {
  plainly([&] {
    state_->engine->trainer->run_one_step(
        [&](const Phase& phase) { return trains(phase, player); });
  });
  if (player != Player::G) state_->d_steps += state_->engine->config.options->n_critic;
  if (player != Player::D) ++state_->step;
}

GameFrame Game::frame(bool light) {
  return plainly([&] {
    State& s = *state_;
    s.take(s.engine->trainer->end_tick());
    GameFrame frame{.step = s.step,
                    .d_steps = s.d_steps,
                    .loss_D = s.loss_D,
                    .loss_G = s.loss_G,
                    .score_real = s.score_real,
                    .score_fake = s.score_fake};
    const bool counts = s.frames++ % (light ? 2 * kCountedFrame : kCountedFrame) == 0;
    frame.js = s.js, frame.kl = s.kl, frame.js_floor = s.js_floor;
    s.view->look(*s.engine, counts, light, frame);
    s.js = frame.js, s.kl = frame.kl, s.js_floor = frame.js_floor;
    return frame;
  });
}

std::vector<float> Game::real_points() const { return state_->view->real_points(); }

void Game::reset() {
  plainly([&] { state_->begin(); });
}

bool Game::change(const GameOptions& options) {
  return plainly([&] {
    GameSetup next = state_->setup;
    for (const auto& [name, text] : options) {
      std::erase_if(next.options, [&](const auto& each) { return each.first == name; });
      next.options.emplace_back(name, text);
    }
    return state_->replace(std::move(next), state_->data);
  });
}

bool Game::change_data(const std::string& name, const std::vector<float>& points) {
  return plainly([&] {
    GameSetup next = state_->setup;
    next.data = name;
    next.points = points;
    std::shared_ptr<const Dataset> data = data_of(next);
    GameView view(*data);
    const bool anew = state_->replace(std::move(next), std::move(data));
    state_->view = std::move(view);
    return anew;
  });
}

std::vector<FieldText> Game::options() const {
  std::vector<FieldText> all = list_fields(*state_->engine->config.options);
  std::erase_if(all, [](const FieldText& field) { return !is_game_option(field.name); });
  for (FieldText& field : all) {
    if (field.name == "glr") field.name = "lr_G";
    if (field.name == "dlr") field.name = "lr_D";
    std::ranges::replace(field.name, '-', '_');
  }
  return all;
}

const GameSetup& Game::setup() const { return state_->setup; }

}  // namespace gannet
