// The configuration of a run: the recipe, its options, and the places of data and results. No torch
// in here.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "gannet/data/source_options.h"
#include "gannet/tensor/dataset_info.h"
#include "gannet/training/options.h"

namespace gannet {

class Dataset;

struct RunOptions : Fields {
  std::string data;
  std::string preset = "default", outdir = "runs", desc, metrics = "default", resume,
              on_collapse = "warn", stop_when;
  bool resume_partial = false;
  double minutes = 0, hours = 0;  // a budget that sets kimg (plan.h); 0: none
  double snap_first = -1;         // kimg; -1: chosen after some seconds of training
  double patience = 0;            // kimg; 0: none
  int64_t snap_keep = 0;          // 0: all
  SourceOptions source;           // without seed, limit and split
  int64_t threads = -1;
  std::string device = "auto";  // tensor/device.h; not in options.json, as any device goes on

  double budget_seconds() const { return 60 * minutes + 3600 * hours; }
  void fields(FieldVisitor& v) override;
};

// A data set that the options depend on, handed on so that a run opens it once.
struct OpenedDataset {
  std::string source;  // absolute_source()
  SourceOptions options;
  std::shared_ptr<const Dataset> data;
  double seconds = 0;  // that opening it took
};

struct Config {
  std::string cfg;  // the recipe's name
  RunOptions run;
  std::unique_ptr<Options> options;
  std::vector<Decision> decisions;
  OpenedDataset opened = {};
};

// The data set of config.run, which config.opened keeps. Opens it where it is not that already;
// threads make no other set.
std::shared_ptr<const Dataset> dataset_of(Config& config);

// The recipe's options with the paper's values. Throws UsageError for an unknown recipe.
Config default_config(std::string_view cfg);

// --preset default: sets the recipe's defaults for this data and number of samples
// (Recipe::defaults) and adds them to config.decisions; --preset paper: nothing. Before the options
// of a user.
void apply_preset(Config& config, const DatasetInfo& data, int64_t samples);

// Settles every "auto", with the reason in config.decisions; called once, before training.
void resolve(Config& config);

// One flat object {"cfg": ..., all options but the device}, as in options.json; and back (unknown
// keys are a UsageError naming `source`, but for the objects that a run adds).
nlohmann::json to_json(Config& config);
Config config_from_json(const nlohmann::json& object, std::string_view source);
// Sets the options that `object` has, but for its cfg.
void apply(Config& config, const nlohmann::json& object, std::string_view source);

}  // namespace gannet
