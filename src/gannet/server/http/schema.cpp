#include "gannet/server/http/schema.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace gannet::server {
namespace {

[[noreturn]] void refuse(const std::string& where, const std::string& expected, const Json& found) {
  std::string text = found.is_structured()
                         ? std::string(found.is_array() ? "a list" : "an object")
                         : found.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() > 60) text = text.substr(0, 57) + "...";
  throw HttpError(400, where + ": expected " + expected + ", found " + text);
}

bool is_integer(const Json& value) {
  if (value.is_number_integer()) return true;
  if (!value.is_number_float()) return false;
  const double number = value.get<double>();
  return std::isfinite(number) && number == std::floor(number) && std::abs(number) < 9e15;
}

bool is_type(const std::string& type, const Json& value) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  if (type == "integer") return is_integer(value);
  return value.is_number() && std::isfinite(value.get<double>());
}

std::string type_text(const std::string& type) {
  if (type == "object" || type == "array" || type == "integer") return "an " + type;
  return type == "null" ? type : "a " + type;
}

std::string number_range(const Json& schema) {
  const bool low = schema.contains("minimum"), high = schema.contains("maximum");
  std::string text = type_text(schema["type"]);
  if (low) text += (high ? " from " : " of at least ") + schema["minimum"].dump();
  if (high) text += (low ? " to " : " of at most ") + schema["maximum"].dump();
  return text;
}

// The library compares 64-bit numbers without a sign as if they had one.
long double number_of(const Json& value) {
  if (value.is_number_unsigned()) return static_cast<long double>(value.get<uint64_t>());
  if (value.is_number_integer()) return static_cast<long double>(value.get<int64_t>());
  return static_cast<long double>(value.get<double>());
}

void check_number(const Json& schema, const Json& value, const std::string& where) {
  const long double number = number_of(value);
  if ((schema.contains("minimum") && number < number_of(schema["minimum"])) ||
      (schema.contains("maximum") && number > number_of(schema["maximum"])))
    refuse(where, number_range(schema), value);
}

int64_t characters(const std::string& text) {
  return std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; });
}

void check_string(const Json& schema, const Json& value, const std::string& where) {
  const int64_t length = characters(value.get_ref<const std::string&>());
  if (length < schema.value("minLength", int64_t{0}))
    throw HttpError(400, where + ": expected a text that is not empty");
  if (length > schema.value("maxLength", int64_t{1} << 40))
    throw HttpError(400, where + ": expected at most " + schema["maxLength"].dump() +
                             " characters, found " + std::to_string(length));
}

// "seeds[1] in the body" of "seeds in the body".
std::string item_place(size_t i, const std::string& where) {
  const size_t end = std::min(where.find(" in "), where.size());
  return where.substr(0, end) + "[" + std::to_string(i) + "]" + where.substr(end);
}

void check_array(const Json& schema, const Json& value, const std::string& where) {
  const auto n = static_cast<int64_t>(value.size());
  if (n < schema.value("minItems", int64_t{0}))
    throw HttpError(400, where + ": expected at least " + schema["minItems"].dump() +
                             " items, found " + std::to_string(n));
  if (n > schema.value("maxItems", int64_t{1} << 40))
    throw HttpError(400, where + ": expected at most " + schema["maxItems"].dump() +
                             " items, found " + std::to_string(n));
  if (!schema.contains("items")) return;
  for (size_t i = 0; i < value.size(); ++i)
    check_schema(schema["items"], value[i], item_place(i, where));
}

std::string names_of(const Json& properties) {
  std::string names;
  for (const auto& [name, schema] : properties.items()) names += (names.empty() ? "" : ", ") + name;
  return names;
}

std::string place(const std::string& key, const std::string& where) { return key + " in " + where; }

void check_object(const Json& schema, const Json& value, const std::string& where) {
  if (static_cast<int64_t>(value.size()) > schema.value("maxProperties", int64_t{1} << 40))
    throw HttpError(400, where + ": too many keys");
  static const Json none = Json::object();
  const Json& known = schema.contains("properties") ? schema["properties"] : none;
  for (const auto& [key, item] : value.items()) {
    if (known.contains(key)) {
      check_schema(known[key], item, place(key, where));
    } else if (schema.contains("additionalProperties")) {
      const Json& more = schema["additionalProperties"];
      if (more.is_object()) check_schema(more, item, place(key, where));
      if (more == false)
        throw HttpError(400, where + " has an unknown key '" + key + "'",
                        "it takes " + names_of(known));
    }
  }
  if (schema.contains("required"))
    for (const Json& key : schema["required"])
      if (!value.contains(key.get<std::string>()))
        throw HttpError(400, where + " lacks '" + key.get<std::string>() + "'",
                        "it takes " + names_of(known));
}

