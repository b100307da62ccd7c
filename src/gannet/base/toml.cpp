// read_toml(): the only file that sees toml++, which not every system has (Ubuntu 22.04).
#include "gannet/base/toml.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "gannet/base/error.h"

#if __has_include(<toml++/toml.h>)
#include <toml++/toml.h>

namespace gannet {
namespace {

std::string place(std::string_view source, const toml::source_region& region) {
  return std::string(source) + ":" + std::to_string(region.begin.line) + ":" +
         std::to_string(region.begin.column);
}

nlohmann::json scalar(std::string_view key, const toml::node& node, std::string_view source) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return number->get();
  if (const auto* flag = node.as_boolean()) return flag->get();
  if (const auto* number = node.as_floating_point(); number && std::isfinite(number->get())) {
    return number->get();
  }
  throw UsageError(
      "expected a text, a finite number or true or false for " + std::string(key),
      place(source, node.source()),
      node.is_table() ? "options are one flat list: key = value, without [tables]" : "");
}

toml::table parsed(std::string_view text, std::string_view source) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    throw UsageError("not valid TOML: " + std::string(error.description()),
                     place(source, error.source()));
  }
}

nlohmann::json any(std::string_view key, const toml::node& node, std::string_view source) {
  if (const auto* table = node.as_table()) {
    nlohmann::json object = nlohmann::json::object();
    for (const auto& [name, inner] : *table)
      object[std::string(name.str())] = any(name.str(), inner, source);
    return object;
  }
  if (const auto* array = node.as_array()) {
    nlohmann::json list = nlohmann::json::array();
    for (const toml::node& inner : *array) list.push_back(any(key, inner, source));
    return list;
  }
  return scalar(key, node, source);
}

}  // namespace

nlohmann::json read_toml(std::string_view text, std::string_view source) {
  const toml::table table = parsed(text, source);
  nlohmann::json object = nlohmann::json::object();
  for (const auto& [key, node] : table)
    object[std::string(key.str())] = scalar(key.str(), node, source);
  return object;
}

nlohmann::json read_toml_document(std::string_view text, std::string_view source) {
  return any("", parsed(text, source), source);
}

}  // namespace gannet

#else

namespace gannet {

nlohmann::json read_toml(std::string_view, std::string_view source) {
  throw UsageError("this gannet was built without toml++, which reads TOML", std::string(source),
                   "give the options on the command line, or install toml++ 3 and build again");
}

nlohmann::json read_toml_document(std::string_view, std::string_view source) {
  throw UsageError("this gannet was built without toml++, which reads TOML", std::string(source),
                   "install toml++ 3 and build again");
}

}  // namespace gannet

#endif
