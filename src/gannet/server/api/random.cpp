// "This picture does not exist": a page with one new sample at each reload, without any script.
#include <random>

#include "gannet/base/error.h"
#include "gannet/base/markup.h"
#include "gannet/server/api/api.h"
#include "gannet/server/http/schema.h"
#include "gannet/server/http/url.h"

namespace gannet::server {
namespace {

constexpr std::string_view kStyle =
    "html,body{margin:0;height:100%;background:#111;color:#ccc;font:16px sans-serif}"
    "main{min-height:100%;display:flex;flex-direction:column;align-items:center;"
    "justify-content:center;gap:1em}"
    "img,video{width:min(92vw,80vh);max-height:80vh;object-fit:contain;image-rendering:pixelated}"
    "a{color:#8cf}p{margin:0 1em;text-align:center}";

// The network that is asked for, else the newest of pictures, sound or video.
ListedNetwork chosen(Services& services, const std::string& id, NetworkAbout& about) {
  if (!id.empty()) {
    const ListedNetwork network = services.networks.find(id);
    about = services.networks.about(network.file);
    return network;
  }
  for (const ListedNetwork& network : services.networks.list()) {
    try {
      about = services.networks.about(network.file);
    } catch (const Error&) {
      continue;
    }
    if (about.kind == "image" && about.input_shape.empty() && !about.text) return network;
  }
  throw HttpError(404, "there is no network of pictures yet",
                  "train one, on the page or with `gannet train`");
}

std::string sample_markup(const std::string& url, const NetworkAbout& about, uint64_t seed) {
  const std::string name = "sample " + std::to_string(seed);
  const bool plot = about.kind == "points" || about.kind == "table";
  if (about.kind == "audio")
    return "<img alt=\"" + name + " as a picture\" src=\"" + url +
           "&amp;grid=1x1\"><audio controls src=\"" + url + "&amp;format=wav\"></audio>";
  const char* more = plot ? "&amp;grid=1x1" : about.kind == "video" ? "&amp;format=webp" : "";
  return "<img alt=\"" + name + "\" src=\"" + url + more + "\">";
}

Response random_page(Services& services, const Request& request) {
  NetworkAbout about;
  const ListedNetwork network = chosen(services, value_of(request.query, "network"), about);
  if (about.text || !about.input_shape.empty())
    throw HttpError(422, "this network draws from a sentence or an image, not from a seed alone");
  std::random_device random;
  const Json asked = query_value(*request.route, request, "seed");
  const uint64_t seed = asked.is_null() ? random() : asked.get<uint64_t>();
  const std::string id = percent_encoded(network.id), number = std::to_string(seed);
  const std::string url = "/api/v1/generate?network=" + id + "&amp;seeds=" + number;
  const std::string page =
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width\"><title>This picture does not exist</title><link rel=\"icon\" "
      "href=\"data:,\"><link rel=\"stylesheet\" href=\"/random.css\"></head><body><main>" +
      sample_markup(url, about, seed) + "<p>Drawn by " + markup_escaped(network.id) +
      " from seed " + number + ": <a href=\"/random?network=" + id + "&amp;seed=" + number +
      "\">this one again</a>, <a href=\"/random?network=" + id +
      "\">a new one</a></p></main></body>"
      "</html>\n";
  return {.type = "text/html; charset=utf-8", .body = page};
}

}  // namespace

void add_random_page(Routes& routes, Services& services) {
  routes.push_back(
      {.method = "GET",
       .pattern = "/random",
       .id = "random_page",
       .tag = "page",
       .summary = "A page with one new sample at each reload",
       .access = Access::play,
       .query = {{"network", name_schema(), "its id; without: the newest of pictures"},
                 {"seed", integer_schema(0, ~uint64_t{0}), "without: any"}},
       .answers = {{200, "the page", "text/html; charset=utf-8"},
                   {404, "there is no such network"}},
       .handler = [&services](const Request& request) { return random_page(services, request); }});
  routes.push_back({.method = "GET",
                    .pattern = "/random.css",
                    .id = "random_style",
                    .tag = "page",
                    .summary = "The style of /random",
                    .access = Access::open,
                    .lane = Lane::sockets,
                    .answers = {{200, "the style", "text/css; charset=utf-8"}},
                    .handler = [](const Request&) {
                      return Response{.type = "text/css; charset=utf-8",
                                      .body = std::string(kStyle)};
                    }});
}

}  // namespace gannet::server
