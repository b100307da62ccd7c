// Pictures by way of a network: between two latents, of an input image, and the nearest training
// images of a sample.
#include "gannet/base/base64.h"
#include "gannet/base/error.h"
#include "gannet/formats/image_file.h"
#include "gannet/formats/png.h"
#include "gannet/server/api/api.h"
#include "gannet/server/drawing.h"
#include "gannet/server/forms.h"
#include "gannet/server/http/schema.h"
#include "gannet/server/http/url.h"
#include "gannet/tools/catalogue.h"
#include "gannet/tools/memorization.h"
#include "gannet/tools/quiz.h"

namespace gannet::server {
namespace {

constexpr int64_t kMostSteps = 64;
constexpr int64_t kMostInput = int64_t{1} << 21;  // pixels of an input image
constexpr int64_t kMostCompared = 30000;          // training images

Json end_schema() {
  return any_of_schema(
      {integer_schema(0, ~uint64_t{0}), array_schema(number_schema(-1e6, 1e6), 1, 4096)});
}

Json interpolate_schema() {
  return object_schema(
      {{"network", name_schema(), "its id", true},
       {"from", end_schema(), "a seed, or a latent", true},
       {"to", end_schema(), "a seed, or a latent", true},
       {"steps", integer_schema(2, kMostSteps), "pictures, with both ends; 8 without it"},
       {"class", any_of_schema({string_schema(), integer_schema(0, 1u << 30)}), ""},
       {"text", string_schema(), ""},
       {"attributes", {{"type", "object"}, {"maxProperties", 1000}}, ""},
       {"trunc", number_schema(0, 10), ""}});
}

std::vector<float> latent_of(Sampler& sampler, const Json& end) {
  if (!end.is_array()) return sampler.latents({.seeds = {end.get<uint64_t>()}});
  std::vector<float> latent;
  for (const Json& number : end) latent.push_back(number.get<float>());
  return latent;
}

// The whole row has the condition of one seed: that of its first end, or 0.
Json interpolated(Services& services, const Json& body) {
  const ListedNetwork network = services.networks.find(body["network"].get<std::string>());
  const std::shared_ptr<Sampler> sampler = services.networks.open(network);
  const std::vector<float> a = latent_of(*sampler, body["from"]),
                           b = latent_of(*sampler, body["to"]);
  if (a.size() != b.size()) throw HttpError(400, "the latents are of different lengths");
  Json order = body;
  for (const char* key : {"from", "to", "steps"}) order.erase(key);
  SampleRequest request = draw_order(order).request;
  const int64_t steps = body.value("steps", int64_t{8});
  const uint64_t seed = body["from"].is_array() ? 0 : body["from"].get<uint64_t>();
  request.seeds.assign(static_cast<size_t>(steps), seed);
  for (int64_t i = 0; i < steps; ++i) {
    const std::vector<float> z =
        latent_between(a, b, static_cast<double>(i) / static_cast<double>(steps - 1));
    request.latents.insert(request.latents.end(), z.begin(), z.end());
  }
  return drawn_json(*sampler, request, draw_bytes(*sampler, request));
}

Response translated(Services& services, const Request& request) {
  const Form form(request, {"network"}, 1);
  const ListedNetwork network = services.networks.find(form.text("network"));
  const std::shared_ptr<Sampler> sampler = services.networks.open(network);
  if (!sampler->takes_image())
    throw HttpError(422, "this network takes no input image", "one of pix2pix or srgan");
  const Part& file = form.files().at(0);
  const ImageSize size = read_image_size(as_bytes(file.data), file.file_name);
  if (size.width * size.height > kMostInput)
    throw HttpError(422, "the image has " + std::to_string(size.width) + "x" +
                             std::to_string(size.height) + " pixels, expected at most " +
                             std::to_string(kMostInput));
  const Sampler::Input input = sampler->read_input(as_bytes(file.data), file.file_name);
  const std::string done = sampler->set_input(input.image);
  const Bytes png = write_png(sampler->grid({.seeds = {0}, .block = kServedBlock}, 1, 1));
  Response response{.type = "image/png", .body = std::string(as_text(png))};
  for (const std::string& note : {input.note, done})
    if (!note.empty()) response.headers.emplace_back("Gannet-Note", percent_encoded(note));
  return response;
}

Image sample_image(Sampler& sampler, uint64_t seed) {
  if (!sampler.is_image()) throw HttpError(422, "this network draws no images");
  if (sampler.takes_image()) throw HttpError(422, "this network draws from an input image");
  return sampler.grid({.seeds = {seed}, .block = kServedBlock}, 1, 1);
}

Json neighbours(Services& services, const std::string& id, uint64_t seed) {
  const ListedNetwork network = services.networks.find(id);
  const std::string data = network_data(services, network);
  if (data.empty())
    throw HttpError(422, "nothing beside this network names its training data",
                    "a network of a run, or of the zoo, whose data is here");
  Sampler sampler(network.file, services.networks.device());  // the kept ones are another thread's
  SourceOptions options;
  options.limit = kMostCompared;
  const MemorizationReport report = nearest_training_images(
      {sample_image(sampler, seed)}, data, options, 4, 0, services.networks.device());
  Json all = Json::array();
  for (size_t i = 0; i < report.neighbours[0].size(); ++i)
    all.push_back({{"png", base64(write_png(report.images[i + 1]))},
                   {"distance", report.neighbours[0][i].distance},
                   {"number", report.neighbours[0][i].number}});
  return {{"neighbours", all},
          {"share_of_real_nearer", report.share_below(report.neighbours[0][0].distance)},
          {"compared", report.data_size}};
}

void add_interpolate(Routes& routes, Services& services) {
  routes.push_back(
      {.method = "POST",
       .pattern = "/api/v1/interpolate",
       .id = "interpolate",
       .tag = "samples",
       .summary = "Samples on the great circle between two latents",
       .access = Access::play,
       .lane = Lane::networks,
       .body = BodyKind::json,
       .body_schema = interpolate_schema(),
       .answers =
           {{200, "as generate's json, with the latents", "application/json", {{"type", "object"}}},
            {404, "there is no such network"}},
       .handler = [&services](const Request& request) {
         return json_response(interpolated(services, request.json));
       }});
}

}  // namespace

void add_picture_routes(Routes& routes, Services& services) {
  add_interpolate(routes, services);
  routes.push_back(
      {.method = "POST",
       .pattern = "/api/v1/translate",
       .id = "translate",
       .tag = "samples",
       .summary = "An image through an image-to-image network, of any size",
       .access = Access::play,
       .lane = Lane::networks,
       .body = BodyKind::form,
       .body_schema = form_schema({"network"}, "an image"),
       .most_body = uint64_t{1} << 25,
       .answers = {{200, "the image; Gannet-Note says what was done to the input", "image/png"},
                   {404, "there is no such network"}},
       .handler = [&services](const Request& request) { return translated(services, request); }});
  routes.push_back({.method = "GET",
                    .pattern = "/api/v1/networks/{id}/neighbours",
                    .id = "neighbours",
                    .tag = "samples",
                    .summary = "The training images nearest to a sample",
                    .access = Access::play,
                    .lane = Lane::tools,
                    .query = {{"seed", integer_schema(0, ~uint64_t{0}), "of the sample", true}},
                    .answers = {{200, "four of them", "application/json", {{"type", "object"}}}},
                    .handler = [&services](const Request& request) {
                      const Json seed = query_value(*request.route, request, "seed");
                      return json_response(
                          neighbours(services, request.arguments[0], seed.get<uint64_t>()));
                    }});
}

}  // namespace gannet::server
