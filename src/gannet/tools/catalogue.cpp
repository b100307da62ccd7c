#include "gannet/tools/catalogue.h"

#include <algorithm>
#include <cmath>

#include "gannet/base/error.h"
#include "gannet/data/kind.h"
#include "gannet/data/preview.h"
#include "gannet/data/registry.h"
#include "gannet/formats/png.h"
#include "gannet/recipes/recipes.h"
#include "gannet/runs/auto_config.h"
#include "gannet/runs/session.h"

namespace gannet {
namespace {

std::string state_of(const BuiltInSet& set) {
  if (!set.needs_fetch) return "drawn";
  try {
    return is_fetched(set) ? "here" : "can be fetched";
  } catch (const Error&) {  // there is no folder for sets
    return "can be fetched";
  }
}

std::string kind_of_name(const std::string& name) {
  const auto found = std::ranges::find(built_in_sets(), name, &BuiltInSet::name);
  return std::string(name_of(found == built_in_sets().end() ? DataKind::image : found->kind));
}

}  // namespace

const std::vector<RecipeAbout>& recipe_abouts() {
  static const auto abouts = [] {
    std::vector<RecipeAbout> all;
    for (const Recipe& recipe : recipes())
      all.push_back({.name = std::string(recipe.name),
                     .paper = std::string(recipe.paper),
                     .summary = std::string(recipe.summary),
                     .kind = kind_of_name(std::string(recipe.try_data)),
                     .example = std::string(recipe.try_data)});
    return all;
  }();
  return abouts;
}

std::vector<FieldText> recipe_options(const std::string& recipe, const std::string& data) {
  RunOptions run;
  run.data = data;
  Config config = config_for_data(recipe, run);
  std::vector<FieldText> all = list_fields(config.run);
  for (FieldText& field : list_fields(*config.options)) all.push_back(std::move(field));
  return all;
}

std::vector<DatasetAbout> dataset_abouts() {
  std::vector<DatasetAbout> all;
  for (const BuiltInSet& set : built_in_sets())
    all.push_back({.name = set.name,
                   .summary = set.summary,
                   .kind = std::string(name_of(set.kind)),
                   .licence = set.licence,
                   .samples = set.size,
                   .state = state_of(set),
                   .download = set.download});
  return all;
}

std::string licence_of_set(const std::string& name) {
  const std::string set = name.substr(0, name.find('/'));
  const auto found = std::ranges::find(built_in_sets(), set, &BuiltInSet::name);
  return found == built_in_sets().end() ? "" : found->licence;
}

bool is_built_in_set(const std::string& name) {
  if (name.find("..") != std::string::npos || name.find(':') != std::string::npos) return false;
  const std::string set = name.substr(0, name.find('/'));
  return std::ranges::count(built_in_sets(), set, &BuiltInSet::name) > 0;
}

Bytes dataset_picture(const std::string& source, int64_t n) {
  constexpr int64_t kMostRead = 4000;  // samples
  SourceOptions options;
  options.limit = kMostRead;
  if (!is_built_in_set(source)) options.files.bad_files = "skip";
  const std::unique_ptr<Dataset> data = open_dataset(source, options);
  const auto columns = std::max<int64_t>(1, static_cast<int64_t>(std::ceil(std::sqrt(n))));
  return write_png(preview(*data, (n + columns - 1) / columns, columns));
}

RunSettings run_settings(const Path& run) {
  Config config = config_of_run(run);
  RunSettings settings{.recipe = config.cfg, .options = {}};
  for (Fields* fields :
       {static_cast<Fields*>(&config.run), static_cast<Fields*>(config.options.get())})
    for (const FieldText& field : list_fields(*fields))
      settings.options.emplace_back(field.name, field.value);
  return settings;
}

}  // namespace gannet
