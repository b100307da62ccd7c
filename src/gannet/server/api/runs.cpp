// Runs: what there are, how each stands, its figures, pictures and events.
#include <algorithm>
#include <charconv>
#include <filesystem>

#include "gannet/runs/directory.h"
#include "gannet/runs/list.h"
#include "gannet/server/api/api.h"
#include "gannet/server/http/schema.h"
#include "gannet/server/page.h"
#include "gannet/server/run_events.h"
#include "gannet/server/run_json.h"
#include "gannet/server/trainings.h"

namespace gannet::server {
namespace {

constexpr uint64_t kMostLines = uint64_t{1} << 24;  // bytes of figures in one answer

// A run as `json_of` has it, with how its process ended.
template <class JsonOf>
Json explained(RunSummary run, const Trainings& trainings, const JsonOf& json_of) {
  const std::string hint = trainings.explain(run);
  Json json = json_of(run);
  json["hint"] = hint;
  return json;
}

Json list_json(const Services& services, const Trainings& trainings) {
  Json all = Json::array();
  std::vector<RunSummary> runs = list_runs(services.runs());
  std::ranges::reverse(runs);
  for (RunSummary& run : runs) all.push_back(explained(std::move(run), trainings, run_json));
  return all;
}

// Lines of a file of figures after a step, as one list.
Response lines_response(const Path& file, int64_t after) {
  std::string list = "[";
  const std::string text = read_lines(file, 0, kMostLines).text;
  for (size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
    const std::string line = text.substr(at, end - at);
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object() || json.value("step", int64_t{0}) <= after) continue;
    list += (list.size() > 1 ? ",\n" : "") + line;
  }
  return {.body = list + "]\n"};
}

Response picture(const Path& run, const std::string& name, const Request& request) {
  const std::vector<std::string> names = picture_names(run);
  if (std::ranges::find(names, name) == names.end())
    throw HttpError(404, "this run has no picture '" + name + "'");
  const Bytes bytes = read_file(run / name);
  return file_response(request, "image/png", std::string(as_text(bytes)));
}

int64_t after_of(const Request& request) {
  const std::string& last = request.header("last-event-id");
  int64_t step = -1;
  std::from_chars(last.data(), last.data() + last.size(), step);
  const Json asked = query_value(*request.route, request, "after");
  return last.empty() && !asked.is_null() ? asked.get<int64_t>() : step;
}

Route run_route(Services& services, const std::string& rest, const std::string& id,
                const std::string& summary, std::vector<Answer> answers,
                std::function<Response(const Path&, const Request&)> handler) {
  return {.method = "GET",
          .pattern = "/api/v1/runs/{id}" + rest,
          .id = id,
          .tag = "runs",
          .summary = summary,
          .answers = std::move(answers),
          .handler = [&services, handler = std::move(handler)](const Request& request) {
            return handler(run_folder(services.runs(), request.arguments[0]), request);
          }};
}

Parameter after_parameter() {
  return {"after", integer_schema(-1, int64_t{1} << 50), "only what is of a later step"};
}

void add_figures(Routes& routes, Services& services) {
  const Json lines = {{"type", "array"}, {"items", {{"type", "object"}}}};
  routes.push_back(run_route(services, "/stats", "run_stats", "The figures of the ticks",
                             {{200, "lines of stats.jsonl", "application/json", lines}},
                             [](const Path& run, const Request& request) {
                               return lines_response(RunDirectory(run).stats(), after_of(request));
                             }));
  routes.back().query = {after_parameter()};
  routes.push_back(run_route(services, "/metrics", "run_metrics", "The metrics of the snapshots",
                             {{200, "lines of metrics.jsonl", "application/json", lines}},
                             [](const Path& run, const Request&) {
                               return lines_response(RunDirectory(run).metrics(), -1);
                             }));
  routes.push_back(run_route(
      services, "/log", "run_log", "The log", {{200, "log.txt", "text/plain; charset=utf-8"}},
      [](const Path& run, const Request&) {
        return Response{.type = "text/plain; charset=utf-8",
                        .body = read_lines(RunDirectory(run).log(), 0, kMostLines).text};
      }));
}

}  // namespace

void add_run_routes(Routes& routes, Services& services,
                    const std::shared_ptr<Trainings>& trainings) {
  routes.push_back({.method = "GET",
                    .pattern = "/api/v1/runs",
                    .id = "list_runs",
                    .tag = "runs",
                    .summary = "All runs, the newest first",
                    .answers = {{200, "runs", "application/json", {{"type", "array"}}}},
                    .handler = [&services, trainings](const Request&) {
                      return json_response(list_json(services, *trainings));
                    }});
  routes.push_back(run_route(
      services, "", "show_run", "A run with options, grids, networks and the watchdog's messages",
      {{200, "the run", "application/json", {{"type", "object"}}}},
      [trainings](const Path& run, const Request&) {
        return json_response(explained(summarize(run), *trainings, whole_run_json));
      }));
  add_figures(routes, services);
  routes.push_back(run_route(services, "/files/{name}", "run_picture", "A picture of the run",
                             {{200, "a picture", "image/png"}, {304, "as the client has it", ""}},
                             [](const Path& run, const Request& request) {
                               return picture(run, request.arguments[1], request);
                             }));
  routes.push_back(run_route(
      services, "/events", "run_events",
      "What happens in the run: stats (its id is the step), metrics, grid, log, state; "
      "goes on after Last-Event-ID",
      {{200, "events", "text/event-stream"}}, [](const Path& run, const Request& request) {
        return Response{.type = "text/event-stream", .events = run_events(run, after_of(request))};
      }));
  routes.back().query = {after_parameter()};
}

}  // namespace gannet::server
