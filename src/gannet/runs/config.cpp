#include "gannet/runs/config.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "gannet/base/error.h"
#include "gannet/base/machine.h"
#include "gannet/data/dataset.h"
#include "gannet/data/registry.h"
#include "gannet/models/network_path.h"
#include "gannet/recipes/recipes.h"
#include "gannet/tensor/device.h"
#include "gannet/training/option_checks.h"

namespace gannet {
namespace {

constexpr int64_t kBuiltInSize = 32;  // of procedural images, where --image-size is auto

// Keys of options.json besides options.
const std::vector<std::string> kAdded = {"cfg",     "gannet",    "machine",
                                         "dataset", "decisions", "changes"};

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
          {.help = "metrics of each snapshot, as of gannet eval: fd5k,recall5k; default: the modes "
                   "of a set whose modes are known, and fd2k,precision2k,recall2k of MNIST and "
                   "Fashion-MNIST; none"});
  v.field("on-collapse", on_collapse,
          {.help = "what the watchdog does where the game goes wrong: warn; stop; rollback, to the "
                   "last healthy state with half the learning rates, three times at most",
           .choices = {"warn", "stop", "rollback"}});
  v.field("stop-when", stop_when,
          {.help = "the run is done at the first snapshot where this holds of a metric: 'fd < 8'"});
  v.field("patience", patience,
          {.help = "the run is done where the first metric was no better for so long; 0: never",
           .unit = "kimg",
           .min = 0,
           .max = 1e9});
  v.field("minutes", minutes,
          {.help = "a budget of time instead of --kimg, which is set from the measured speed; 0: "
                   "none",
           .unit = "minutes",
           .min = 0,
           .max = 1e6});
  v.field("hours", hours,
          {.help = "the same in hours; both: their sum", .unit = "hours", .min = 0, .max = 1e5});
  v.field("snap-first", snap_first,
          {.help = "first snapshot, the next ones at twice the kimg each until --snap ticks are "
                   "reached; 0: none before; auto: after 12 to 24 seconds of training",
           .unit = "kimg",
           .min = 0,
           .max = 1e9,
           .automatic = true});
  v.field("snap-keep", snap_keep,
          {.help = "newest numbered networks that the run keeps, besides the best; 0: all",
           .min = 0,
           .max = 1000000});
  v.field("resume", resume,
          {.help = "a network or state file, or a run, whose weights the new run starts from; "
                   "with the optimizers' moments where the file has them"});
  v.field("resume-partial", resume_partial,
          {.help = "--resume takes the layers that fit by name and shape, and lists the others"});
  source_fields(v, source);
  v.field("threads", threads,
          {.help = "threads of tensor operators", .min = 1, .max = 1024, .automatic = true});
  v.field("device", device, {.help = kDeviceHelp});
}

Config default_config(std::string_view cfg) {
  const Recipe& recipe = find_recipe(cfg);
  return {.cfg = std::string(recipe.name), .run = {}, .options = recipe.options(), .decisions = {}};
}

// A batch of at most the set.
void shrink_batch(Config& config, int64_t samples) {
  Options& o = *config.options;
  if (samples < 1 || o.batch <= samples) return;
  const int64_t batch = batch_of_whole_groups(o, samples);
  std::erase_if(config.decisions, [](const Decision& d) { return d.name == "batch"; });
  o.batch = batch;
  config.decisions.push_back(
      {"batch", std::to_string(batch),
       "the set has " + std::to_string(samples) + (samples == 1 ? " sample" : " samples")});
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
  shrink_batch(config, samples);
}

std::shared_ptr<const Dataset> dataset_of(Config& config) {
  OpenedDataset wanted{.source = absolute_source(config.run.data), .options = config.run.source};
  wanted.options.threads = 0;
  if (wanted.options.image_size < 0 && built_in_takes_image_size(wanted.source))
    wanted.options.image_size = kBuiltInSize;
  OpenedDataset& opened = config.opened;
  if (!opened.data || opened.source != wanted.source || opened.options != wanted.options) {
    SourceOptions options = wanted.options;
    options.threads = std::max<int64_t>(0, config.run.threads);
    const auto start = std::chrono::steady_clock::now();
    wanted.data = open_dataset(config.run.data, options);  // by the name that messages show
    wanted.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    opened = std::move(wanted);
  }
  return opened.data;
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
  if (std::string& labels = config.run.source.files.labels; is_label_file(labels))
    labels = std::filesystem::absolute(labels).lexically_normal().string();
  if (std::string& path = config.run.resume; !path.empty()) path = run_by_number(path);
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
  for (const FieldText& field : list_fields(o))  // of srgan; --kimg of a resume leaves it as it is
    if (field.name == "pretrain-kimg" && field.value == "auto") {
      set_field(o, field.name, number(o.kimg / 2));
      chose(field.name, number(o.kimg / 2), "half of the run");
    }
  if (config.run.source.image_size < 0 && built_in_takes_image_size(config.run.data)) {
    config.run.source.image_size = kBuiltInSize;
    chose("image-size", std::to_string(kBuiltInSize), "small enough to learn in minutes on a CPU");
  }
}

nlohmann::json to_json(Config& config) {
  nlohmann::json object = to_json(config.run);
  object.erase("device");
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
  struct Both : Fields {
    explicit Both(Config& of) : config(of) {}
    void fields(FieldVisitor& visitor) override {
      config.run.fields(visitor);
      config.options->fields(visitor);
    }
    Config& config;
  } both(config);
  from_json(both, object, source, kAdded);
}

}  // namespace gannet
