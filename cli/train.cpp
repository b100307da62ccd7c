// gannet train: options of the recipe < the file of --config < the command line; then the run.
#include "gannet/runs/session.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/commands.h"
#include "cli/format.h"
#include "cli/net_table.h"
#include "cli/preset.h"
#include "cli/progress.h"
#include "cli/run_comparison.h"
#include "cli/signals.h"
#include "cli/source.h"
#include "cli/threads.h"
#include "cli/together.h"
#include "gannet/base/error.h"
#include "gannet/base/spelling.h"
#include "gannet/base/toml.h"
#include "gannet/data/registry.h"
#include "gannet/models/network_path.h"
#include "gannet/recipes/recipes.h"
#include "gannet/runs/auto_config.h"
#include "gannet/runs/plan.h"
#include "gannet/tensor/device.h"

namespace gannet::cli {
namespace {

struct TrainFields : Fields {
  std::string cfg, config, seeds;
  bool dry_run = false;
  void fields(FieldVisitor& visitor) override {
    visitor.field(
        "cfg", cfg,
        {.help = "the recipe (`gannet recipes list`), or auto, the default: by the kind of data"});
    visitor.field("config", config,
                  {.help = "a TOML file of options; the command line overrides it"});
    visitor.field("seeds", seeds,
                  {.help = "0-2: a run of each of these seeds, one after the other, and their mean "
                           "and spread; more at once: gannet sweep"});
    visitor.field("dry-run", dry_run,
                  {.help = "print options, networks, and an estimate of time and memory"});
  }
};

bool asks_for_help(const Arguments& arguments) {
  return std::ranges::any_of(arguments, [](const std::string& argument) {
    return argument == "--help" || argument == "-h";
  });
}

// --data, its image options and --preset, before the other options are read: what the data is
// decides on their defaults.
RunOptions data_options(const Arguments& arguments, const nlohmann::json& file,
                        const std::string& path) {
  struct : Fields {
    SourceOptions source;
    void fields(FieldVisitor& visitor) override { source_fields(visitor, source); }
  } images;
  std::vector<std::string> read = {"data", "preset", "threads", "device", "minutes", "hours"},
                           others;
  for (const FieldText& field : list_fields(images)) read.push_back(field.name);
  for (const auto& [key, value] : file.items())
    if (const std::string name = option_name(key); std::ranges::find(read, name) == read.end())
      others.push_back(name);
  RunOptions run;
  from_json(run, file, path, others);
  for (const std::string& name : read)
    if (const auto text = peek(arguments, name)) set_field(run, name, *text, "--" + name);
  if (run.threads < 0) run.threads = threads_of_environment().value_or(-1);
  return run;
}

// An option that decides which others there are, and so is read before they are.
std::optional<std::string> first_value(const Arguments& arguments, const std::string& name) {
  std::optional<std::string> value = peek(arguments, name);
  if (value && value->empty()) throw UsageError("expected a value, found ''", "--" + name);
  return value;
}

// Throws UsageError for the first option of all recipes whose value is missing: what follows from
// the option's absence would be a wrong hint.
void check_values(const Arguments& arguments) {
  TrainFields own;
  RunOptions run;
  Options common;
  for (Fields* fields :
       {static_cast<Fields*>(&own), static_cast<Fields*>(&run), static_cast<Fields*>(&common)})
    for (const FieldText& field : list_fields(*fields))
      if (field.type != "bool") (void)peek(arguments, field.name);
}

// Throws UsageError for a word that is neither an option nor the value of one, where the data is
// missing: it may have been meant as that.
void check_stray_words(const Arguments& arguments) {
  if (peek(arguments, "data") || peek(arguments, "config")) return;
  std::set<std::string> flags = {"--dry-run", "-n", "--help", "-h"};
  for (const Recipe& recipe : recipes()) {
    const std::unique_ptr<Options> options = recipe.options();
    for (const FieldText& field : list_fields(*options))
      if (field.type == "bool") flags.insert("--" + field.name);
  }
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    const std::string before = i > 0 ? arguments[i - 1] : "";
    const bool is_value = before.starts_with("--") && before.find('=') == std::string::npos &&
                          (!flags.contains(before) || word == "true" || word == "false");
    if (word.starts_with("-") || word.empty() || is_value) continue;
    const bool is_data = std::filesystem::exists(word) ||
                         std::ranges::count(built_in_sets(), word, &BuiltInSet::name) > 0;
    throw UsageError(
        "unexpected argument", "'" + word + "'",
        is_data ? "did you mean --data " + word + "?" : "gannet train --help lists what it takes");
  }
}

// The recipe's options that the command line or the file sets.
std::vector<std::string> given_options(const Arguments& arguments, const nlohmann::json& file,
                                       const Config& config) {
  const std::vector<FieldText> fields = list_fields(*config.options);
  std::vector<std::string> given;
  // The preset is for the recipe's own architecture: to name that contradicts nothing.
  const auto add = [&](const std::string& name, const std::string& text) {
    const auto field = std::ranges::find(fields, name, &FieldText::name);
    if (name != "arch" || field == fields.end() || field->value != text) given.push_back(name);
  };
  for (const auto& [key, value] : file.items())
    add(option_name(key), value.is_string() ? value.get<std::string>() : value.dump());
  for (const FieldText& field : fields)
    if (const auto text = field.type == "bool" ? std::nullopt : peek(arguments, field.name))
      add(field.name, *text);
  return given;
}

// The preset's options, changed by the file of --config.
Config configure(const Arguments& arguments, std::vector<std::string>& given) {
  check_values(arguments);
  check_stray_words(arguments);
  const std::string path = first_value(arguments, "config").value_or("");
  nlohmann::json options = nlohmann::json::object();
  if (!path.empty()) options = read_toml(read_text(path), path);
  if (const auto cfg = first_value(arguments, "cfg")) options["cfg"] = *cfg;
  if (!options.contains("cfg")) {
    if (asks_for_help(arguments)) {
      Config common;
      common.options = std::make_unique<Options>();
      return common;
    }
    options["cfg"] = "auto";
  }
  if (!options["cfg"].is_string()) throw UsageError("expected a text", "cfg in " + path);
  Config config =
      config_for_data(options["cfg"].get<std::string>(), data_options(arguments, options, path));
  given = given_options(arguments, options, config);
  drop_conflicting_defaults(config, given);
  apply(config, options, path);
  return config;
}

// Two lengths contradict each other, wherever they are given.
void refuse_two_lengths(const Config& config, const std::vector<std::string>& given) {
  if (config.run.budget_seconds() > 0 && std::ranges::find(given, "kimg") != given.end())
    throw UsageError("a budget in time and a length in images contradict each other",
                     config.run.minutes > 0 ? "--minutes and --kimg" : "--hours and --kimg",
                     "one of them");
}

std::string estimate(const Plan& plan) {
  return "estimate: " + duration(plan.seconds) + " for " + std::to_string(plan.steps) + " steps, " +
         number(plan.memory_mb, "%.0f") + " MB of memory\n";
}

void print_plan(Config& config, Processes* group) {
  const Plan result = plan(config, group);
  std::string text = options_text(config.run) + options_text(*config.options) + "\n";
  for (const Decision& decision : config.decisions) {
    text += decision.name + " = " + decision.value + ": " + decision.reason + "\n";
  }
  for (const NetTable& net : result.nets) text += "\n" + net_text(net);
  if (!result.device_warning.empty()) warn(result.device_warning);
  if (result.device != "cpu") text += "\ndevice: " + result.device + "\n";
  print(text + "\n" + result.data + "\n" + estimate(result));
}

// "an option of --cfg srgan", where other recipes have it.
std::string other_recipes_with(const std::string& flag) {
  std::string names;
  for (const Recipe& recipe : recipes()) {
    const std::vector<FieldText> fields = list_fields(*recipe.options());
    if (flag.starts_with("--") &&
        std::ranges::find(fields, flag.substr(2), &FieldText::name) != fields.end())
      names += (names.empty() ? "" : ", ") + std::string(recipe.name);
  }
  return names.empty() ? "" : "an option of --cfg " + names;
}

// Reads all options; false where it has printed the help instead.
bool read_options(const Arguments& arguments, Config& config, TrainFields& own) {
  std::vector<std::string> given;
  config = configure(arguments, given);
  const std::string title =
      config.cfg.empty() ? "What every recipe has" : "The recipe " + config.cfg;
  if (!parse(
          {.program = "gannet train",
           .summary = "Trains a recipe on data, into a new run directory.",
           .groups = {{"Options", &own}, {"The run", &config.run}, {title, config.options.get()}},
           .footer =
               preset_text(config) +
               "gannet train --cfg NAME --data DATA --help shows a recipe's options and their "
               "values for the data.\n"
               "Example: gannet train --cfg dcgan --data fashion-mnist --kimg 500",
           .not_empty = {"aug", "data", "outdir"},
           .elsewhere = other_recipes_with},
          arguments)) {
    return false;
  }
  refuse_two_lengths(config, given);
  (void)choose_device(config.run.device);  // an error of it before the data is prepared
  if (config.run.threads < 0) config.run.threads = threads_of_environment().value_or(-1);
  if (!own.seeds.empty() && std::ranges::find(given, "seed") != given.end())
    throw UsageError("one seed and several", "--seed and --seeds", "one of them");
  return true;
}

// What an interrupted `--seeds` leaves.
void tell_left(const std::vector<uint64_t>& seeds, size_t interrupted) {
  std::string left;
  for (size_t i = interrupted + 1; i < seeds.size(); ++i)
    left += (left.empty() ? "" : ",") + std::to_string(seeds[i]);
  warn((left.empty() ? "" : "not begun: the same command with --seeds " + left + "; ") +
       std::string("`gannet runs compare RUN RUN ...` makes the table in the end"));
}

// A run a seed, and then their mean and spread.
int train_seeds(const Arguments& arguments, const std::string& seeds, Processes* group) {
  const std::unique_ptr<ProgressListener> listener = make_screen();
  std::vector<Path> runs;
  const std::vector<uint64_t> all = different_seeds(seeds, "--seeds");
  for (size_t i = 0; i < all.size(); ++i) {
    const uint64_t seed = all[i];
    Config config;
    TrainFields own;
    read_options(arguments, config, own);
    config.options->seed = seed;
    config.run.desc += (config.run.desc.empty() ? "seed" : "-seed") + std::to_string(seed);
    try {
      runs.push_back(train(std::move(config), *listener, group));
    } catch (const Interrupted&) {
      tell_left(all, i);
      throw;
    }
    listener->line(runs.back().string());
  }
  print("\n" + groups_text(compare_runs(runs)));
  return 0;
}

}  // namespace

