// Addresses, bodies and who may ask: what is read from a request, and what is refused.
#include <gtest/gtest.h>

#include "gannet/server/http/guard.h"
#include "gannet/server/http/multipart.h"
#include "gannet/server/http/route.h"
#include "gannet/server/http/schema.h"
#include "gannet/server/http/url.h"

namespace gannet::server {
namespace {

int status_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const HttpError& error) {
    return error.status();
  }
  return 200;
}

std::string error_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const HttpError& error) {
    return error.what();
  }
  return "";
}

using Names = std::vector<std::string>;

TEST(Target, IsDecodedSegmentBySegment) {
  const Target target = parse_target("/api/v1/a%2Fb/c%20d?x=1+2&y=%26&z");
  EXPECT_EQ(target.segments, (Names{"api", "v1", "a/b", "c d"}));
  EXPECT_EQ(target.query, (Pairs{{"x", "1 2"}, {"y", "&"}, {"z", ""}}));
  EXPECT_EQ(parse_target("/").segments, Names{""});
  EXPECT_EQ(percent_decoded(percent_encoded("ü/%& +\"")), "ü/%& +\"");
}

TEST(Target, RefusesWhatIsNoAddressHere) {
  for (const char* target : {"", "x", "*", "http://other/", "/%", "/%4", "/%zz", "/a%00", "/a%0a",
                             "/%ff", "/../x", "/%2e%2e/x", "/a/./b", "/?a=1&a=2"})
    EXPECT_EQ(status_of([&] { (void)parse_target(target); }), 400) << target;
  EXPECT_EQ(status_of([&] { (void)parse_target("/" + std::string(9000, 'a')); }), 414);
}

TEST(Schema, NamesThePlaceAndWhatWasFound) {
  const Json schema = object_schema(
      {{"network", name_schema(), "", true},
       {"seeds",
        any_of_schema({array_schema(integer_schema(0, ~uint64_t{0}), 1, 3), string_schema()})},
       {"trunc", number_schema(0, 10)},
       {"format", choice_schema({"png", "json"})}});
  const auto error = [&](const char* text) {
    return error_of([&] { check_schema(schema, parse_json(text), "the body"); });
  };
  EXPECT_EQ(
      error(
          R"({"network": "n", "seeds": [0, 18446744073709551615], "trunc": 0.5, "format": "png"})"),
      "");
  EXPECT_EQ(error(R"({"network": "n", "seeds": "0-3"})"), "");
  EXPECT_EQ(error(R"({"network": "n", "seed": 1})"), "the body has an unknown key 'seed'");
  EXPECT_EQ(error(R"({})"), "the body lacks 'network'");
  EXPECT_EQ(error(R"([])"), "the body: expected an object, found a list");
  EXPECT_EQ(error(R"({"network": ""})"), "network in the body: expected a text that is not empty");
  EXPECT_EQ(error(R"({"network": "n", "trunc": 11})"),
            "trunc in the body: expected a number from 0.0 to 10.0, found 11");
  EXPECT_EQ(error(R"({"network": "n", "seeds": [1, -1]})"),
            "seeds[1] in the body: expected an integer from 0 to 18446744073709551615, found -1");
  EXPECT_EQ(error(R"({"network": "n", "seeds": 3})"),
            "seeds in the body: expected an array or a string, found 3");
  EXPECT_EQ(error(R"({"network": "n", "format": "gif"})"),
            "format in the body: expected one of png, json, found \"gif\"");
}

TEST(Schema, TakesTextsOfAQueryByTheirType) {
  EXPECT_EQ(value_from_text(integer_schema(0, 10), "7", "n"), 7);
  EXPECT_EQ(value_from_text(string_schema(), "7", "n"), "7");
  EXPECT_EQ(value_from_text(boolean_schema(), "1", "n"), true);
  for (const char* text : {"", "x", "11", "1.5", "-1", "[1]", "1e400"})
    EXPECT_EQ(status_of([&] { (void)value_from_text(integer_schema(0, 10), text, "n"); }), 400)
        << text;
}

