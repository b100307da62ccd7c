// Real or generated: the detector, and two-sample tests.
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <list>

#include "gannet/base/error.h"
#include "gannet/formats/npy.h"
#include "gannet/server/api/api.h"
#include "gannet/server/drawing.h"
#include "gannet/server/forms.h"
#include "gannet/server/http/schema.h"
#include "gannet/server/uploads.h"
#include "gannet/tools/catalogue.h"
#include "gannet/tools/compare.h"
#include "gannet/tools/detection_report.h"
#include "gannet/tools/detector.h"

namespace gannet::server {
namespace {

constexpr int64_t kMostCompared = 1000;  // samples of each side
constexpr size_t kMostJudged = 32;       // images of a request

// Detectors take a while to be trained: the last ones are kept. Of the lane of tools.
class Detectors {
 public:
  const Detector& of(const ListedNetwork& network, Services& services) {
    std::error_code ignored;  // those of the zoo are no files
    const auto time = std::filesystem::last_write_time(network.file, ignored);
    for (auto at = kept_.begin(); at != kept_.end(); ++at)
      if (at->file == network.file && at->time == time) {
        kept_.splice(kept_.begin(), kept_, at);
        return *kept_.front().detector;
      }
    DetectorRequest request;
    request.network = network.file;
    request.source.files.value_range = "network";
    request.device = services.networks.device();
    request.data = network_data(services, network);
    request.steps = 400;
    request.limit = 1000;
    kept_.push_front({network.file, time, std::make_unique<Detector>(request)});
    if (kept_.size() > kMost) kept_.pop_back();
    return *kept_.front().detector;
  }

 private:
  static constexpr size_t kMost = 3;
  struct Kept {
    Path file;
    std::filesystem::file_time_type time;
    std::unique_ptr<Detector> detector;
  };
  std::list<Kept> kept_;
};

Json detected(Services& services, Detectors& detectors, const Request& request) {
  const Form form(request, {"network"}, kMostJudged);
  const ListedNetwork network = services.networks.find(form.text("network"));
  const InputRange range{.network = network_value_range(network.file), .option = "network"};
  std::vector<Image> images;
  for (const Part& file : form.files())
    images.push_back(read_judged_image(as_bytes(file.data), range, file.file_name));
  const Detector& detector = detectors.of(network, services);
  const std::vector<DetectionScore> scores = detector.scores(images);
  Json results = Json::array();
  for (size_t i = 0; i < scores.size(); ++i)
    results.push_back(
        {{"name", form.files()[i].file_name},
         {"score", scores[i].probability},
         {"p_value", scores[i].p_value},
         {"unlike_percent", std::floor(1000 * (1 - scores[i].p_value)) / 10},
         {"discriminator",
          std::isnan(scores[i].discriminator) ? Json() : Json(scores[i].discriminator)},
         {"classifier", scores[i].classifier},
         {"verdict", detection_verdict(scores[i])}});
  const Detector::Protocol& p = detector.protocol();
  return {{"results", results},
          {"protocol",
           {{"data", p.data},
            {"held_out", p.held_out},
            {"classifier_steps", p.steps},
            {"calibrated_accuracy", p.accuracy},
            {"discriminator_unusable", p.discriminator_unusable}}}};
}

// A side of a comparison as compare_samples() takes it; a network's samples go to a file, which is
// removed with this.
class Side {
 public:
  Side(Services& services, const Uploads& uploads, const Json& side) {
    const int64_t n = side.value("n", kMostCompared / 2);
    if (!side.contains("network")) {
      const auto name = side["data"].get<std::string>();
      source.source = uploads.path_of(name);
      if (source.source.empty() && is_built_in_set(name)) source.source = name;
      if (source.source.empty()) throw HttpError(404, "there is no data set '" + name + "'");
      source.options.split = side.value("split", "train");
      return;
    }
    const ListedNetwork network = services.networks.find(side["network"].get<std::string>());
    Sampler sampler(network.file, services.networks.device());
    if (sampler.takes_image()) throw HttpError(422, "this network draws from an input image");
    std::string path = std::filesystem::temp_directory_path() / "gannet-samples-XXXXXX";
    const int fd = mkstemp(path.data());
    if (fd >= 0) close(fd);
    base_ = path;
    file_ = path + ".npy";
    SampleRequest request;
    const uint64_t first = side.value("seed", uint64_t{0});
    for (int64_t i = 0; i < n; ++i) request.seeds.push_back(first + static_cast<uint64_t>(i));
    const bool bytes = sampler.is_image() && !sampler.value_range();
    NpyWriter writer(file_, bytes ? Dtype::U8 : Dtype::F32, sampler.item_shape());
    sampler.draw(request, [&](const SampleBlock& block) { writer.write(block.bytes); });
    writer.commit();
    source.source = file_.string();
  }
  ~Side() {
    std::error_code ignored;
    for (const Path& each : {base_, file_})
      if (!each.empty()) std::filesystem::remove(each, ignored);
  }
  Side(const Side&) = delete;
  Side& operator=(const Side&) = delete;