void check_train(const Arguments& arguments) {
  Config config;
  TrainFields own;
  if (read_options(arguments, config, own)) check_config(std::move(config));
}

namespace {

int train_in(Processes* group, const Arguments& arguments) {
  Config config;
  TrainFields own;
  if (!read_options(arguments, config, own)) return 0;
  if (own.dry_run) {
    print_plan(config, group);
    return 0;
  }
  watch_signals();
  if (!own.seeds.empty()) return train_seeds(arguments, own.seeds, group);
  const std::unique_ptr<ProgressListener> listener = make_screen();
  listener->line(train(std::move(config), *listener, group).string());
  return 0;
}

// RUN among the arguments of `gannet resume`, before its options are known: the first that is a
// run, else the first that can be none's value. Empty where there is none.
std::string run_among(const Arguments& arguments) {
  std::string first;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument.starts_with("-")) continue;
    if (std::filesystem::exists(Path(argument) / "options.json")) return argument;
    const bool value = i > 0 && arguments[i - 1].starts_with("--") &&
                       arguments[i - 1].find('=') == std::string::npos;
    if (!value && std::filesystem::exists(run_by_number(argument) / "options.json"))
      return argument;
    if (first.empty() && !value) first = argument;
  }
  return first;
}

// The options of a struct; for --help only those that may change in the middle of a run.
struct Changing : Fields {
  Changing(Fields& inner, bool all) : inner(inner), all(all) {}
  void fields(FieldVisitor& visitor) override {
    struct Filter : FieldVisitor {
      Filter(FieldVisitor& to, bool all) : to(to), all(all) {}
      void visit(std::string_view name, FieldRef value, const FieldInfo& info) override {
        if (!all && !fixed_option(std::string(name)).empty()) return;
        std::visit([&](auto* place) { to.field(name, *place, info); }, value);
      }
      FieldVisitor& to;
      bool all;
    } filter(visitor, all);
    inner.fields(filter);
  }
  Fields& inner;
  bool all;
};

