// Parts of the server: events, uploads, work that waits, the document.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <future>

#include "gannet/base/error.h"
#include "gannet/server/games.h"
#include "gannet/server/lanes.h"
#include "gannet/server/openapi.h"
#include "gannet/server/options.h"
#include "gannet/server/page.h"
#include "gannet/server/run_json.h"
#include "gannet/server/uploads.h"
#include "gannet/tools/detection_report.h"
#include "gannet/tools/quiz.h"

namespace gannet::server {
namespace {

TEST(Events, HaveALineForEachOfTheText) {
  EXPECT_EQ(event_text("log", "a\nb", "7"), "event: log\nid: 7\ndata: a\ndata: b\n\n");
  EXPECT_EQ(event_text("state", ""), "event: state\ndata: \n\n");
}

TEST(Errors, HaveTheirStatus) {
  const auto status = [](const auto& error) {
    return error_response(std::make_exception_ptr(error)).status;
  };
  EXPECT_EQ(status(UsageError("x", "y")), 400);
  EXPECT_EQ(status(Error("x", "y")), 422);
  EXPECT_EQ(status(HttpError(404, "x")), 404);
  EXPECT_EQ(status(std::bad_alloc()), 503);
  EXPECT_EQ(status(std::runtime_error("x")), 500);
  const Json body = Json::parse(error_response(HttpError(404, "what", "try")).body);
  EXPECT_EQ(body, (Json{{"error", "what"}, {"hint", "try"}}));
}

TEST(Uploads, KeepNamesInsideTheirFolder) {
  EXPECT_EQ(upload_path("cats/1.png"), Path("cats/1.png"));
  EXPECT_EQ(upload_path("C:\\photos\\1.png"), Path("photos/1.png"));
  EXPECT_EQ(upload_path("/etc/passwd"), Path("etc/passwd"));
  EXPECT_EQ(upload_path("a/./b"), Path("a/b"));
  for (const char* name : {"../x", "a/../../x", "a/..", ".hidden", "a/.git/x", "", "/", "a\\..\\b",
                           "1/2/3/4/5/6/7/8/9"})
    EXPECT_THROW(upload_path(name), HttpError) << name;
  EXPECT_THROW(upload_path(std::string(201, 'x')), HttpError);
}

TEST(Lanes, RefuseWhatIsTooMuch) {
  WorkQueue queue(1, 2, nullptr);
  std::promise<void> go;
  std::shared_future<void> gone = go.get_future().share();
  std::promise<void> started;
  ASSERT_TRUE(queue.add([&] {
    started.set_value();
    gone.wait();
  }));
  started.get_future().wait();
  EXPECT_TRUE(queue.add([] {}));
  EXPECT_TRUE(queue.add([] {}));
  EXPECT_FALSE(queue.add([] {}));
  go.set_value();
}

TEST(Lines, AreWholeOnesOfAGrowingFile) {
  const Path file =
      std::filesystem::temp_directory_path() / ("gannet-lines-" + std::to_string(getpid()));
  std::ofstream(file) << "one\ntwo\nthr";
  Lines lines = read_lines(file, 0, 100);
  EXPECT_EQ(lines.text, "one\ntwo\n");
  EXPECT_EQ(lines.end, 8u);
  std::ofstream(file, std::ios::app) << "ee\n";
  EXPECT_EQ(read_lines(file, lines.end, 100).text, "three\n");
  EXPECT_EQ(read_lines(file, 0, 5).text, "one\n");
  std::ofstream(file) << "1\n";
  EXPECT_EQ(read_lines(file, 14, 100).end, 0u);  // it was cut
  EXPECT_EQ(read_lines(file.string() + "-none", 3, 100).end, 3u);
  std::filesystem::remove(file);
}

TEST(Page, NeverLeavesItsList) {
  const Path folder =
      std::filesystem::temp_directory_path() / ("gannet-page-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder / "dist/img");
  std::ofstream(folder / "secret.txt") << "secret";
  std::ofstream(folder / "dist/index.html") << "<p>page</p>";
  std::ofstream(folder / "dist/app.js") << "1";
  const Page page(folder / "dist");
  const auto get = [&](const std::string& target) {
    Request request;
    request.target = target;
    return page.get(request);
  };
  EXPECT_EQ(get("/").body, "<p>page</p>");
  EXPECT_EQ(get("/runs/x").body, "<p>page</p>");
  EXPECT_EQ(get("/app.js").type, "text/javascript; charset=utf-8");
  for (const char* target :
       {"/secret.txt", "/..%2fsecret.txt", "/img%2f..%2f..%2fsecret.txt", "/%2e%2e/secret.txt"})
    EXPECT_THROW(get(target), HttpError) << target;
  Request again;
  again.target = "/";
  again.headers = {{"if-none-match", value_of(get("/").headers, "ETag")}};
  EXPECT_EQ(page.get(again).status, 304);
  std::filesystem::remove_all(folder);
}

TEST(Document, HasEachRouteWithItsParameters) {
  Route route{.method = "GET", .pattern = "/api/v1/runs/{id}", .id = "show", .tag = "runs"};
  route.answers = {{200, "the run", "application/json"}};
  complete_path(route);
  const Json get = openapi_document({route})["paths"]["/api/v1/runs/{id}"]["get"];
  EXPECT_EQ(get["parameters"][0]["name"], "id");
  EXPECT_TRUE(get["responses"].contains("200"));
  EXPECT_TRUE(get["responses"].contains("404"));
}

TEST(Options, RefuseWhatCannotBeServed) {
  const Path folder =
      std::filesystem::temp_directory_path() / ("gannet-serve-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "file") << "x";
  const auto refused = [](const ServerOptions& options) {
    try {
      check(options);
    } catch (const UsageError&) {
      return true;
    }
    return false;
  };
  ServerOptions options;
  options.runs = (folder / "none").string();  // the first training makes it
  EXPECT_FALSE(refused(options));
  options.runs = (folder / "file").string();
  EXPECT_TRUE(refused(options));
  options.runs = folder.string();
  options.web = folder.string();  // no index.html
  EXPECT_TRUE(refused(options));
  std::filesystem::remove_all(folder);
}

TEST(Verdict, HasPlainPercents) {
  DetectionScore score;
  score.probability = 0.3;
  score.p_value = 1;
  EXPECT_EQ(detection_verdict(score), "no sign of a fake: 100% of real ones are as unusual");
  score.p_value = 0.1234;
  EXPECT_EQ(detection_verdict(score), "no sign of a fake: 12.3% of real ones are as unusual");
}

TEST(Quiz, OfAGuesserHasTheBinomialTestsP) {
  EXPECT_NEAR(guessing_p_value(10, 20), 1, 1e-12);
  EXPECT_NEAR(guessing_p_value(15, 20), 0.04138947, 1e-7);  // scipy.stats.binomtest(15, 20)
  EXPECT_NEAR(guessing_p_value(5, 20), 0.04138947, 1e-7);
  EXPECT_NEAR(guessing_p_value(20, 20), std::ldexp(1.0, -19), 1e-12);
}

}  // namespace
}  // namespace gannet::server
