#include "gannet/runs/config.h"

#include <filesystem>
#include <nlohmann/json.hpp>

#include "gannet/base/error.h"
#include "gannet/base/machine.h"
#include "gannet/data/registry.h"
#include "gannet/recipes/recipes.h"

namespace gannet {
namespace {

// Keys of options.json besides options.
const std::vector<std::string> kAdded = {"cfg", "gannet", "machine", "dataset", "decisions"};

}  // namespace

void RunOptions::fields(FieldVisitor& v) {
  v.field(
      "data", data,
      {.help = "the training data: a built-in name (`gannet data list`), a folder or zip of "
               "images, audio clips or videos, A:B (pairs of two folders), an IDX file, FILE.npy "
               "or FILE.csv of "
               "points"});
  v.field("preset", preset,
          {.help = "default: a recipe's values for the kind and size of the data, each with its "
                   "reason; paper: the paper's",
           .choices = {"default", "paper"}});
  v.field("outdir", outdir, {.help = "the folder of runs"});
  v.field("desc", desc, {.help = "a note, appended to the run directory's name"});
  v.field("metrics", metrics,
          {.help = "metrics of each snapshot; default: the modes of a set whose modes are known",
           .choices = {"default", "none", "modes"}});
  v.field("resume", resume, {.help = "a network file whose weights the new run starts from"});
  source_fields(v, source);
  v.field("threads", threads,
          {.help = "threads of tensor operators", .min = 1, .max = 1024, .automatic = true});
}

Config default_config(std::string_view cfg) {
  const Recipe& recipe = find_recipe(cfg);
  return {.cfg = std::string(recipe.name), .run = {}, .options = recipe.options(), .decisions = {}};
}

void apply_preset(Config& config, const DatasetInfo& data, int64_t samples) {
  const Recipe& recipe = find_recipe(config.cfg);
  if (config.run.preset == "paper" || recipe.defaults == nullptr) return;
  const std::vector<FieldText> own = list_fields(*config.options);
  for (Decision& row : recipe.defaults(data, samples)) {
    set_field(*config.options, row.name, row.value);
    for (const FieldText& field : list_fields(*config.options))  // as resolve() compares it
      if (field.name == row.name) row.value = field.value;
    for (const FieldText& paper : own)
      if (paper.name == row.name && paper.value != row.value)
        config.decisions.push_back(std::move(row));
  }
}

void resolve(Config& config) {
  Options& o = *config.options;
  const auto chose = [&](std::string name, std::string value, std::string reason) {
    config.decisions.push_back({std::move(name), std::move(value), std::move(reason)});
  };
  // A default that the user changed is none any more.
  const auto number = [](double value) { return nlohmann::json(value).dump(); };
  for (const FieldText& field : list_fields(o)) {
    std::erase_if(config.decisions, [&](const Decision& d) {
      return d.name == field.name && d.value != field.value;
    });
    if (field.name == "glr" && o.glr < 0) chose("glr", number(o.glr = o.lr), "as --lr");
    if (field.name == "dlr" && o.dlr < 0) chose("dlr", number(o.dlr = o.lr), "as --lr");
  }
  // A resume may come from another folder.
  config.run.data = absolute_source(config.run.data);
  if (std::string& labels = config.run.source.files.labels;
      labels != "auto" && labels != "folders" && labels != "none")
    labels = std::filesystem::absolute(labels).lexically_normal().string();
  if (std::string& path = config.run.resume; !path.empty() && std::filesystem::exists(path))
    path = std::filesystem::absolute(path).lexically_normal().string();
  if (config.run.threads < 0) {
    config.run.threads = read_machine().threads();
    chose("threads", std::to_string(config.run.threads),
          "the physical cores that this process may use");
  }
  if (o.burn_in < 0 && (o.lr_end >= 0 || o.gamma_end >= 0 || o.b2_end >= 0 || o.ema_end >= 0 ||
                        o.noise_end >= 0 || o.top_k < 1))
    chose("burn-in", number(o.burn_in = o.kimg), "the whole run");
  if (config.run.source.image_size < 0 && built_in_takes_image_size(config.run.data)) {
    config.run.source.image_size = 32;
    chose("image-size", "32", "small enough to learn in minutes on a CPU");
  }
}

nlohmann::json to_json(Config& config) {
  nlohmann::json object = to_json(config.run);
  object.update(to_json(*config.options));
  object["cfg"] = config.cfg;
  return object;
}

Config config_from_json(const nlohmann::json& object, std::string_view source) {
  if (!object.is_object() || !object.contains("cfg") || !object["cfg"].is_string())
    throw Error("no recipe in here (the key cfg)", std::string(source));
  Config config = default_config(object["cfg"].get<std::string>());
  apply(config, object, source);
  return config;
}

void apply(Config& config, const nlohmann::json& object, std::string_view source) {
  // Each of the two structs passes over the other's keys; what neither knows is refused.
  std::vector<std::string> of_run = kAdded, of_recipe = kAdded;
  for (const FieldText& field : list_fields(config.run)) of_run.push_back(field.name);
  for (const FieldText& field : list_fields(*config.options)) of_recipe.push_back(field.name);
  from_json(config.run, object, source, of_recipe);
  from_json(*config.options, object, source, of_run);
}

}  // namespace gannet
