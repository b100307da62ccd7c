#include "gannet/server/page.h"

#include <algorithm>
#include <filesystem>

#include "gannet/formats/checksum.h"
#include "gannet/formats/gzip.h"
#include "gannet/server/http/url.h"
#include "gannet/server/server.h"

namespace gannet::server {
namespace {

constexpr std::string_view kNoPage =
    "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Gannet</title></head>"
    "<body><h1>Gannet</h1><p>This program was built without the page (web/dist). The API is there: "
    "<a href=\"/api/openapi.json\">/api/openapi.json</a>, and "
    "<a href=\"/api/v1/runs\">the runs</a>.</p></body></html>\n";

std::string type_of(const std::string& name) {
  static const std::map<std::string, std::string> types = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".txt", "text/plain; charset=utf-8"},
      {".webp", "image/webp"},
      {".woff2", "font/woff2"},
      {".map", "application/json"},
      {".webmanifest", "application/manifest+json"}};
  const auto found = types.find(Path(name).extension().string());
  return found == types.end() ? "application/octet-stream" : found->second;
}

std::string name_of_path(const std::string& target) {
  std::string name;
  for (const std::string& segment : parse_target(target).segments)
    name += (name.empty() ? "" : "/") + segment;
  const std::string last = name.substr(name.rfind('/') + 1);
  return last.find('.') == std::string::npos ? "index.html" : name;
}

}  // namespace

std::string etag_of(std::string_view text) {
  return "\"" + sha256_hex(as_bytes(text)).substr(0, 32) + "\"";
}

bool matches_etag(const Request& request, const std::string& etag) {
  const std::string& asked = request.header("if-none-match");
  return asked == "*" || (!asked.empty() && asked.find(etag) != std::string::npos);
}

Response file_response(const Request& request, std::string type, std::string body) {
  const std::string etag = etag_of(body);
  Response response{.type = std::move(type),
                    .headers = {{"ETag", etag}, {"Cache-Control", "no-cache"}}};
  if (matches_etag(request, etag)) {
    response.status = 304;
    return response;
  }
  const bool text = response.type.starts_with("text/") || response.type.ends_with("json") ||
                    response.type.ends_with("xml");
  if (text) response.headers.emplace_back("Vary", "Accept-Encoding");
  if (text && body.size() > 1000 &&
      request.header("accept-encoding").find("gzip") != std::string::npos) {
    const Bytes packed = gzip(as_bytes(body));
    response.body = as_text(packed);
    response.headers.emplace_back("Content-Encoding", "gzip");
  } else {
    response.body = std::move(body);
  }
  return response;
}

std::map<std::string, Bytes> Page::folder_files() const {
  namespace fs = std::filesystem;
  constexpr uint64_t kMost = uint64_t{1} << 24;
  std::map<std::string, Bytes> files;
  if (!fs::is_directory(folder_)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(folder_))
    if (entry.is_regular_file() && entry.file_size() <= kMost)
      files[fs::relative(entry.path(), folder_).generic_string()] = read_file(entry.path(), kMost);
  return files;
}

bool has_page() { return !page_files().empty(); }

Response Page::get(const Request& request) const {
  const std::string name = name_of_path(request.target);
  std::string body;
  bool found = false;
  if (folder_.empty()) {
    const std::vector<ShippedFile>& files = page_files();
    const auto file = std::ranges::find(files, name, &ShippedFile::name);
    if (file != files.end()) found = true, body = as_text(file->bytes);
  } else {
    const std::map<std::string, Bytes> files = folder_files();
    const auto file = files.find(name);
    if (file != files.end()) found = true, body = as_text(file->second);
  }
  if (!found && name == "index.html") found = true, body = kNoPage;
  if (!found) throw HttpError(404, "the page has no such file");
  return file_response(request, type_of(name), std::move(body));
}

}  // namespace gannet::server