TEST(Json, OfABodyIsBoundedInDepth) {
  EXPECT_EQ(status_of([] { (void)parse_json("{"); }), 400);
  EXPECT_EQ(status_of([] { (void)parse_json(""); }), 400);
  EXPECT_EQ(status_of([] { (void)parse_json("NaN"); }), 400);
  EXPECT_EQ(error_of([] { (void)parse_json(std::string(100000, '[')); }),
            "the body is nested too deep");
  EXPECT_EQ(error_of([] { (void)parse_json(std::string(100, '[') + std::string(100, ']')); }),
            "the body is nested too deep");
}

TEST(Multipart, GivesPartsAsViews) {
  const std::string body =
      "--b\r\nContent-Disposition: form-data; name=\"network\"\r\n\r\nfaces\r\n"
      "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\\\"b.png\"\r\n"
      "Content-Type: image/png\r\n\r\n\x89PNG\r\n--c\r\n\r\n"
      "--b\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n--b--\r\n";
  const std::vector<Part> parts = parse_multipart(body, "b");
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_EQ(parts[0].name, "network");
  EXPECT_EQ(parts[0].data, "faces");
  EXPECT_EQ(parts[1].file_name, "a\"b.png");
  EXPECT_EQ(parts[1].type, "image/png");
  EXPECT_EQ(parts[1].data, "\x89PNG\r\n--c\r\n");
  EXPECT_EQ(parts[2].data, "");
  EXPECT_EQ(multipart_boundary("multipart/form-data; boundary=\"x y\"; charset=utf-8"), "x y");
}

TEST(Multipart, RefusesWhatIsNotWhole) {
  const std::string head = "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n";
  for (const std::string& body : std::vector<std::string>{
           "", "--", "--b", "--b\r\n", "--b--", head, head + "1", head + "1\r\n--b",
           head + "1\r\n--bx\r\n", "--b\r\n\r\n1\r\n--b--", "--b\r\nX\r\n\r\n1\r\n--b--",
           "--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--",
           "--b\r\nContent-Disposition: form-data; name=\"x\r\n\r\n1\r\n--b--",
           "--b\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\n1\r\n--b--",
           "--b\r\nX: " + std::string(9000, 'a') + "\r\n\r\n1\r\n--b--"})
    EXPECT_EQ(status_of([&] { (void)parse_multipart(body, "b"); }), 400) << body;
  EXPECT_EQ(status_of([] { (void)multipart_boundary("application/json"); }), 415);
  for (const char* type : {"multipart/form-data",
                           "multipart/form-data; boundary=", "multipart/form-data; boundary=\"x"})
    EXPECT_EQ(status_of([&] { (void)multipart_boundary(type); }), 400) << type;
}

Request request_of(std::string method, std::string target, Pairs headers = {}) {
  Request request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.headers = std::move(headers);
  return request;
}

Router small_router() {
  Route show{.method = "GET", .pattern = "/api/v1/runs/{id}", .id = "show"};
  show.query = {{"after", integer_schema(0, 100), ""}};
  Route remove{.method = "DELETE", .pattern = "/api/v1/runs/{id}", .id = "remove"};
  return Router({show, remove});
}

TEST(Router, FindsRoutesAndChecksParameters) {
  const Router router = small_router();
  Request request = request_of("GET", "/api/v1/runs/00001-x%40y?after=7");
  const Route* route = router.find(request);
  ASSERT_NE(route, nullptr);
  EXPECT_EQ(route->id, "show");
  EXPECT_EQ(request.arguments, Names{"00001-x@y"});
  EXPECT_EQ(query_value(*route, request, "after"), 7);
  request.method = "HEAD";
  EXPECT_EQ(router.find(request), route);
  request = request_of("GET", "/runs");  // a view of the page
  EXPECT_EQ(router.find(request), nullptr);
}

TEST(Router, RefusesByStatus) {
  const Router router = small_router();
  const auto status = [&](std::string method, std::string target) {
    return status_of([&] {
      Request request = request_of(method, target);
      (void)router.find(request);
    });
  };
  EXPECT_EQ(status("GET", "/api/v1/nothing"), 404);
  EXPECT_EQ(status("GET", "/api/v1/runs/"), 404);
  EXPECT_EQ(status("PUT", "/api/v1/runs/x"), 405);
  EXPECT_EQ(status("POST", "/index.html"), 405);
  EXPECT_EQ(status("GET", "/api/v1/runs/x?later=1"), 400);
  EXPECT_EQ(status("GET", "/api/v1/runs/x?after=101"), 400);
  EXPECT_EQ(status("GET", "/api/v1/runs/" + std::string(400, 'x')), 400);
}

