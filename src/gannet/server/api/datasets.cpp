// Data sets: built in, fetched, and uploaded.
#include "gannet/base/error.h"
#include "gannet/server/api/api.h"
#include "gannet/server/http/schema.h"
#include "gannet/server/page.h"
#include "gannet/server/uploads.h"
#include "gannet/tools/catalogue.h"

namespace gannet::server {
namespace {

Json list_json(const Uploads& uploads) {
  Json all = Json::array();
  for (const Uploads::Uploaded& each : uploads.list())
    all.push_back({{"name", each.name},
                   {"summary", "uploaded"},
                   {"kind", nullptr},
                   {"samples", nullptr},
                   {"size_mb", static_cast<double>(each.bytes) / 1e6},
                   {"licence", ""},
                   {"state", "uploaded"}});
  for (const DatasetAbout& set : dataset_abouts())
    all.push_back({{"name", set.name},
                   {"summary", set.summary},
                   {"kind", set.kind},
                   {"samples", set.samples},
                   {"size_mb", nullptr},
                   {"download", set.download},
                   {"licence", set.licence},
                   {"state", set.state}});
  return all;
}

Response upload(Uploads& uploads, const Request& request) {
  try {
    const Uploads::Checked kept = uploads.keep(request);
    return json_response({{"id", kept.name}, {"check", kept.check}, {"was_there", kept.was_there}},
                         kept.was_there ? 200 : 201);
  } catch (const Refused& refused) {
    return json_response(
        {{"error", refused.error.what()}, {"hint", refused.error.hint()}, {"check", refused.check}},
        422);
  }
}

Response samples(const Uploads& uploads, const Request& request) {
  const std::string& name = request.arguments[0];
  std::string source = uploads.path_of(name);
  if (source.empty() && is_built_in_set(name)) source = name;
  if (source.empty()) throw HttpError(404, "there is no data set '" + name + "'");
  const Json n = query_value(*request.route, request, "n");
  const Bytes png = dataset_picture(source, n.is_null() ? 64 : n.get<int64_t>());
  return file_response(request, "image/png", std::string(as_text(png)));
}

Route upload_route(const std::shared_ptr<Uploads>& uploads) {
  const Json file = {{"type", "array"},
                     {"items", {{"type", "string"}, {"format", "binary"}}},
                     {"description",
                      "a zip, a table, or each file of a folder, whose file name is "
                      "its path there"}};
  return {
      .method = "POST",
      .pattern = "/api/v1/datasets",
      .id = "upload_dataset",
      .tag = "data",
      .summary = "Uploads a data set, which is checked before it is kept",
      .access = Access::own,
      .lane = Lane::starts,
      .body = BodyKind::upload,
      .body_schema = {{"type", "object"}, {"properties", {{"file", file}}}, {"required", {"file"}}},
      .most_body = uploads->most(),
      .answers = {{200, "the same set is there already, by this name", "application/json",
                   open_object_schema("id, check, was_there")},
                  {201, "its name, and what `gannet data check --json` says", "application/json",
                   open_object_schema("id, check, was_there")},
                  {422, "a training would refuse it; with the check", "application/json",
                   open_object_schema("error, hint, check")}},
      .handler = [uploads](const Request& request) { return upload(*uploads, request); }};
}

}  // namespace

void add_dataset_routes(Routes& routes, const std::shared_ptr<Uploads>& uploads) {
  routes.push_back(
      {.method = "GET",
       .pattern = "/api/v1/datasets",
       .id = "list_datasets",
       .tag = "data",
       .summary = "All data sets",
       .answers = {{200, "data sets", "application/json", {{"type", "array"}}}},
       .handler = [uploads](const Request&) { return json_response(list_json(*uploads)); }});
  routes.push_back(upload_route(uploads));
  routes.push_back(
      {.method = "GET",
       .pattern = "/api/v1/datasets/{name}/samples",
       .id = "dataset_samples",
       .tag = "data",
       .summary = "Some samples of a data set as a picture",
       .lane = Lane::tools,
       .query = {{"n", integer_schema(1, 400), "about so many"}},
       .answers = {{200, "a picture", "image/png"}, {304, "as the client has it", ""}},
       .handler = [uploads](const Request& request) { return samples(*uploads, request); }});
}

}  // namespace gannet::server
