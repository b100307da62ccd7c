// Trainings: begun, stopped, gone on with, forked; runs removed.
#include "gannet/server/trainings.h"
#include "gannet/server/api/api.h"
#include "gannet/server/http/schema.h"

namespace gannet::server {
namespace {

Json options_schema() {
  return {{"type", "object"},
          {"additionalProperties",
           any_of_schema({string_schema(), number_schema(-1e15, 1e15), boolean_schema()})},
          {"maxProperties", 200},
          {"description", "options of `gannet train` by their names"}};
}

Json id_schema() { return object_schema({{"id", name_schema(), "the run", true}}); }

Json note_schema() { return string_schema(100); }

Route run_action(const std::string& method, const std::string& rest, const std::string& id,
                 const std::string& summary, Answer answer,
                 std::function<Response(const Request&)> handler) {
  Route route{.method = method,
              .pattern = "/api/v1/runs" + rest,
              .id = id,
              .tag = "trainings",
              .summary = summary,
              .access = Access::own,
              .lane = Lane::starts,
              .answers = {std::move(answer),
                          {404, "there is no such run, recipe or data set"},
                          {409, "the run is in use, or done, or too many train"}},
              .handler = std::move(handler)};
  return route;
}

}  // namespace

void add_training_routes(Routes& routes, const std::shared_ptr<Trainings>& trainings) {
  const Answer begun{201, "it trains", "application/json", id_schema()};
  const auto with_id = [](const std::string& id) { return json_response({{"id", id}}, 201); };
  routes.push_back(run_action(
      "POST", "", "begin_run", "Begins a training; answers when its run directory is there", begun,
      [=](const Request& request) { return with_id(trainings->begin(request.json)); }));
  routes.back().body = BodyKind::json;
  routes.back().body_schema =
      object_schema({{"cfg", name_schema(), "the recipe; auto: by the data"},
                     {"data", name_schema(), "a data set's name", true},
                     {"options", options_schema()},
                     {"desc", note_schema(), "a note in the run's name"}});
  routes.push_back(
      run_action("POST", "/{id}/resume", "resume_run", "Goes on with a run that was stopped", begun,
                 [=](const Request& request) {
                   return with_id(trainings->resume(request.arguments[0], request.json));
                 }));
  routes.back().body = BodyKind::json;
  routes.back().body_schema = object_schema({{"options", options_schema()}});
  routes.push_back(run_action(
      "POST", "/{id}/fork", "fork_run",
      "Begins a training with the options of a run, changed, from its best network's weights",
      begun, [=](const Request& request) {
        return with_id(trainings->fork(request.arguments[0], request.json));
      }));
  routes.back().body = BodyKind::json;
  routes.back().body_schema =
      object_schema({{"options", options_schema()}, {"desc", note_schema()}});
  routes.push_back(run_action(
      "POST", "/{id}/stop", "stop_run", "Asks a training to save its state and end",
      {202, "it was asked", "application/json", id_schema()}, [=](const Request& request) {
        trainings->stop(request.arguments[0]);
        return json_response({{"id", request.arguments[0]}}, 202);
      }));
  routes.push_back(run_action("DELETE", "/{id}", "remove_run", "Removes a run and all its files",
                              {204, "it is gone", ""}, [=](const Request& request) {
                                trainings->remove(request.arguments[0]);
                                return Response{.status = 204, .type = ""};
                              }));
}

}  // namespace gannet::server
