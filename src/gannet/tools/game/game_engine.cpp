#include "gannet/tools/detail/game_engine.h"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "gannet/base/error.h"
#include "gannet/recipes/recipes.h"
#include "gannet/runs/auto_config.h"

namespace gannet {
namespace {

constexpr double kEndless = 1e9;  // kimg
constexpr std::string_view kNot[] = {"kimg", "tick",       "snap",      "seed",   "accumulate",
                                     "ema",  "ema-rampup", "precision", "mirror", "burn-in"};

// A game of one client holds up those of the others.
struct Most {
  std::string_view option;
  int64_t most;
};
constexpr Most kMost[] = {{"ngf", 512},    {"ndf", 512},      {"depth", 6},       {"nz", 64},
                          {"batch", 2048}, {"n-critic", 20},  {"n-gen", 20},      {"pack", 8},
                          {"pool", 8192},  {"mbstd", 256},    {"blocks", 4},      {"expansion", 8},
                          {"fourier", 16}, {"g-fourier", 16}, {"label-width", 64}};

std::string option_of(std::string name) {
  std::ranges::replace(name, '_', '-');
  if (name == "lr-G" || name == "lr-g") return "glr";
  if (name == "lr-D" || name == "lr-d") return "dlr";
  return name;
}

bool has(Options& options, std::string_view name) {
  return std::ranges::any_of(list_fields(options),
                             [&](const FieldText& field) { return field.name == name; });
}

// Rates and weights that stay as they are set, and samples of G itself: what is seen is what the
// options say.
void make_constant(Options& options) {
  for (const FieldText& field : list_fields(options))
    if (field.name.ends_with("-end") && field.automatic) set_field(options, field.name, "auto");
  options.lr_end = options.b2_end = options.ema_end = options.noise_end = options.gamma_end = -1;
  options.ema = 0;
  options.kimg = kEndless;
}

void set_options(Config& config, const GameOptions& wanted) {
  std::vector<std::string> given;
  for (const auto& [name, text] : wanted) given.push_back(option_of(name));
  drop_conflicting_defaults(config, given);
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (!is_game_option(given[i])) throw UsageError("a game has no such option", wanted[i].first);
    set_field(*config.options, given[i], wanted[i].second, wanted[i].first);
  }
  for (const FieldText& field : list_fields(*config.options))
    for (const Most& bound : kMost)
      if (field.name == bound.option && std::atof(field.value.c_str()) > bound.most)
        throw UsageError(
            "a game takes at most " + std::to_string(bound.most) + ", found " + field.value,
            field.name);
}

}  // namespace

bool is_game_option(std::string_view name) {
  return std::ranges::find(kNot, name) == std::end(kNot) && !name.ends_with("-end");
}

std::unique_ptr<GameEngine> make_game_engine(const GameSetup& setup,
                                             std::shared_ptr<const Dataset> data) {
  auto engine = std::make_unique<GameEngine>();
  engine->data = std::move(data);
  Config& config = engine->config = default_config(setup.recipe);
  const Recipe& recipe = find_recipe(setup.recipe);
  const DatasetInfo& info = engine->data->info();
  apply_preset(config, info, engine->data->size());
  Options& o = *config.options;
  o.nz = 2;
  if (has(o, "g-fourier")) set_field(o, "g-fourier", "0");
  make_constant(o);
  set_options(config, setup.options);
  config.run.threads = 1;
  resolve(config);
  o.seed = setup.seed;
  if (recipe.image_to_image || !has(o, "loss"))
    throw UsageError("this recipe plays no game of a generator and a discriminator on points",
                     setup.recipe, "vanilla, r3gan or wgan-gp");
  if (recipe.check) recipe.check(o, info);
  engine->gan = make_gan(recipe, o, info, {.seed = o.seed});
  if (engine->gan->generator_net() == nullptr || engine->gan->discriminator_net() == nullptr)
    throw UsageError("this recipe has no generator and discriminator", setup.recipe);
  if (o.batch > engine->data->size())
    throw UsageError("the batch is larger than the " + std::to_string(engine->data->size()) +
                         " points of the data",
                     "batch");
  engine->loader =
      std::make_unique<Loader>(engine->data, Loader::Options{.seed = o.seed, .batch = o.batch});
  engine->trainer = std::make_unique<Trainer>(*engine->gan, *engine->loader, o);
  return engine;
}

bool take_over(GameEngine& engine, GameEngine& from) {
  std::map<std::string, Tensor> found;
  for (const auto& [name, tensor] : from.trainer->tensors()) found[name] = tensor;
  const auto tensors = engine.trainer->tensors();
  std::vector<std::pair<Tensor, Tensor>> copies;
  for (const auto& [name, tensor] : tensors) {
    const auto old = found.find(name);
    const bool fits = old != found.end() && old->second.sizes() == tensor.sizes();
    // Moments and averages may begin anew; weights are the network.
    const bool weight = name.starts_with("G.") || name.starts_with("D.");
    const bool moment =
        name.find(".adam_") != std::string::npos || name.find(".momentum.") != std::string::npos;
    if (!fits && weight && !moment) return false;
    if (fits) copies.emplace_back(tensor, old->second);
  }
  for (auto& [to, old] : copies) to.copy_(old);
  TrainerState state = from.trainer->state();
  state.loss.clear();
  state.scalars.clear();
  if (engine.config.options->batch != from.config.options->batch) state.batches_read = 0;
  engine.trainer->set_state(state);
  return true;
}

}  // namespace gannet