Request from(const std::string& host, Pairs more = {}) {
  more.emplace_back("host", host);
  return request_of("GET", "/", more);
}

TEST(Guard, KnowsItsOwnHosts) {
  const Guard local({.loopback = true});
  for (const char* host :
       {"127.0.0.1:8080", "localhost", "LOCALHOST:1", "[::1]:8080", "127.0.0.2", "localhost.:80"})
    EXPECT_EQ(status_of([&] { local.check_origin(from(host)); }), 200) << host;
  for (const char* host : {"evil.example", "evil.example:8080", "192.168.1.2",
                           "127.0.0.1.evil.example", "localhost.evil.example",
                           "127.0.0.1@evil.example", "127.0.0.1:80evil", "[::1]evil", "[::1"})
    EXPECT_EQ(status_of([&] { local.check_origin(from(host)); }), 421) << host;
  EXPECT_EQ(status_of([&] { local.check_origin(request_of("GET", "/")); }), 400);
  EXPECT_EQ(status_of([&] {
              local.check_origin(from("localhost", {{"host", "evil.example"}}));
            }),
            400);
  const Guard open({.loopback = false, .host_names = {"school"}});
  for (const char* host : {"192.168.1.2:8080", "[fe80::1]:80", "school:8080", "School"})
    EXPECT_EQ(status_of([&] { open.check_origin(from(host)); }), 200) << host;
  EXPECT_EQ(status_of([&] { open.check_origin(from("evil.example")); }), 421);
}

TEST(Guard, RefusesForeignOrigins) {
  const Guard guard({.loopback = true});
  const auto status = [&](const std::string& host, Pairs headers) {
    return status_of([&] { guard.check_origin(from(host, headers)); });
  };
  EXPECT_EQ(status("localhost:8080", {{"origin", "http://localhost:8080"}}), 200);
  EXPECT_EQ(status("localhost:8080", {{"origin", "http://localhost:9090"}}), 403);
  EXPECT_EQ(status("localhost:8080", {{"origin", "https://localhost:8080"}}), 403);
  EXPECT_EQ(status("localhost:8080", {{"origin", "null"}}), 403);
  EXPECT_EQ(status("localhost:8080", {{"origin", ""}}), 403);
  EXPECT_EQ(
      status("localhost:8080", {{"sec-fetch-site", "cross-site"}, {"sec-fetch-mode", "no-cors"}}),
      403);
  EXPECT_EQ(
      status("localhost:8080", {{"sec-fetch-site", "cross-site"}, {"sec-fetch-mode", "navigate"}}),
      200);
}

TEST(Guard, AsksForTheToken) {
  const Guard guard({.token = "secret"});
  const auto trusted = [&](const char* name, const char* value) {
    return guard.is_trusted(request_of("GET", "/", {{name, value}}));
  };
  EXPECT_TRUE(trusted("authorization", "Bearer secret"));
  EXPECT_TRUE(trusted("authorization", "bearer secret"));
  EXPECT_TRUE(trusted("cookie", "a=b; gannet_token=secret; c=d"));
  for (const char* value :
       {"", "secret", "Bearer", "Bearer ", "Bearer secre", "Bearer secrets", "Basic secret"})
    EXPECT_FALSE(trusted("authorization", value)) << value;
  EXPECT_FALSE(trusted("cookie", "gannet_token=secre"));
  EXPECT_FALSE(trusted("cookie", "xgannet_token=secret"));
  Route read{.method = "GET", .pattern = "/", .access = Access::read};
  EXPECT_EQ(status_of([&] { guard.check_access(read, request_of("GET", "/")); }), 401);
  read.access = Access::open;
  EXPECT_EQ(status_of([&] { guard.check_access(read, request_of("GET", "/")); }), 200);
}

TEST(Guard, LetsAClassLookAndPlay) {
  const Guard guard({.classroom = true});
  const Request pupil = request_of("GET", "/");
  EXPECT_FALSE(guard.is_trusted(pupil));
  for (const auto& [access, status] :
       {std::pair{Access::read, 200}, {Access::play, 200}, {Access::own, 403}}) {
    const Route route{.method = "GET", .pattern = "/", .access = access};
    EXPECT_EQ(status_of([&] { guard.check_access(route, pupil); }), status);
  }
}

}  // namespace
}  // namespace gannet::server
