#include "gannet/server/http/message.h"

#include <algorithm>
#include <new>

namespace gannet::server {

const std::string& value_of(const Pairs& pairs, std::string_view name) {
  static const std::string none;
  const auto found = std::ranges::find(pairs, name, [](const auto& pair) { return pair.first; });
  return found == pairs.end() ? none : found->second;
}

bool has(const Pairs& pairs, std::string_view name) {
  return std::ranges::any_of(pairs, [&](const auto& pair) { return pair.first == name; });
}

std::string event_text(std::string_view event, std::string_view data, std::string_view id) {
  std::string text = "event: " + std::string(event) + "\n";
  if (!id.empty()) text += "id: " + std::string(id) + "\n";
  for (size_t at = 0; at <= data.size();) {
    const size_t end = std::min(data.find('\n', at), data.size());
    text += "data: " + std::string(data.substr(at, end - at)) + "\n";
    at = end + 1;
  }
  return text + "\n";
}

Response json_response(const Json& json, int status) {
  return {.status = status,
          .body = json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"};
}

Response error_response(const HttpError& error) {
  Response response =
      json_response({{"error", error.what()}, {"hint", error.hint()}}, error.status());
  response.headers = error.headers();
  return response;
}

Response error_response(std::exception_ptr thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const HttpError& error) {
    return error_response(error);
  } catch (const UsageError& error) {
    return error_response(HttpError(400, error.what(), error.hint()));
  } catch (const Error& error) {
    return error_response(HttpError(422, error.what(), error.hint()));
  } catch (const std::bad_alloc&) {
    return error_response(HttpError(503, "out of memory", "", {{"Retry-After", "5"}}));
  } catch (const std::exception& error) {
    const std::string_view text = error.what();
    return error_response(HttpError(500, std::string(text.substr(0, text.find('\n')))));
  }
}

void add_safe_headers(Response& response) {
  const Pairs safe = {
      {"X-Content-Type-Options", "nosniff"},
      {"Content-Security-Policy",
       "default-src 'self'; img-src 'self' data: blob:; media-src 'self' data: blob:; object-src "
       "'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"X-Frame-Options", "DENY"}};
  for (const auto& [name, value] : safe)
    if (!has(response.headers, name)) response.headers.emplace_back(name, value);
  if (!has(response.headers, "Cache-Control"))
    response.headers.emplace_back("Cache-Control", "no-store");
}

std::string_view status_text(int status) {
  static constexpr std::pair<int, std::string_view> kTexts[] = {
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {304, "Not Modified"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {411, "Length Required"},
      {413, "Content Too Large"},
      {414, "URI Too Long"},
      {415, "Unsupported Media Type"},
      {421, "Misdirected Request"},
      {422, "Unprocessable Content"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {503, "Service Unavailable"},
      {505, "HTTP Version Not Supported"},
  };
  for (const auto& [number, text] : kTexts)
    if (number == status) return text;
  return "";
}

std::string head_text(const Response& response, unsigned version, bool keep_alive) {
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + " " +
                     std::string(status_text(response.status)) + "\r\n";
  for (const auto& [name, value] : response.headers) text += name + ": " + value + "\r\n";
  if (!response.type.empty() && response.status != 304)
    text += "Content-Type: " + response.type + "\r\n";
  if (!response.events && response.status != 204 && response.status != 304)
    text += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
  if (!keep_alive || response.events) text += "Connection: close\r\n";
  if (keep_alive && version < 11) text += "Connection: keep-alive\r\n";
  return text + "\r\n";
}

}  // namespace gannet::server
