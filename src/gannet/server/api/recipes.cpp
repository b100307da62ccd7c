// The recipes and their options, as forms need them.
#include <cmath>

#include "gannet/base/error.h"
#include "gannet/server/api/api.h"
#include "gannet/server/http/schema.h"
#include "gannet/tools/catalogue.h"

namespace gannet::server {
namespace {

Json finite_or_null(double number) { return std::isfinite(number) ? Json(number) : Json(); }

Json recipe_json(const RecipeAbout& recipe) {
  return {{"name", recipe.name},
          {"paper", recipe.paper},
          {"summary", recipe.summary},
          {"kind", recipe.kind},
          {"example", recipe.example}};
}

Json options_json(const std::vector<FieldText>& fields) {
  Json array = Json::array();
  for (const FieldText& field : fields)
    array.push_back({{"name", field.name},
                     {"type", field.type},
                     {"value", field.value},
                     {"help", field.help},
                     {"unit", field.unit},
                     {"min", finite_or_null(field.min)},
                     {"max", finite_or_null(field.max)},
                     {"choices", field.choices},
                     {"automatic", field.automatic}});
  return array;
}

}  // namespace

void add_recipe_routes(Routes& routes, Services&) {
  routes.push_back({.method = "GET",
                    .pattern = "/api/v1/recipes",
                    .id = "list_recipes",
                    .tag = "recipes",
                    .summary = "All recipes",
                    .lane = Lane::files,
                    .answers = {{200, "recipes", "application/json", {{"type", "array"}}}},
                    .handler = [](const Request&) {
                      Json all = Json::array();
                      for (const RecipeAbout& recipe : recipe_abouts())
                        all.push_back(recipe_json(recipe));
                      return json_response(all);
                    }});
  routes.push_back(
      {.method = "GET",
       .pattern = "/api/v1/recipes/{name}",
       .id = "show_recipe",
       .tag = "recipes",
       .summary = "A recipe and the options of a training with it, as `gannet train` has them",
       .lane = Lane::files,
       .query = {{"data", name_schema(),
                  "a built-in set, for which the values are; without: the paper's"}},
       .answers = {{200, "the recipe", "application/json", {{"type", "object"}}}},
       .handler = [](const Request& request) {
         const std::string &name = request.arguments[0], &data = value_of(request.query, "data");
         if (!data.empty() && !is_built_in_set(data))
           throw HttpError(404, "there is no data set '" + data + "'");
         for (const RecipeAbout& recipe : recipe_abouts())
           if (recipe.name == name) {
             Json json = recipe_json(recipe);
             json["options"] = options_json(recipe_options(name, data));
             return json_response(json);
           }
         throw HttpError(404, "there is no recipe '" + name + "'");
       }});
}

}  // namespace gannet::server
