#include "gannet/runs/auto_config.h"

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/data/dataset.h"
#include "gannet/data/registry.h"
#include "gannet/recipes/recipes.h"

namespace gannet {
namespace {

constexpr int64_t kFewColumns = 3;  // of points in a plane or in space

Decision choose_recipe(const DatasetInfo& data) {
  if (data.is_audio()) return {"cfg", "wavegan", "the data is audio"};
  if (data.is_video()) return {"cfg", "video", "the data is video"};
  if (!data.input_image.empty())
    return {"cfg", "pix2pix", "the data has pairs of input and target images"};
  if (data.is_points() && data.dims[0] > kFewColumns)
    return {"cfg", "wgan-gp",
            "of a table of many columns its shares and correlations come nearer (docs/tables.md)"};
  return {"cfg", "r3gan",
          "takes any data, with or without classes, and trains stably (docs/recipes/r3gan.md)"};
}

// A preset's `option` would defeat the user's `given`.
struct Conflict {
  std::string_view option, given;
};
constexpr Conflict kConflicts[] = {
    {"glr", "lr"},          {"dlr", "lr"},          {"lr-end", "lr"},    {"b2-end", "b2"},
    {"gamma-end", "gamma"}, {"gamma-end", "r1"},    {"gamma-end", "r2"}, {"gamma", "r1"},
    {"gamma", "r2"},        {"gp", "loss"},         {"r1", "loss"},      {"r1-every", "loss"},
    {"n-critic", "loss"},   {"r1", "gp"},           {"r1-every", "gp"},  {"d-dense", "arch"},
    {"g-from-4x4", "arch"}, {"g-upsample", "arch"}, {"ngf", "arch"},     {"ndf", "arch"},
    {"glr", "arch"},        {"dlr", "arch"},
};

}  // namespace

Config auto_config(const DatasetInfo& data, int64_t samples, std::string_view preset) {
  const Decision recipe = choose_recipe(data);
  Config config = default_config(recipe.value);
  config.run.preset = preset;
  config.decisions.push_back(recipe);
  apply_preset(config, data, samples);
  return config;
}

void drop_conflicting_defaults(Config& config, const std::vector<std::string>& given) {
  const std::unique_ptr<Options> paper = find_recipe(config.cfg).options();
  for (const auto& [option, by] : kConflicts) {
    if (std::ranges::find(given, by) == given.end()) continue;
    const auto removed = std::erase_if(
        config.decisions, [name = option](const Decision& d) { return d.name == name; });
    if (removed == 0) continue;
    for (const FieldText& field : list_fields(*paper))
      if (field.name == option) set_field(*config.options, option, field.value);
  }
}

Config config_for_data(const std::string& cfg, const RunOptions& run) {
  const bool is_auto = cfg == "auto";
  if (is_auto && run.data.empty())
    throw UsageError("nothing to learn from: --data is missing", "gannet train",
                     "`gannet data list` shows what there is; gannet train --data shapes");
  if (is_auto || (find_recipe(cfg).defaults && run.preset != "paper" && !run.data.empty())) {
    Config data_only{.run = run};
    const std::shared_ptr<const Dataset> data = dataset_of(data_only);
    Config config;
    if (is_auto) {
      config = auto_config(data->info(), data->size(), run.preset);
    } else {
      config = default_config(cfg);
      apply_preset(config, data->info(), data->size());
    }
    config.opened = std::move(data_only.opened);
    return config;
  }
  Config config = default_config(cfg);
  config.run.preset = run.preset;
  if (run.preset == "paper" && !find_recipe(cfg).defaults)
    config.decisions.push_back(
        {"preset", "paper", config.cfg + " has one set of values, --preset default has them too"});
  return config;
}

}  // namespace gannet
