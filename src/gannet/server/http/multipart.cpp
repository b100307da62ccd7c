#include "gannet/server/http/multipart.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "gannet/base/file_names.h"

namespace gannet::server {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw HttpError(400, "the multipart body " + what);
}

std::string lower(std::string_view text) {
  std::string all(text);
  std::ranges::transform(all, all.begin(), [](unsigned char c) { return std::tolower(c); });
  return all;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The value of `; name=value` or `; name="value"`; browsers write %22 for quotes, others \".
std::optional<std::string> parameter(std::string_view header, std::string_view name) {
  for (size_t at = header.find(';'); at < header.size();) {
    std::string_view rest = trimmed(header.substr(at + 1));
    const size_t equals = rest.find('=');
    if (equals == std::string_view::npos) return {};
    const std::string key = lower(trimmed(rest.substr(0, equals)));
    rest = rest.substr(equals + 1);
    std::string value;
    size_t i = 0;
    if (rest.starts_with('"')) {
      for (i = 1; i < rest.size() && rest[i] != '"'; ++i) {
        if (rest[i] == '\\' && i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\'))
          ++i;
        value += rest[i];
      }
      if (i >= rest.size()) return {};
      ++i;
    } else {
      i = std::min(rest.find(';'), rest.size());
      value = trimmed(rest.substr(0, i));
    }
    if (key == name) return value;
    const size_t from = static_cast<size_t>(rest.data() - header.data()) + i;
    at = header.find(';', from);
  }
  return {};
}

void read_header(std::string_view line, Part& part, bool& named) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) refuse("has a part with a header without ':'");
  const std::string key = lower(line.substr(0, colon));
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (key == "content-type") part.type = value;
  if (key == "content-transfer-encoding" && lower(value) != "binary" && lower(value) != "8bit" &&
      lower(value) != "7bit")
    refuse("has a part in another encoding than binary");
  if (key != "content-disposition") return;
  if (!lower(value).starts_with("form-data")) refuse("has a part that is no form-data");
  const std::optional<std::string> name = parameter(value, "name");
  if (!name) refuse("has a part without a name");
  named = true;
  part.name = *name;
  part.file_name = parameter(value, "filename").value_or("");
  if (!is_utf8(part.name) || !is_utf8(part.file_name)) refuse("has a name that is not UTF-8");
}

// Headers up to the empty line; returns where the data begins.
size_t read_headers(std::string_view body, size_t at, Part& part) {
  constexpr size_t kMostHeaders = 4000;  // bytes
  bool named = false;
  for (const size_t start = at;;) {
    const size_t end = body.find("\r\n", at);
    if (end == std::string_view::npos || end - start > kMostHeaders)
      refuse("has a part whose headers do not end");
    if (end == at) break;
    read_header(body.substr(at, end - at), part, named);
    at = end + 2;
  }
  if (!named) refuse("has a part without Content-Disposition");
  return at + 2;
}

}  // namespace

std::string multipart_boundary(std::string_view content_type) {
  if (!lower(content_type).starts_with("multipart/form-data"))
    throw HttpError(415, "expected multipart/form-data, found '" +
                             display_name(content_type.substr(0, 100)) + "'");
  const std::optional<std::string> boundary = parameter(content_type, "boundary");
  if (!boundary || boundary->empty() || boundary->size() > 200 ||
      boundary->find_first_of("\r\n") != std::string::npos)
    throw HttpError(400, "the Content-Type has no boundary");
  return *boundary;
}

std::vector<Part> parse_multipart(std::string_view body, std::string_view boundary, size_t most) {
  const std::string first = "--" + std::string(boundary), next = "\r\n" + first;
  if (!body.starts_with(first)) refuse("does not begin with its boundary");
  std::vector<Part> parts;
  for (size_t at = first.size();;) {
    if (body.substr(at, 2) == "--") break;
    if (body.substr(at, 2) != "\r\n") refuse("has a boundary that does not end its line");
    if (parts.size() == most) refuse("has more than " + std::to_string(most) + " parts");
    Part part;
    at = read_headers(body, at + 2, part);
    // An empty part: the boundary follows at once.
    const size_t end = body.find(next, at >= 2 ? at - 2 : at);
    if (end == std::string_view::npos) refuse("ends in the middle of a part");
    part.data = end < at ? std::string_view() : body.substr(at, end - at);
    at = end + next.size();
    parts.push_back(std::move(part));
  }
  if (parts.empty()) refuse("has no part");
  return parts;
}

}  // namespace gannet::server
