// The quiz: real or generated, by a person, beside the discriminator.
#include <algorithm>
#include <list>
#include <mutex>
#include <random>

#include "gannet/base/error.h"
#include "gannet/formats/png.h"
#include "gannet/server/api/api.h"
#include "gannet/server/forms.h"
#include "gannet/server/http/schema.h"
#include "gannet/tools/quiz.h"

namespace gannet::server {
namespace {

constexpr size_t kMostQuizzes = 128;
constexpr int64_t kMostItems = 100;

// The quizzes that were begun last.
class Quizzes {
 public:
  struct Begun {
    std::string id;
    std::vector<std::string> pictures;  // PNG
    std::vector<bool> truth;
    std::optional<int64_t> right_by_discriminator;
    std::string data;
  };

  std::string add(const Quiz& quiz) {
    auto begun = std::make_shared<Begun>();
    std::random_device random;
    char id[25];
    std::snprintf(id, sizeof id, "%08x%08x%08x", random(), random(), random());
    begun->id = id;
    for (const QuizPicture& picture : quiz.pictures) {
      begun->pictures.emplace_back(as_text(write_png(picture.image)));
      begun->truth.push_back(picture.real);
    }
    begun->right_by_discriminator = quiz.right_by_discriminator;
    begun->data = quiz.data;
    const std::lock_guard lock(mutex_);
    begun_.push_front(begun);
    if (begun_.size() > kMostQuizzes) begun_.pop_back();
    return begun->id;
  }

  std::shared_ptr<const Begun> find(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    for (const auto& each : begun_)
      if (each->id == id) return each;
    throw HttpError(404, "there is no such quiz, or it is long ago", "GET /api/v1/quiz begins one");
  }

 private:
  mutable std::mutex mutex_;
  std::list<std::shared_ptr<const Begun>> begun_;
};

Json begin(Services& services, Quizzes& quizzes, const Request& request) {
  const auto value = [&](const char* name, uint64_t standard) {
    const Json json = query_value(*request.route, request, name);
    return json.is_null() ? standard : json.get<uint64_t>();
  };
  const ListedNetwork network = services.networks.find(value_of(request.query, "network"));
  const uint64_t n = value("n", 20);
  if (n % 2 != 0)
    throw HttpError(400, "half of a quiz is real: expected an even n, found " + std::to_string(n));
  std::random_device random;
  const std::string data = network_data(services, network);
  const Quiz quiz = make_quiz(network.file, static_cast<int64_t>(n), value("seed", random()), data,
                              services.networks.device());
  const std::string id = quizzes.add(quiz);
  Json items = Json::array();
  for (size_t i = 0; i < quiz.pictures.size(); ++i)
    items.push_back({{"url", "/api/v1/quiz/" + id + "/items/" + std::to_string(i)}});
  return {{"id", id}, {"items", items}, {"data", quiz.data}};
}

Json answered(const Quizzes& quizzes, const Request& request) {
  const auto quiz = quizzes.find(request.arguments[0]);
  const Json& answers = request.json["answers"];
  const size_t n = quiz->truth.size();
  if (answers.size() != n)
    throw HttpError(
        400, "expected " + std::to_string(n) + " answers, found " + std::to_string(answers.size()));
  int64_t right = 0;
  for (size_t i = 0; i < n; ++i) right += answers[i].get<bool>() == quiz->truth[i];
  Json json = {{"truth", quiz->truth},
               {"correct", right},
               {"of", n},
               {"p_value", guessing_p_value(right, static_cast<int64_t>(n))},
               {"discriminator", nullptr}};
  if (quiz->right_by_discriminator)
    json["discriminator"] = {{"correct", *quiz->right_by_discriminator}, {"of", n}};
  return json;
}

Response item(const Quizzes& quizzes, const Request& request) {
  const auto quiz = quizzes.find(request.arguments[0]);
  const auto i =
      value_from_text(request.route->path[1].schema, request.arguments[1], "number").get<size_t>();
  if (i >= quiz->pictures.size()) throw HttpError(404, "the quiz has no such picture");
  return {.type = "image/png", .body = quiz->pictures[i]};
}

Route quiz_route(std::string method, std::string rest, std::string id, std::string summary,
                 Lane lane, Answer answer, Handler handler) {
  return {.method = std::move(method),
          .pattern = "/api/v1/quiz" + rest,
          .id = std::move(id),
          .tag = "judge",
          .summary = std::move(summary),
          .access = Access::play,
          .lane = lane,
          .answers = {std::move(answer)},
          .handler = std::move(handler)};
}

}  // namespace

void add_quiz_routes(Routes& routes, Services& services) {
  const auto quizzes = std::make_shared<Quizzes>();
  const Answer object{200, "", "application/json", {{"type", "object"}}};
  routes.push_back(
      quiz_route("GET", "", "begin_quiz",
                 "Pictures, half of them real and half of a network, in a random order",
                 Lane::tools, object, [&services, quizzes](const Request& request) {
                   return json_response(begin(services, *quizzes, request));
                 }));
  Json even = integer_schema(2, kMostItems);
  even["multipleOf"] = 2;
  routes.back().query = {{"network", name_schema(), "its id", true},
                         {"n", even, "pictures, an even number"},
                         {"seed", integer_schema(0, ~uint64_t{0}), "without: any"}};
  routes.back().answers.push_back({404, "there is no such network"});
  routes.push_back(
      quiz_route("GET", "/{id}/items/{number}", "quiz_picture", "One of its pictures",
                 Lane::sockets, {200, "a picture", "image/png"},
                 [quizzes](const Request& request) { return item(*quizzes, request); }));
  routes.back().path = {{"id", name_schema(), "", true},
                        {"number", integer_schema(0, kMostItems), "from 0", true}};
  routes.push_back(quiz_route(
      "POST", "/{id}", "answer_quiz", "What is right, and whether one who guesses would be so good",
      Lane::sockets, object,
      [quizzes](const Request& request) { return json_response(answered(*quizzes, request)); }));
  routes.back().body = BodyKind::json;
  routes.back().body_schema = object_schema(
      {{"answers", array_schema(boolean_schema(), 2, kMostItems), "true: real", true}});
}

}  // namespace gannet::server
