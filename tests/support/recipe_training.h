// A few steps of a recipe, and samples: what two devices are compared by.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gannet/models/sampling.h"
#include "gannet/recipes/recipes.h"
#include "gannet/training/trainer.h"
#include "support/recipe_cases.h"

namespace gannet::test {

using OptionTexts = std::vector<std::pair<std::string, std::string>>;
using Named = std::vector<std::pair<std::string, Tensor>>;

// What a training left, on the CPU.
struct Trained {
  Named first_gradients, tensors;  // after the first step; after the last
  std::vector<std::vector<std::pair<std::string, double>>> losses;
  Tensor samples;
  std::string why_not_replayed;  // Trainer's
};

// Called after each step; `tick`: the step ended one, where losses are read.
using AfterStep = std::function<void(bool tick)>;

// Batches of 8, a tick every two steps.
inline std::unique_ptr<Options> case_options(const RecipeCase& c, const OptionTexts& more,
                                             int64_t steps) {
  auto o = find_recipe(c.recipe).options();
  for (const OptionTexts* list : {&c.options, &more})
    for (const auto& [name, text] : *list) set_field(*o, name, text);
  o->batch = 8;
  o->tick = 0.016;
  o->kimg = 0.008 * static_cast<double>(steps);
  return o;
}

inline Tensor on_cpu(const Tensor& x) { return x.to(at::kCPU).clone(); }

struct CaseWatcher : Observer {
  Trained& into;
  const AfterStep& after_step;
  CaseWatcher(Trained& trained, const AfterStep& after) : into(trained), after_step(after) {}
  bool on_step(const Trainer& trainer) override {
    if (after_step) after_step(trainer.ends_tick(trainer.step()));
    if (trainer.step() == 1)
      for (const Gan::Member& member : trainer.gan().members())
        into.first_gradients.emplace_back(member.net->name(), on_cpu(member.net->gradients));
    if (after_step) after_step(true);  // what was waited for here is the watcher's
    return true;
  }
  void on_tick(const Trainer&, const Tick& tick) override { into.losses.push_back(tick.loss); }
};

inline Trained train_case(const RecipeCase& c, const OptionTexts& more,
                          const at::TensorOptions& tensor, int64_t steps,
                          const AfterStep& after_step = nullptr) {
  const auto o = case_options(c, more, steps);
  const DatasetInfo info = shape_of(c.recipe, c.dims, c.classes, c.image);
  const auto gan = find_recipe(c.recipe).make(*o, info, {.seed = o->seed, .tensor = tensor});
  const auto data = std::make_shared<MemoryDataset>(
      info, 60, [&c](int64_t index, Sample& into) { give_image(c.image, index, into); });
  Loader loader(data, {.seed = o->seed, .batch = 8 / o->accumulate, .device = tensor.device()});
  Trained result;
  CaseWatcher watcher(result, after_step);
  Trainer trainer(*gan, loader, *o);
  if (after_step) after_step(true);
  trainer.train(watcher);
  result.why_not_replayed = trainer.why_not_replayed();
  for (const auto& [name, x] : trainer.tensors()) result.tensors.emplace_back(name, on_cpu(x));

  const Address draws{.seed = 3, .purpose = Purpose::grid};
  const Condition condition = replaced(slice(loader.get(0).cond, 0, 4),
                                       gan->conditions(gan->condition_info(info), draws, 0, 4));
  result.samples = on_cpu(draw_samples(*gan, gan->latents(draws, 0, 4), condition, draws));
  return result;
}

}  // namespace gannet::test