// Whether one of them fits; where the value is of one's type, that one's complaint counts.
void check_one_of(const Json& schemas, const Json& value, const std::string& where) {
  std::string expected;
  const Json* near = nullptr;
  for (const Json& schema : schemas) {
    try {
      return check_schema(schema, value, where);
    } catch (const HttpError&) {
      const std::string type = schema.value("type", "");
      if (is_type(type, value)) near = &schema;
      expected += (expected.empty() ? "" : " or ") + type_text(type);
    }
  }
  if (near != nullptr) check_schema(*near, value, where);
  refuse(where, expected, value);
}

}  // namespace

void check_schema(const Json& schema, const Json& value, const std::string& where) {
  if (schema.contains("anyOf")) return check_one_of(schema["anyOf"], value, where);
  if (schema.contains("enum")) {
    if (std::ranges::find(schema["enum"], value) != schema["enum"].end()) return;
    std::string choices;
    for (const Json& choice : schema["enum"])
      choices += (choices.empty() ? "" : ", ") + choice.get<std::string>();
    refuse(where, "one of " + choices, value);
  }
  if (!schema.contains("type")) return;
  const auto type = schema["type"].get<std::string>();
  if (!is_type(type, value))
    refuse(where, type == "integer" || type == "number" ? number_range(schema) : type_text(type),
           value);
  if (value.is_number()) check_number(schema, value, where);
  if (value.is_string()) check_string(schema, value, where);
  if (value.is_array()) check_array(schema, value, where);
  if (value.is_object()) check_object(schema, value, where);
}

Json value_from_text(const Json& schema, const std::string& text, const std::string& where) {
  const std::string type = schema.value("type", "string");
  Json value = text;
  if (type == "integer" || type == "number") {
    const Json number = Json::parse(text, nullptr, false);
    if (number.is_number()) value = number;
  }
  if (type == "boolean" && (text == "true" || text == "1")) value = true;
  if (type == "boolean" && (text == "false" || text == "0")) value = false;
  check_schema(schema, value, where);
  return value;
}

Json parse_json(std::string_view text) {
  constexpr int kDeepest = 32;
  bool deep = false;
  const auto bounded = [&](int depth, Json::parse_event_t, Json&) {
    deep |= depth > kDeepest;
    return !deep;
  };
  Json value = Json::parse(text, bounded, false);
  if (deep) throw HttpError(400, "the body is nested too deep");
  if (value.is_discarded()) throw HttpError(400, "the body is not JSON");
  return value;
}

Json string_schema(int64_t most) { return {{"type", "string"}, {"maxLength", most}}; }
Json name_schema() {
  return {{"type", "string"},
          {"minLength", 1},
          {"maxLength", 300},
          {"pattern", "^[^\\u0000-\\u001f\\u007f]+$"}};
}
Json choice_schema(const std::vector<std::string>& choices) {
  return {{"type", "string"}, {"enum", choices}};
}
Json integer_schema(int64_t min, uint64_t max) {
  return {{"type", "integer"}, {"minimum", min}, {"maximum", max}};
}
Json number_schema(double min, double max) {
  return {{"type", "number"}, {"minimum", min}, {"maximum", max}};
}
Json boolean_schema() { return {{"type", "boolean"}}; }
Json array_schema(Json items, int64_t least, int64_t most) {
  return {{"type", "array"}, {"items", std::move(items)}, {"minItems", least}, {"maxItems", most}};
}
Json any_of_schema(std::vector<Json> schemas) {
  Json all = Json::array();
  for (Json& schema : schemas) all.push_back(std::move(schema));
  return {{"anyOf", all}};
}

Json object_schema(const std::vector<Property>& properties) {
  Json schema = {
      {"type", "object"}, {"properties", Json::object()}, {"additionalProperties", false}};
  for (const Property& property : properties) {
    Json& each = schema["properties"][property.name] = property.schema;
    if (!property.help.empty()) each["description"] = property.help;
    if (property.required) schema["required"].push_back(property.name);
  }
  return schema;
}

Json open_object_schema(const std::string& help) {
  return {{"type", "object"}, {"description", help}};
}

}  // namespace gannet::server
