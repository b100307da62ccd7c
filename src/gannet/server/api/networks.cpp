// Networks: what each draws and takes.
#include <filesystem>

#include "gannet/base/error.h"
#include "gannet/server/api/api.h"
#include "gannet/server/http/schema.h"
#include "gannet/tools/catalogue.h"
#include "gannet/tools/network.h"

namespace gannet::server {
namespace {

// The data of a network's run.
Json data_of(const ListedNetwork& network, const Services& services) {
  if (network.run.empty()) return nullptr;
  const Json options =
      Json::parse(read_text(services.runs() / network.run / "options.json"), nullptr, false);
  return options.is_object() && options.contains("data") ? options["data"] : Json();
}

Json attributes_json(const NetworkAbout& about) {
  if (about.attributes.empty()) return nullptr;
  Json all = Json::array();
  for (const NetworkAttribute& each : about.attributes) {
    Json json = {{"name", each.name}, {"kind", each.kind}, {"words", each.words}};
    if (each.kind == "number") {
      json["low"] = each.mean - 2 * each.scale;
      json["high"] = each.mean + 2 * each.scale;
    }
    all.push_back(json);
  }
  return all;
}

// Metrics of the networks of one run, read once for all of them.
struct RunMetrics {
  std::string run;
  std::map<std::string, Json> all;
};

// Of the run's metrics.jsonl; else as the file says.
Json metrics_json(const ListedNetwork& network, const NetworkAbout& about, const Services& services,
                  RunMetrics& kept) {
  if (network.run.empty()) return about.metrics;
  if (kept.run != network.run) kept = {network.run, metrics_of_run(services.runs() / network.run)};
  const auto found = kept.all.find(network.file.filename().string());
  return found == kept.all.end() ? Json::array() : found->second;
}

Json network_json(const ListedNetwork& network, const NetworkAbout& about, const Services& services,
                  RunMetrics& metrics) {
  Json data = data_of(network, services);
  std::string licence = about.metadata.value("licence", "");
  if (data.is_null() && about.metadata.contains("data")) data = about.metadata["data"];
  if (data.is_string()) {
    if (licence.empty()) licence = licence_of_set(data.get<std::string>());
    data = Path(data.get<std::string>()).filename().string();
  }
  Json json = {{"id", network.id},
               {"name", network.name},
               {"recipe", about.recipe},
               {"kind", about.kind},
               {"shape", about.shape},
               {"classes", about.classes.empty() ? Json() : Json(about.classes)},
               {"attributes", attributes_json(about)},
               {"text", about.text},
               {"input", nullptr},
               {"latent", about.latent},
               {"truncation", about.latent > 0},
               {"styles", about.styles},
               {"discriminator", about.discriminator},
               {"run", network.run.empty() ? Json() : Json(network.run)},
               {"kimg", static_cast<double>(about.images_seen) / 1000},
               {"licence", licence},
               {"metrics", metrics_json(network, about, services, metrics)},
               {"data", data}};
  if (!about.input_shape.empty())
    json["input"] = {{"kind", "image"}, {"shape", about.input_shape}, {"scale", about.input_scale}};
  return json;
}

Json list_json(Services& services, const std::string& run) {
  Json all = Json::array();
  RunMetrics metrics;
  for (const ListedNetwork& network : services.networks.list()) {
    if (!run.empty() && network.run != run) continue;
    try {
      all.push_back(
          network_json(network, services.networks.about(network.file), services, metrics));
    } catch (const Error&) {  // just removed, or no network: `gannet sample` says what it is
    }
  }
  return all;
}

}  // namespace

void add_network_routes(Routes& routes, Services& services) {
  routes.push_back({.method = "GET",
                    .pattern = "/api/v1/networks",
                    .id = "list_networks",
                    .tag = "networks",
                    .summary = "All networks: of each run the one that its id stands for, then its "
                               "snapshots",
                    .query = {{"run", name_schema(), "those of one run"}},
                    .answers = {{200, "networks", "application/json", {{"type", "array"}}}},
                    .handler = [&services](const Request& request) {
                      return json_response(list_json(services, value_of(request.query, "run")));
                    }});
  routes.push_back({.method = "GET",
                    .pattern = "/api/v1/networks/{id}",
                    .id = "show_network",
                    .tag = "networks",
                    .summary = "A network: what it draws, takes, and how it was trained",
                    .answers = {{200, "the network", "application/json", {{"type", "object"}}}},
                    .handler = [&services](const Request& request) {
                      const ListedNetwork network = services.networks.find(request.arguments[0]);
                      const NetworkAbout about = services.networks.about(network.file);
                      RunMetrics metrics;
                      Json json = network_json(network, about, services, metrics);
                      json["parameters"] = about.parameters;
                      json["bytes"] = about.bytes;
                      json["options"] = about.options;
                      return json_response(json);
                    }});
}

}  // namespace gannet::server
