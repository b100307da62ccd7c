#include "gannet/base/options.h"
#include "gannet/base/spelling.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>

#include "gannet/base/error.h"
#include "gannet/base/foreign_names.h"

namespace gannet {
namespace {

using Json = nlohmann::json;

// Values of the wrong type or out of range; the caller knows what the option is called and adds it.
struct BadValue {
  std::string what, hint;
};

struct EachField : FieldVisitor {
  using Function = std::function<void(std::string_view, FieldRef, const FieldInfo&)>;
  explicit EachField(Function function) : function_(std::move(function)) {}
  void visit(std::string_view name, FieldRef value, const FieldInfo& info) override {
    function_(name, value, info);
  }
  Function function_;
};

void for_each_field(Fields& fields, EachField::Function function) {
  EachField visitor(std::move(function));
  fields.fields(visitor);
}

// The shortest text that reads back as the same number: "0.0002", "64", "1e-08".
std::string number_text(double value) {
  std::string text = Json(value).dump();
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

std::string range_text(const FieldInfo& info) {
  const bool low = std::isfinite(info.min), high = std::isfinite(info.max);
  std::string text;
  if (low && high) text = "from " + number_text(info.min) + " to " + number_text(info.max);
  if (low && !high) text = "at least " + number_text(info.min);
  if (!low && high) text = "at most " + number_text(info.max);
  if (!text.empty() && !info.unit.empty()) text += " " + std::string(info.unit);
  return text;
}

bool is_auto(const FieldInfo& info, double value) { return info.automatic && value == -1; }

template <typename T>
std::string or_auto(const FieldInfo& info, const T& value) {
  if constexpr (std::is_same_v<T, double>) {
    return is_auto(info, value) ? "auto" : number_text(value);
  } else {
    return is_auto(info, static_cast<double>(value)) ? "auto" : std::to_string(value);
  }
}

std::string or_auto(const FieldInfo& info, ImageSize size) {
  return size.is_square() ? or_auto(info, size.width) : side_text(size);
}

template <typename T>
void check_range(T value, const FieldInfo& info) {
  const auto number = static_cast<double>(value);
  if (is_auto(info, number) || (number >= info.min && number <= info.max)) return;
  throw BadValue{or_auto(FieldInfo{.help = ""}, value) + " is out of range, expected " +
                     range_text(info) + (info.automatic ? ", or auto" : ""),
                 ""};
}

// Options are written to JSON, which is UTF-8: an error here, not when a run is saved.
void check_utf8(const std::string& value) {
  try {
    (void)Json(value).dump();
  } catch (const Json::exception&) {
    throw BadValue{"expected a text in UTF-8", ""};
  }
}

void check_choice(const std::string& value, const FieldInfo& info) {
  if (info.choices.empty() || std::ranges::find(info.choices, value) != info.choices.end()) return;
  std::vector<std::string> known(info.choices.begin(), info.choices.end());
  std::string list;
  for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
  const std::string near = closest_name(value, known);
  throw BadValue{"unknown value '" + value + "', expected one of " + list,
                 near.empty() ? "" : "did you mean " + near + "?"};
}

std::string expected(std::string_view type, const FieldInfo& info, std::string_view found) {
  return "expected " + std::string(type) + (info.automatic ? " or auto" : "") + ", found " +
         std::string(found);
}

constexpr std::string_view type_phrase(const int64_t*) { return "a whole number"; }
constexpr std::string_view type_phrase(const uint64_t*) { return "a whole number from 0"; }
constexpr std::string_view type_phrase(const double*) { return "a number"; }
constexpr std::string_view type_phrase(const bool*) { return "true or false"; }
constexpr std::string_view type_phrase(const std::string*) { return "a text"; }
constexpr std::string_view type_phrase(const ImageSize*) { return "a side or WIDTHxHEIGHT"; }

// --- From text.

template <typename T>
void set_from_text(T* value, const FieldInfo& info, std::string_view text) {
  if (info.automatic && text == "auto") {
    *value = static_cast<T>(-1);
    return;
  }
  T parsed{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, parsed);
  const std::string found = "'" + std::string(text) + "'";
  if (error == std::errc::result_out_of_range && stop == end) {
    throw BadValue{found + " does not fit in 64 bits", ""};
  }
  bool good = error == std::errc() && stop == end;
  if constexpr (std::is_same_v<T, double>) good = good && std::isfinite(parsed);
  if (!good) throw BadValue{expected(type_phrase(value), info, found), ""};
  check_range(parsed, info);
  *value = parsed;
}

void set_from_text(bool* value, const FieldInfo& info, std::string_view text) {
  const bool yes = text == "true" || text == "1", no = text == "false" || text == "0";
  if (!yes && !no) {
    throw BadValue{expected(type_phrase(value), info, "'" + std::string(text) + "'"), ""};
  }
  *value = yes;
}

void set_from_text(std::string* value, const FieldInfo& info, std::string_view text) {
  std::string parsed(text);
  check_utf8(parsed);
  check_choice(parsed, info);
  *value = std::move(parsed);
}

void set_from_text(ImageSize* value, const FieldInfo& info, std::string_view text) {
  if (info.automatic && text == "auto") {
    *value = -1;
    return;
  }
  const std::optional<ImageSize> parsed = parse_image_size(text);
  if (!parsed)
    throw BadValue{expected(type_phrase(value), info, "'" + std::string(text) + "'"), ""};
  check_range(parsed->width, info);
  check_range(parsed->height, info);
  *value = *parsed;
}

// --- From JSON.

bool holds(const int64_t*, const Json& json) {
  return json.is_number_integer() &&
         (!json.is_number_unsigned() || json.get<uint64_t>() <= uint64_t{INT64_MAX});
}
bool holds(const uint64_t*, const Json& json) {
  return json.is_number_unsigned() || (json.is_number_integer() && json.get<int64_t>() >= 0);
}
bool holds(const double*, const Json& json) {
  return json.is_number() && std::isfinite(json.get<double>());
}
bool holds(const bool*, const Json& json) { return json.is_boolean(); }
bool holds(const std::string*, const Json& json) { return json.is_string(); }

template <typename T>
void set_from_json(T* value, const FieldInfo& info, const Json& json) {
  if (info.automatic && json == "auto") return set_from_text(value, info, "auto");
  if (!holds(value, json)) {
    throw BadValue{expected(type_phrase(value), info,
                            json.dump(-1, ' ', false, Json::error_handler_t::replace)),
                   ""};
  }
  const T parsed = json.get<T>();
  if constexpr (std::is_same_v<T, std::string>) {
    check_choice(parsed, info);
  } else if constexpr (!std::is_same_v<T, bool>) {
    check_range(parsed, info);
  }
  *value = parsed;
}

// A number is the side of a square.
void set_from_json(ImageSize* value, const FieldInfo& info, const Json& json) {
  if (json.is_number_integer() || json.is_string())
    return set_from_text(value, info, json.is_string() ? json.get<std::string>() : json.dump());
  throw BadValue{
      expected(type_phrase(value), info, json.dump(-1, ' ', false, Json::error_handler_t::replace)),
      ""};
}

// --- Names.

// The hint for an unknown option: what another tool's name is called here, else the nearest name;
// none where the command has no such option, as the nearest name would mean something else.
std::string unknown_hint(const std::string& name, const std::vector<std::string>& known,
                         const std::string& prefix) {
  if (const ForeignName* foreign = find_foreign_name(name)) {
    const std::string here(foreign->here);
    if (here.empty()) return std::string(foreign->sentence);
    if (std::ranges::find(known, here) != known.end()) {
      return "it is called " + prefix + here + " here" +
             (foreign->sentence.empty() ? "" : ": " + std::string(foreign->sentence));
    }
    return "";
  }
  const std::string near = closest_name(name, known);
  return near.empty() ? "" : "did you mean " + prefix + near + "?";
}

std::vector<std::string> names_of(Fields& fields) {
  std::vector<std::string> names;
  for_each_field(
      fields, [&](std::string_view name, FieldRef, const FieldInfo&) { names.emplace_back(name); });
  return names;
}

// Calls set(value, info) for the field of this name; `where` as for set_field.
template <typename Set>
void set_named(Fields& fields, std::string_view name, const std::string& where, Set set) {
  const std::string wanted = option_name(name);
  bool found = false;
  for_each_field(fields, [&](std::string_view known, FieldRef ref, const FieldInfo& info) {
    if (known != wanted) return;
    found = true;
    try {
      std::visit([&](auto* value) { set(value, info); }, ref);
    } catch (const BadValue& bad) {
      throw UsageError(bad.what, where, bad.hint);
    }
  });
  if (!found) {
    throw UsageError("unknown option", where,
                     unknown_hint(wanted, names_of(fields), where.starts_with("--") ? "--" : ""));
  }
}

struct ValueText {
  const FieldInfo& info;
  std::string operator()(const bool* value) const { return *value ? "true" : "false"; }
  std::string operator()(const std::string* value) const { return *value; }
  std::string operator()(const ImageSize* value) const { return or_auto(info, *value); }
  template <typename T>
  std::string operator()(const T* value) const {
    return or_auto(info, *value);
  }
};

struct ValueJson {
  const FieldInfo& info;
  Json operator()(const bool* value) const { return *value; }
  Json operator()(const std::string* value) const { return *value; }
  Json operator()(const ImageSize* value) const {
    return value->is_square() ? (*this)(&value->width) : Json(side_text(*value));
  }
  template <typename T>
  Json operator()(const T* value) const {
    return is_auto(info, static_cast<double>(*value)) ? Json("auto") : Json(*value);
  }
};

constexpr std::string_view type_names[] = {"int",  "uint",   "float",
                                           "bool", "string", "size"};  // FieldRef's

}  // namespace

std::vector<FieldText> list_fields(Fields& fields) {
  std::vector<FieldText> list;
  for_each_field(fields, [&](std::string_view name, FieldRef ref, const FieldInfo& info) {
    list.push_back({.name = std::string(name),
                    .type = std::string(type_names[ref.index()]),
                    .value = std::visit(ValueText{info}, ref),
                    .help = std::string(info.help),
                    .unit = std::string(info.unit),
                    .range = range_text(info),
                    .min = info.min,
                    .max = info.max,
                    .choices = {info.choices.begin(), info.choices.end()},
                    .automatic = info.automatic});
  });
  return list;
}

void set_field(Fields& fields, std::string_view name, std::string_view text,
               std::string_view where) {
  set_named(fields, name, std::string(where.empty() ? name : where),
            [&](auto* value, const FieldInfo& info) { set_from_text(value, info, text); });
}

nlohmann::json to_json(Fields& fields) {
  Json object = Json::object();
  for_each_field(fields, [&](std::string_view name, FieldRef ref, const FieldInfo& info) {
    object[std::string(name)] = std::visit(ValueJson{info}, ref);
  });
  return object;
}

void from_json(Fields& fields, const nlohmann::json& object, std::string_view source,
               const std::vector<std::string>& ignored) {
  if (!object.is_object()) {
    throw UsageError("expected options as one JSON object", std::string(source));
  }
  std::set<std::string> seen;
  for (const auto& [key, json] : object.items()) {
    const std::string name = option_name(key);
    if (std::ranges::find(ignored, name) != ignored.end()) continue;
    const std::string where = key + " in " + std::string(source);
    if (!seen.insert(name).second) throw UsageError("option given twice", where);
    set_named(fields, name, where,
              [&](auto* value, const FieldInfo& info) { set_from_json(value, info, json); });
  }
}

}  // namespace gannet
