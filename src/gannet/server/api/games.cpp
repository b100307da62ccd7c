// Games: a generator and a discriminator on points, watched as they learn.
#include "gannet/server/games.h"
#include "gannet/base/error.h"
#include "gannet/server/api/api.h"
#include "gannet/server/game_json.h"
#include "gannet/server/http/schema.h"

namespace gannet::server {
namespace {

Json points_schema() {
  return object_schema(
      {{"points",
        array_schema(array_schema(number_schema(-1e6, 1e6), 2, 2),
                     static_cast<int64_t>(kFewestPoints), static_cast<int64_t>(kMostPoints)),
        "[x, y] each", true}});
}

Json data_schema() { return any_of_schema({choice_schema(game_data_names()), points_schema()}); }

Json options_schema() {
  return {{"type", "object"},
          {"additionalProperties",
           any_of_schema({string_schema(100), number_schema(-1e12, 1e12), boolean_schema()})},
          {"maxProperties", 100},
          {"description", "of the recipe, and lr_G and lr_D"}};
}

Json begin_schema() {
  return object_schema({{"recipe", name_schema(), "vanilla without it"},
                        {"data", data_schema(), "ring-8 without it"},
                        {"options", options_schema()},
                        {"seed", integer_schema(0, ~uint64_t{0})}});
}

Json change_schema() {
  return object_schema(
      {{"action", choice_schema({"run", "pause", "step", "step_D", "step_G", "reset"})},
       {"speed", any_of_schema({number_schema(0.05, 1e6), choice_schema({"max"})}),
        "steps a second"},
       {"options", options_schema()},
       {"data", data_schema()}});
}

GameOptions options_of(const Json& options) {
  GameOptions all;
  for (const auto& [name, value] : options.items())
    all.emplace_back(name, value.is_string() ? value.get<std::string>() : value.dump());
  return all;
}

std::vector<float> points_of(const Json& data) {
  std::vector<float> points;
  for (const Json& point : data["points"])
    for (const Json& number : point) points.push_back(number.get<float>());
  return points;
}

GameSetup setup_of(const Json& body) {
  GameSetup setup;
  if (body.contains("recipe")) setup.recipe = body["recipe"].get<std::string>();
  if (body.contains("seed")) setup.seed = body["seed"].get<uint64_t>();
  if (body.contains("options")) setup.options = options_of(body["options"]);
  if (!body.contains("data")) return setup;
  const bool named = body["data"].is_string();
  setup.data = named ? body["data"].get<std::string>() : "";
  if (!named) setup.points = points_of(body["data"]);
  return setup;
}

void act(OpenGame& game, const std::string& action) {
  if (action == "run") {
    if (!game.error.empty())
      throw HttpError(409, "the game cannot go on: " + game.error, "reset it");
    game.running = true;
    game.next_step = Clock::now();
    return;
  }
  if (action == "reset") {
    game.game->reset();
    game.error.clear();
    game.half = false;
    game.phase.clear();
    return;
  }
  game.running = false;
  if (action == "pause") return;
  const Player player = action == "step_D"   ? Player::D
                        : action == "step_G" ? Player::G
                                             : Player::both;
  game.game->step(player);
  game.phase = player == Player::both ? "" : player == Player::D ? "D" : "G";
  game.half = player == Player::D;
}

void change(OpenGame& game, const Json& body) {
  if (body.contains("options")) game.game->change(options_of(body["options"]));
  if (body.contains("data")) {
    const Json& data = body["data"];
    data.is_string() ? game.game->change_data(data.get<std::string>(), {})
                     : game.game->change_data("", points_of(data));
    show_reals(game);
  }
  if (body.contains("speed")) {
    game.speed = body["speed"].is_string() ? 0 : body["speed"].get<double>();
    game.next_step = Clock::now();
  }
  if (body.contains("action")) act(game, body["action"].get<std::string>());
  game.changed = true;
}

using GameHandler = std::function<Response(Games&, const Request&)>;

// A route of one game, on the thread that plays it; without an id of a new one.
Route game_route(const std::shared_ptr<GameRooms>& rooms, std::string method, std::string rest,
                 std::string id, std::string summary, std::vector<Answer> answers,
                 GameHandler handler) {
  return {.method = std::move(method),
          .pattern = "/api/v1/games" + rest,
          .id = std::move(id),
          .tag = "games",
          .summary = std::move(summary),
          .access = Access::play,
          .answers = std::move(answers),
          .late_handler = [rooms, handler = std::move(handler)](Request request, Reply reply) {
            Games& games =
                request.arguments.empty() ? rooms->emptiest() : rooms->of(request.arguments[0]);
            games.run(
                [&games, handler, request = std::move(request)] { return handler(games, request); },
                std::move(reply));
          }};
}

const Json kState = {{"type", "object"}};

void add_begin(Routes& routes, const std::shared_ptr<GameRooms>& rooms) {
  routes.push_back(game_route(rooms, "POST", "", "begin_game", "Begins a game, which waits",
                              {{201, "its id and options", "application/json", kState}},
                              [](Games& games, const Request& request) {
                                return json_response(game_state(games.open(setup_of(request.json))),
                                                     201);
                              }));
  routes.back().body = BodyKind::json;
  routes.back().body_schema = begin_schema();
}

void add_change(Routes& routes, const std::shared_ptr<GameRooms>& rooms) {
  routes.push_back(game_route(rooms, "POST", "/{id}", "change_game",
                              "Runs, pauses or steps a game, changes its speed, options or data",
                              {{200, "its state", "application/json", kState},
                               {409, "it has diverged", "application/json"}},
                              [](Games& games, const Request& request) {
                                OpenGame& game = games.find(request.arguments[0]);
                                change(game, request.json);
                                return json_response(game_state(game));
                              }));
  routes.back().body = BodyKind::json;
  routes.back().body_schema = change_schema();
}

}  // namespace

void add_game_routes(Routes& routes, const std::shared_ptr<GameRooms>& rooms) {
  add_begin(routes, rooms);
  routes.push_back(game_route(rooms, "GET", "/{id}", "show_game", "How a game stands",
                              {{200, "its state", "application/json", kState}},
                              [](Games& games, const Request& request) {
                                return json_response(game_state(games.find(request.arguments[0])));
                              }));
  add_change(routes, rooms);
  routes.push_back(
      game_route(rooms, "GET", "/{id}/events", "game_events",
                 "Events `frame`, at most 30 a second and the newest alone, and "
                 "`real`, the real points",
                 {{200, "events", "text/event-stream"}}, [](Games& games, const Request& request) {
                   return Response{.type = "text/event-stream",
                                   .events = game_events(games.find(request.arguments[0]).output)};
                 }));
  routes.push_back(game_route(rooms, "DELETE", "/{id}", "end_game", "Ends a game",
                              {{204, "it has ended", ""}},
                              [](Games& games, const Request& request) {
                                games.close(request.arguments[0]);
                                return Response{.status = 204, .type = ""};
                              }));
}

}  // namespace gannet::server
