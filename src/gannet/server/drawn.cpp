// Samples as answers: draw_order(), draw_bytes(), drawn_response() of drawing.h.
#include <algorithm>
#include <cstring>

#include "gannet/base/base64.h"
#include "gannet/base/error.h"
#include "gannet/base/seed_list.h"
#include "gannet/formats/npy.h"
#include "gannet/formats/png.h"
#include "gannet/formats/webp.h"
#include "gannet/server/drawing.h"
#include "gannet/tools/media.h"

namespace gannet::server {
namespace {

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// {"Smiling": 1, "Age": 30} as `gannet sample --attributes` takes it.
std::string attributes_text(const Json& attributes) {
  if (attributes.is_string()) return attributes.get<std::string>();
  std::string text;
  for (const auto& [name, value] : attributes.items())
    text += (text.empty() ? "" : ",") + name + "=" + text_of(value);
  return text;
}

// SampleRequest's or StyleRequest's.
void set_condition(const Json& body, auto& request) {
  if (body.contains("class") && !body["class"].is_null()) request.label = text_of(body["class"]);
  if (body.contains("attributes") && !body["attributes"].is_null())
    request.attributes = attributes_text(body["attributes"]);
  if (body.contains("text") && body["text"].is_string())
    request.text = body["text"].get<std::string>();
}

std::vector<uint64_t> seeds_of(const Json& body, size_t standard) {
  std::vector<uint64_t> seeds;
  if (body.contains("seeds") && body["seeds"].is_string())
    return parse_seeds(body["seeds"].get<std::string>(), "seeds", kMostDrawn);
  if (body.contains("seeds"))
    for (const Json& seed : body["seeds"])
      seeds.push_back(seed.is_number_float() ? static_cast<uint64_t>(seed.get<double>())
                                             : seed.get<uint64_t>());
  else
    for (size_t i = 0; i < standard; ++i) seeds.push_back(i);
  return seeds;
}

void set_latents(const Json& body, SampleRequest& request) {
  if (!body.contains("latents")) return;
  if (body.contains("seeds") && request.seeds.size() != body["latents"].size())
    throw HttpError(400, "expected a latent for each seed, or no seeds");
  request.seeds.resize(body["latents"].size());
  if (!body.contains("seeds"))
    for (size_t i = 0; i < request.seeds.size(); ++i) request.seeds[i] = i;
  const size_t each = body["latents"][0].size();
  for (const Json& latent : body["latents"]) {
    if (latent.size() != each) throw HttpError(400, "the latents are of different lengths");
    for (const Json& number : latent) request.latents.push_back(number.get<float>());
  }
}

void set_style(const Json& body, SampleRequest& request) {
  if (!body.contains("style")) return;
  const std::vector<uint64_t> seeds = seeds_of(body["style"], 1);
  StyleRequest style{.from = body["style"]["from"].get<int64_t>()};
  for (size_t i = 0; i < request.seeds.size(); ++i) style.seeds.push_back(seeds[i % seeds.size()]);
  set_condition(body["style"], style);
  request.style = std::move(style);
}

std::string media_type(const Sampler& sampler) {
  if (sampler.is_audio()) return "audio/wav";
  return sampler.is_video() ? "image/webp" : "image/png";
}

std::vector<float> floats(ByteSpan bytes) {
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

bool is_bytes(const Sampler& sampler) { return sampler.is_image() && !sampler.value_range(); }

Response array_response(const Sampler& sampler, const std::vector<Bytes>& samples) {
  std::vector<int64_t> shape = sampler.item_shape();
  shape.insert(shape.begin(), static_cast<int64_t>(samples.size()));
  const Bytes header = npy_header(is_bytes(sampler) ? Dtype::U8 : Dtype::F32, shape);
  std::string body(as_text(header));
  for (const Bytes& sample : samples) body += as_text(sample);
  return {.type = "application/octet-stream",
          .body = std::move(body),
          .headers = {{"Content-Disposition", "attachment; filename=\"samples.npy\""}}};
}

HttpError one_at_a_time(const DrawOrder& order) {
  return {400,
          std::to_string(order.request.seeds.size()) + " samples are no single " + order.format,
          "format json or npy has them all; grid, as in 8x4, makes one picture of them"};
}

// One sample as the format that its kind has, or the one that is asked for.
Response single_response(const Sampler& sampler, const DrawOrder& order, const Bytes& sample) {
  const bool wav = order.format == "wav", webp = order.format == "webp";
  if (wav != sampler.is_audio() || (webp && !sampler.is_image() && !sampler.is_video()) ||
      (order.format == "png" && !sampler.is_image()))
    throw HttpError(400, "this network's samples are no " + order.format,
                    sampler.is_audio()   ? "format wav; with grid 1x1 a picture of the sound"
                    : sampler.is_video() ? "format webp; with grid 1x1 a strip of its frames"
                    : sampler.is_image() ? "format png, webp, npy or json"
                                         : "format json or npy; with grid a plot of the points");
  if (!webp || sampler.is_video()) {
    const Bytes file = media_file(sampler, sample);
    return {.type = media_type(sampler), .body = std::string(as_text(file))};
  }
  const std::vector<int64_t> shape = sampler.item_shape();
  if (!is_bytes(sampler))
    throw HttpError(400, "images of more than 8 bits are no webp", "format png");
  const auto* pixels = reinterpret_cast<const uint8_t*>(sample.data());
  const Bytes file = write_webp({shape[1], shape[0], shape[2], {pixels, pixels + sample.size()}});
  return {.type = "image/webp", .body = std::string(as_text(file))};
}

}  // namespace

DrawOrder draw_order(const Json& body) {
  DrawOrder order{.network = body["network"].get<std::string>(),
                  .format = body.value("format", "png")};
  if (body.contains("grid") && body["grid"].is_string()) {
    const Grid grid = parse_grid(body["grid"].get<std::string>(), "grid");
    order.rows = grid.rows;
    order.columns = grid.columns;
    if (grid.rows * grid.columns > static_cast<int64_t>(kMostDrawn))
      throw HttpError(400, "expected a grid of at most " + std::to_string(kMostDrawn) + " samples");
    if (order.format != "png" && order.format != "webp")
      throw HttpError(400, "a grid is one picture", "format png or webp");
  }
  SampleRequest& request = order.request;
  request.block = kServedBlock;
  request.seeds =
      seeds_of(body, order.rows > 0 ? static_cast<size_t>(order.rows * order.columns) : size_t{1});
  set_latents(body, request);
  if (order.rows > 0 && static_cast<int64_t>(request.seeds.size()) > order.rows * order.columns)
    throw HttpError(400,
                    std::to_string(request.seeds.size()) + " samples do not fit into the grid");
  set_condition(body, request);
  set_style(body, request);
  request.truncation = body.value("trunc", 1.0);
  return order;
}

std::vector<Bytes> draw_bytes(Sampler& sampler, const SampleRequest& request) {
  std::vector<Bytes> samples;
  sampler.draw(request, [&](const SampleBlock& block) {
    const size_t size = block.bytes.size() / static_cast<size_t>(block.count);
    for (int64_t i = 0; i < block.count; ++i) {
      const auto from =
          block.bytes.begin() + static_cast<std::ptrdiff_t>(static_cast<size_t>(i) * size);
      samples.emplace_back(from, from + static_cast<std::ptrdiff_t>(size));
    }
  });
  return samples;
}

Json drawn_json(Sampler& sampler, const SampleRequest& request, const std::vector<Bytes>& samples) {
  constexpr size_t kMostNumbers = 100000;
  const bool points = media_extension(sampler).empty();
  const std::string key = points ? "points" : std::string(media_extension(sampler).substr(1));
  std::vector<float> latents = request.latents;
  if (latents.empty() && !sampler.takes_image())
    latents = sampler.latents({.seeds = request.seeds});
  const size_t each = latents.size() / request.seeds.size();
  Json all = Json::array();
  for (size_t i = 0; i < samples.size(); ++i) {
    all.push_back(
        {{"seed", request.seeds[i]},
         {key, points ? Json(floats(samples[i])) : Json(base64(media_file(sampler, samples[i])))}});
    if (each == 0 || latents.size() > kMostNumbers) continue;
    const auto from = latents.begin() + static_cast<std::ptrdiff_t>(i * each);
    all.back()["latent"] = std::vector<float>(from, from + static_cast<std::ptrdiff_t>(each));
  }
  return {{"samples", all}, {"shape", sampler.item_shape()}};
}

Response drawn_response(Sampler& sampler, const DrawOrder& order,
                        const std::vector<Bytes>& samples) {
  if (order.rows > 0) {
    const Image grid = sampler.grid(order.request, order.rows, order.columns);
    const bool webp = order.format == "webp";
    const Bytes file = webp ? write_webp(grid) : write_png(grid);
    return {.type = webp ? "image/webp" : "image/png", .body = std::string(as_text(file))};
  }
  if (order.format == "json") return json_response(drawn_json(sampler, order.request, samples));
  if (order.format == "npy") return array_response(sampler, samples);
  if (samples.size() != 1) throw one_at_a_time(order);
  return single_response(sampler, order, samples[0]);
}

}  // namespace gannet::server
