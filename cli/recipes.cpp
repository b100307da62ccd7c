// gannet recipes list | show NAME
#include "gannet/recipes/recipes.h"

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/net_table.h"
#include "cli/preset.h"
#include "gannet/base/error.h"
#include "gannet/runs/auto_config.h"
#include "gannet/runs/plan.h"

namespace gannet::cli {
namespace {

using Json = nlohmann::json;

struct JsonOption : Fields {
  bool json = false;
  void fields(FieldVisitor& visitor) override {
    visitor.field("json", json, {.help = "print one JSON document"});
  }
};

struct ShowOptions : JsonOption {
  std::string data;
  void fields(FieldVisitor& visitor) override {
    visitor.field("data", data, {.help = "the data whose shape the networks are made for"});
    JsonOption::fields(visitor);
  }
};

Json as_json(const Recipe& recipe) {
  return {{"name", recipe.name},
          {"paper", recipe.paper},
          {"summary", recipe.summary},
          {"try", {{"data", recipe.try_data}, {"sample", recipe.try_sample}}}};
}

int list(const Arguments& arguments) {
  JsonOption options;
  if (!parse({.program = "gannet recipes list",
              .summary = "The recipes: what `gannet train --cfg` takes.",
              .groups = {{"Options", &options}}},
             arguments)) {
    return 0;
  }
  Json array = Json::array();
  std::vector<std::vector<std::string>> rows;
  for (const Recipe& recipe : gannet::recipes()) {
    array.push_back(as_json(recipe));
    rows.push_back(
        {std::string(recipe.name), std::string(recipe.paper), std::string(recipe.summary)});
  }
  print(options.json ? array.dump(2) + "\n" : table(rows));
  return 0;
}

Json finite_or_null(double number) { return std::isfinite(number) ? Json(number) : Json(); }

Json options_json(Fields& options) {
  Json array = Json::array();
  for (const FieldText& field : list_fields(options)) {
    array.push_back({{"name", field.name},
                     {"type", field.type},
                     {"value", field.value},
                     {"help", field.help},
                     {"unit", field.unit},
                     {"min", finite_or_null(field.min)},
                     {"max", finite_or_null(field.max)},
                     {"choices", field.choices}});
  }
  return array;
}

Json net_json(const NetTable& net) {
  Json layers = Json::array();
  for (const NetTable::Row& row : net.rows) {
    layers.push_back({{"layer", row.layer},
                      {"kind", row.kind},
                      {"shape", Json::parse(row.shape)},
                      {"parameters", row.parameters},
                      {"flops", row.flops},
                      {"settings", row.settings},
                      {"inputs", row.inputs}});
  }
  return {
      {"name", net.name}, {"parameters", net.parameters}, {"flops", net.flops}, {"layers", layers}};
}

Json show_json(const Recipe& recipe, Config& config, const std::vector<NetTable>& nets) {
  Json document = as_json(recipe);
  document["data"] = config.run.data;
  document["options"] = options_json(*config.options);
  document["preset"] = Json::array();
  for (const PresetRow& row : preset_rows(config))
    document["preset"].push_back(
        {{"name", row.name}, {"value", row.value}, {"paper", row.paper}, {"reason", row.reason}});
  document["nets"] = Json::array();
  for (const NetTable& net : nets) document["nets"].push_back(net_json(net));
  return document;
}

std::string show_text(const Recipe& recipe, Config& config, const std::vector<NetTable>& nets) {
  std::string text = std::string(recipe.name) + ": " + std::string(recipe.summary) + "\n" +
                     std::string(recipe.paper) + "\n\n" + options_text(*config.options) + "\n" +
                     preset_text(config);
  for (const NetTable& net : nets) text += "\n" + net_text(net);
  return text + "\nThe networks are those for --data " + config.run.data + ".\n";
}

int show(const Arguments& arguments) {
  const std::string name = arguments.empty() || arguments[0].starts_with("-") ? "" : arguments[0];
  Config config;
  config.options = std::make_unique<Options>();  // of any recipe, for the help
  if (!name.empty()) {
    RunOptions run;
    run.data = peek(arguments, "data").value_or("");
    config = config_for_data(name, run);  // the paper's values where no data is named
  }
  ShowOptions more;
  std::vector<std::string> names;
  std::vector<Group> groups = {{"Options", &more}, {"The recipe", config.options.get()}};
  if (!parse({.program = "gannet recipes show",
              .summary = "A recipe's options and its networks, layer by layer.",
              .groups = groups,
              .positionals = {{"NAME", "the recipe", &names}},
              .footer = "Example: gannet recipes show dcgan --ngf 32 --data fashion-mnist"},
             arguments)) {
    return 0;
  }
  if (name.empty()) throw UsageError("expected the recipe's name first", "gannet recipes show");

  const Recipe& recipe = find_recipe(name);
  config.run.data = more.data.empty() ? recipe.try_data : more.data;
  const std::vector<NetTable> nets = net_tables(config);
  print(more.json ? show_json(recipe, config, nets).dump(2) + "\n"
                  : show_text(recipe, config, nets));
  return 0;
}

}  // namespace

int run_recipes(const Arguments& arguments) {
  constexpr Command commands[] = {{"list", "all recipes", list},
                                  {"show", "one recipe: options, networks, sizes", show}};
  return dispatch("gannet recipes", "Recipes: one file a GAN.", commands, arguments);
}

}  // namespace gannet::cli
