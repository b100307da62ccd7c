// gannet train: options of the recipe < the file of --config < the command line; then the run.
#include "gannet/runs/session.h"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/net_table.h"
#include "cli/progress.h"
#include "cli/signals.h"
#include "cli/threads.h"
#include "gannet/base/error.h"
#include "gannet/base/toml.h"
#include "gannet/data/registry.h"
#include "gannet/runs/auto_config.h"

namespace gannet::cli {
namespace {

struct TrainFields : Fields {
  std::string cfg, config;
  bool dry_run = false;
  void fields(FieldVisitor& visitor) override {
    visitor.field(
        "cfg", cfg,
        {.help =
             "the recipe (`gannet recipes list`), or auto, the default: what the data asks for"});
    visitor.field("config", config,
                  {.help = "a TOML file of options; the command line goes before it"});
    visitor.field("dry-run", dry_run,
                  {.help = "print options, networks, and an estimate of time and memory"});
  }
};

bool asks_for_help(const Arguments& arguments) {
  return std::ranges::any_of(arguments, [](const std::string& argument) {
    return argument == "--help" || argument == "-h";
  });
}

// --cfg auto: opens the data to see what it is.
Config chosen_by_data(const Arguments& arguments, const nlohmann::json& file,
                      const std::string& path) {
  struct : Fields {
    SourceOptions source;
    void fields(FieldVisitor& visitor) override { source_fields(visitor, source); }
  } images;
  std::vector<std::string> looked_at = {"data"}, others;
  for (const FieldText& field : list_fields(images)) looked_at.push_back(field.name);
  for (const auto& [key, value] : file.items())
    if (std::ranges::find(looked_at, key) == looked_at.end()) others.push_back(key);
  RunOptions run;
  from_json(run, file, path, others);
  for (const std::string& name : looked_at)
    if (const std::string text = peek(arguments, name); !text.empty())
      set_field(run, name, text, "--" + name);
  if (run.data.empty())
    throw UsageError("nothing to learn from: --data is missing", "gannet train",
                     "`gannet data list` shows what there is; gannet train --data shapes");
  const auto data = open_dataset(run.data, run.source);
  return auto_config(data->info(), data->size());
}

// The recipe's defaults, changed by the file of --config.
Config configure(const Arguments& arguments) {
  const std::string path = peek(arguments, "config");
  nlohmann::json options = nlohmann::json::object();
  if (!path.empty()) options = read_toml(read_text(path), path);
  if (const std::string cfg = peek(arguments, "cfg"); !cfg.empty()) options["cfg"] = cfg;
  if (!options.contains("cfg")) {
    if (asks_for_help(arguments)) {
      Config common;
      common.options = std::make_unique<Options>();
      return common;
    }
    options["cfg"] = "auto";
  }
  if (!options["cfg"].is_string()) throw UsageError("expected a text", "cfg in " + path);
  if (options["cfg"] != "auto") return config_from_json(options, path);
  Config config = chosen_by_data(arguments, options, path);
  apply(config, options, path);
  return config;
}

std::string estimate(const Plan& plan) {
  char text[160];
  std::snprintf(text, sizeof text, "estimate: %.3g minutes for %lld steps, %.0f MB of memory\n",
                plan.seconds / 60, static_cast<long long>(plan.steps), plan.memory_mb);
  return text;
}

void print_plan(Config& config) {
  const Plan result = plan(config);
  std::string text = options_text(config.run) + options_text(*config.options) + "\n";
  for (const Decision& decision : config.decisions) {
    text += decision.name + " = " + decision.value + ": " + decision.reason + "\n";
  }
  for (const NetTable& net : result.nets) text += "\n" + net_text(net);
  print(text + "\n" + result.data + "\n" + estimate(result));
}

}  // namespace

int run_train(const Arguments& arguments) {
  Config config = configure(arguments);
  TrainFields own;
  const std::string title =
      config.cfg.empty() ? "What every recipe has" : "The recipe " + config.cfg;
  if (!parse(
          {.program = "gannet train",
           .summary = "Trains a recipe on data, into a new run directory.",
           .groups = {{"Options", &own}, {"The run", &config.run}, {title, config.options.get()}},
           .footer = "gannet train --cfg NAME --help shows a recipe's own options and values.\n"
                     "Example: gannet train --cfg dcgan --data fashion-mnist --kimg 500"},
          arguments)) {
    return 0;
  }
  if (config.run.threads < 0 && std::getenv("GANNET_THREADS") != nullptr) {
    config.run.threads = chosen_threads();
  }
  if (own.dry_run) {
    print_plan(config);
    return 0;
  }
  watch_signals();
  const std::unique_ptr<ProgressListener> listener = make_screen();
  listener->line(train(std::move(config), *listener).string());
  return 0;
}

int run_resume(const Arguments& arguments) {
  struct : Fields {
    void fields(FieldVisitor&) override {}
  } none;
  std::vector<std::string> run;
  if (!parse({.program = "gannet resume",
              .summary = "Goes on with a run that was stopped, bit for bit.",
              .groups = {{"Options", &none}},
              .positionals = {{"RUN", "the run directory", &run}}},
             arguments)) {
    return 0;
  }
  watch_signals();
  const std::unique_ptr<ProgressListener> listener = make_screen();
  listener->line(resume(run[0], *listener).string());
  return 0;
}

}  // namespace gannet::cli