  ComparedSource source;

 private:
  Path base_, file_;
};

// The files that networks' samples are in mean nothing to who asked: they are "a" and "b".
Comparison comparison_of(const ComparisonRequest& request) {
  try {
    return compare_samples(request);
  } catch (const Error& error) {
    std::string text = error.what();
    for (const auto& [name, source] : {std::pair{"a", &request.a}, std::pair{"b", &request.b}})
      if (const size_t at = text.find(source->source); at != std::string::npos)
        text.replace(at, source->source.size(), name);
    throw HttpError(422, text, error.hint());
  }
}

Json compared(Services& services, const Uploads& uploads, const Json& body) {
  const Side a(services, uploads, body["a"]), b(services, uploads, body["b"]);
  const int64_t n =
      std::min(body["a"].value("n", kMostCompared / 2), body["b"].value("n", kMostCompared / 2));
  const Comparison result = comparison_of({.a = a.source,
                                           .b = b.source,
                                           .seed = body.value("seed", uint64_t{0}),
                                           .limit = n,
                                           .permutations = 499,
                                           .device = services.networks.device()});
  Json tests = Json::array();
  for (const TwoSampleTest& test : result.tests)
    tests.push_back(
        {{"test", test.test}, {"statistic", test.statistic}, {"p_value", test.p_value}});
  return {{"tests", tests},
          {"samples", result.samples},
          {"shape", result.shape},
          {"notes", result.notes},
          {"same_source", result.same_source}};
}

Json side_schema() {
  const Json n = integer_schema(20, kMostCompared);
  return any_of_schema({object_schema({{"network", name_schema(), "", true},
                                       {"n", n},
                                       {"seed", integer_schema(0, uint64_t{1} << 60)}}),
                        object_schema({{"data", name_schema(), "", true},
                                       {"n", n},
                                       {"split", choice_schema({"train", "val", "test"})}})});
}

}  // namespace

void add_judge_routes(Routes& routes, Services& services, const std::shared_ptr<Uploads>& uploads) {
  const auto detectors = std::make_shared<Detectors>();
  routes.push_back(
      {.method = "POST",
       .pattern = "/api/v1/detect",
       .id = "detect",
       .tag = "judge",
       .summary = "Real or of this network? By its discriminator and a classifier, as "
                  "`gannet detect`; the first request of a network trains that",
       .access = Access::play,
       .lane = Lane::tools,
       .body = BodyKind::form,
       .body_schema = form_schema({"network"}, "an image, or several"),
       .most_body = uint64_t{1} << 25,
       .answers = {{200, "a result for each", "application/json", {{"type", "object"}}},
                   {404, "there is no such network"}},
       .handler = [&services, detectors](const Request& request) {
         return json_response(detected(services, *detectors, request));
       }});
  routes.push_back({.method = "POST",
                    .pattern = "/api/v1/compare",
                    .id = "compare",
                    .tag = "judge",
                    .summary = "Two-sample tests: were A and B drawn from the same distribution?",
                    .access = Access::play,
                    .lane = Lane::tools,
                    .body = BodyKind::json,
                    .body_schema = object_schema({{"a", side_schema(), "", true},
                                                  {"b", side_schema(), "", true},
                                                  {"seed", integer_schema(0, uint64_t{1} << 60)}}),
                    .answers = {{200, "the tests", "application/json", {{"type", "object"}}},
                                {404, "there is no such network or data set"}},
                    .handler = [&services, uploads](const Request& request) {
                      return json_response(compared(services, *uploads, request.json));
                    }});
}

}  // namespace gannet::server
