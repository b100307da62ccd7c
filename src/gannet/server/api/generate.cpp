// Samples: POST with a body, or GET with a query for pictures of a page.
#include "gannet/server/api/api.h"
#include "gannet/server/drawing.h"
#include "gannet/server/http/schema.h"

namespace gannet::server {
namespace {

constexpr uint64_t kMostSeed = ~uint64_t{0};

std::vector<std::string> formats() { return {"png", "webp", "npy", "wav", "json"}; }

Json seeds_schema() {
  return any_of_schema(
      {array_schema(integer_schema(0, kMostSeed), 1, kMostDrawn), string_schema()});
}

// What samples, or the styles that are mixed into them, are drawn from.
std::vector<Property> condition_properties() {
  Json attributes = {
      {"type", "object"},
      {"additionalProperties", any_of_schema({string_schema(), number_schema(-1e12, 1e12)})},
      {"maxProperties", 1000}};
  return {
      {"class", any_of_schema({string_schema(), integer_schema(0, 1u << 30), {{"type", "null"}}}),
       "by name or number; without: drawn by the seed"},
      {"text", any_of_schema({string_schema(), {{"type", "null"}}}), "a sentence to draw"},
      {"attributes", any_of_schema({attributes, string_schema(), {{"type", "null"}}}),
       "by name, in their own units"}};
}

// Style mixing; a condition that is not named is the samples' own.
Json style_schema() {
  std::vector<Property> all = condition_properties();
  all.push_back({"seeds", seeds_schema(), "a style for each of the samples, in turn", true});
  all.push_back({"from", integer_schema(1, 1u << 16),
                 "rows of the maps from which on styles are read: one of the network's styles",
                 true});
  return object_schema(all);
}

Json body_schema() {
  const Json latent = array_schema(number_schema(-1e6, 1e6), 1, 4096);
  std::vector<Property> all = condition_properties();
  all.insert(all.end(),
             {{"network", name_schema(), "its id", true},
              {"seeds", seeds_schema(), "a sample each: a list, or text as in 0,1,4-6"},
              {"style", style_schema(),
               "style mixing: layers of large maps read these latents and conditions"},
              {"trunc", number_schema(0, 10), "latents are scaled by this: less is more typical"},
              {"format", choice_schema(formats())},
              {"grid", any_of_schema({string_schema(20), {{"type", "null"}}}),
               "columns x rows, as in 8x4: one picture of all samples"},
              {"latents", array_schema(latent, 1, kMostDrawn), "instead of those of the seeds"}});
  return object_schema(all);
}

std::vector<Parameter> query_parameters() {
  return {{"network", name_schema(), "its id", true},
          {"seeds", string_schema(), "a sample each, as in 0,1,4-6"},
          {"class", string_schema(), "by name or number"},
          {"text", string_schema(), "a sentence to draw"},
          {"attributes", string_schema(), "as in Smiling=1,Age=30"},
          {"trunc", number_schema(0, 10), "latents are scaled by this"},
          {"format", choice_schema(formats()), ""},
          {"grid", string_schema(20), "columns x rows, as in 8x4"}};
}

std::vector<Answer> answers() {
  return {{200, "the samples", "image/png"},
          {304, "as the client has them", ""},
          {404, "there is no such network"}};
}

}  // namespace

void add_generate_routes(Routes& routes, Services& services) {
  const auto drawing = std::make_shared<Drawing>(services);
  routes.push_back({.method = "POST",
                    .pattern = "/api/v1/generate",
                    .id = "generate",
                    .tag = "samples",
                    .summary = "Samples of a network",
                    .access = Access::play,
                    .body = BodyKind::json,
                    .body_schema = body_schema(),
                    .answers = answers(),
                    .late_handler = [drawing](Request request, Reply reply) {
                      drawing->add(request, draw_order(request.json), std::move(reply));
                    }});
  routes.push_back({.method = "GET",
                    .pattern = "/api/v1/generate",
                    .id = "generate_by_query",
                    .tag = "samples",
                    .summary = "Samples of a network, for pictures of a page",
                    .access = Access::play,
                    .query = query_parameters(),
                    .answers = answers(),
                    .late_handler = [drawing](Request request, Reply reply) {
                      Json body = Json::object();
                      for (const auto& [name, value] : request.query)
                        body[name] = query_value(*request.route, request, name);
                      drawing->add(request, draw_order(body), std::move(reply));
                    }});
}

}  // namespace gannet::server
