#include "gannet/server/http/url.h"

#include <algorithm>

#include "gannet/base/file_names.h"

namespace gannet::server {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '_' || c == '.' || c == '~';
}

Pairs parse_query(std::string_view text) {
  Pairs query;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('&', at), text.size());
    const std::string_view pair = text.substr(at, end - at);
    at = end + 1;
    if (pair.empty()) continue;
    const size_t equals = std::min(pair.find('='), pair.size());
    std::string name = percent_decoded(pair.substr(0, equals), true);
    if (has(query, name)) throw HttpError(400, "the query has '" + name + "' twice");
    query.emplace_back(std::move(name),
                       percent_decoded(pair.substr(std::min(equals + 1, pair.size())), true));
  }
  return query;
}

}  // namespace

std::string percent_decoded(std::string_view text, bool plus) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) throw HttpError(400, "the address has a '%' without two hex digits");
      c = static_cast<char>(16 * high + low);
      i += 2;
    } else if (plus && c == '+') {
      c = ' ';
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      throw HttpError(400, "the address has a control character");
    decoded += c;
  }
  if (!is_utf8(decoded)) throw HttpError(400, "the address is not UTF-8");
  return decoded;
}

std::string percent_encoded(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (is_plain(c)) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kDigits[byte >> 4];
    encoded += kDigits[byte & 15];
  }
  return encoded;
}

Target parse_target(std::string_view target) {
  constexpr size_t kLongest = 8000;
  if (target.size() > kLongest)
    throw HttpError(414,
                    "the address has " + std::to_string(target.size()) +
                        " bytes, expected at most " + std::to_string(kLongest),
                    "POST takes what is longer");
  if (!target.starts_with('/'))
    throw HttpError(400, "expected the address of something here, /...");
  Target parsed;
  const size_t question = std::min(target.find('?'), target.size());
  const std::string_view path = target.substr(0, question);
  for (size_t at = 1; at <= path.size();) {
    const size_t end = std::min(path.find('/', at), path.size());
    std::string segment = percent_decoded(path.substr(at, end - at));
    if (segment == "." || segment == "..")
      throw HttpError(400, "the address has a segment '" + segment + "'");
    parsed.segments.push_back(std::move(segment));
    at = end + 1;
  }
  parsed.query = parse_query(target.substr(std::min(question + 1, target.size())));
  return parsed;
}

}  // namespace gannet::server