OptionChanges given_changes(const std::vector<FieldText>& before, Fields& fields,
                            const Arguments& arguments) {
  OptionChanges changes;
  const std::vector<FieldText> now = list_fields(fields);
  for (size_t i = 0; i < now.size(); ++i)
    if (now[i].value != before[i].value || (now[i].type != "bool" && peek(arguments, now[i].name)))
      changes.emplace_back(now[i].name, now[i].value);
  return changes;
}

int resume_in(Processes* group, const Arguments& arguments) {
  const bool help = asks_for_help(arguments);
  const std::string path = run_among(arguments);
  Config config;
  config.options = std::make_unique<Options>();
  if (!path.empty() && !(help && !std::filesystem::exists(run_by_number(path))))
    config = config_of_run(path);
  const std::vector<FieldText> of_run = list_fields(config.run),
                               of_recipe = list_fields(*config.options);
  Changing run_fields(config.run, !help), recipe_fields(*config.options, !help);
  std::vector<std::string> run;
  if (!parse({.program = "gannet resume",
              .summary = "Goes on with a run that was stopped, bit for bit; with a larger --kimg "
                         "also with a finished one. Options given here apply from this step on.",
              .groups = {{"What may change", &run_fields},
                         {config.cfg.empty() ? "What every recipe has" : "The recipe " + config.cfg,
                          &recipe_fields}},
              .positionals = {{"RUN", "the run directory, or its number in runs/", &run}},
              .footer = "Example: gannet resume runs/00000-dcgan-fashion-mnist-batch64 --kimg 400",
              .not_empty = {"aug", "data"}},
             arguments)) {
    return 0;
  }
  OptionChanges changes = given_changes(of_run, config.run, arguments);
  for (auto& change : given_changes(of_recipe, *config.options, arguments))
    changes.push_back(std::move(change));
  watch_signals();
  const std::unique_ptr<ProgressListener> listener = make_screen();
  listener->line(resume(run[0], *listener, changes, group).string());
  return 0;
}

}  // namespace

int run_train(const Arguments& arguments) {
  return together(arguments, [&](Processes* group) { return train_in(group, arguments); });
}

int run_resume(const Arguments& arguments) {
  return together(arguments, [&](Processes* group) { return resume_in(group, arguments); });
}

}  // namespace gannet::cli
