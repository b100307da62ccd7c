#include "gannet/server/game_json.h"

#include <cmath>

#include "gannet/base/base64.h"

namespace gannet::server {
namespace {

std::string base64_of(const std::vector<float>& values) {
  return base64(std::as_bytes(std::span(values)));
}

Json number(double value) {
  return std::isfinite(value) ? Json(std::round(value * 1e5) / 1e5) : Json();
}

Json frame_json(const OpenGame& game, const GameFrame& frame) {
  Json json = {{"step", frame.step},
               {"d_steps", frame.d_steps},
               {"running", game.running},
               {"phase", game.phase},
               {"speed", game.speed > 0 ? Json(game.speed) : Json("max")},
               {"steps_per_second", std::round(10 * game.steps_per_second) / 10},
               {"error", game.error},
               {"loss", {{"D", number(frame.loss_D)}, {"G", number(frame.loss_G)}}},
               {"score", {{"real", number(frame.score_real)}, {"fake", number(frame.score_fake)}}},
               {"js", number(frame.js)},
               {"js_floor", number(frame.js_floor)},
               {"kl", number(frame.kl)},
               {"fake", base64_of(frame.fakes)},
               {"surface", nullptr},
               {"manifold", {{"n", frame.manifold_side}, {"points", base64_of(frame.manifold)}}},
               {"arrows", base64_of(frame.arrows)},
               {"box", frame.box}};
  if (frame.surface_side > 0)
    json["surface"] = {{"n", frame.surface_side},
                       {"box", frame.box},
                       {"values", base64(std::as_bytes(std::span(frame.surface)))},
                       {"probability", frame.surface_is_probability}};
  return json;
}

void put(OpenGame& game, const Json& json) {
  const std::lock_guard lock(game.output->mutex);
  ++game.output->frame_number;
  game.output->frame = event_text("frame", json.dump(), std::to_string(game.output->frame_number));
}

}  // namespace

void show_frame(OpenGame& game) { put(game, frame_json(game, game.game->frame(game.light))); }

void show_reals(OpenGame& game) {
  const Json json = {{"points", base64_of(game.game->real_points())}};
  const std::lock_guard lock(game.output->mutex);
  ++game.output->real_number;
  game.output->real = event_text("real", json.dump());
}

void show_error(OpenGame& game) {
  game.changed = false;
  put(game, {{"error", game.error}, {"running", false}});
}

Json game_state(const OpenGame& game) {
  Json options = Json::object(), fields = Json::array();
  for (const FieldText& field : game.game->options()) {
    const Json parsed = field.type == "string" ? Json() : Json::parse(field.value, nullptr, false);
    const Json value = parsed.is_primitive() && !parsed.is_discarded() && !parsed.is_null()
                           ? parsed
                           : Json(field.value);
    options[field.name] = value;
    fields.push_back({{"name", field.name},
                      {"type", field.type},
                      {"value", field.value},
                      {"help", field.help},
                      {"unit", field.unit},
                      {"min", std::isfinite(field.min) ? Json(field.min) : Json()},
                      {"max", std::isfinite(field.max) ? Json(field.max) : Json()},
                      {"choices", field.choices},
                      {"automatic", field.automatic}});
  }
  const GameSetup& setup = game.game->setup();
  return {{"id", game.id},
          {"recipe", setup.recipe},
          {"data", setup.data.empty() ? "points" : setup.data},
          {"seed", setup.seed},
          {"running", game.running},
          {"speed", game.speed > 0 ? Json(game.speed) : Json("max")},
          {"error", game.error},
          {"options", options},
          {"fields", fields}};
}

}  // namespace gannet::server
