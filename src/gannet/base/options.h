// Options: a struct lists its fields once, in fields(); flags, --help, JSON, TOML, validation and
// the web form are visitors over that list. A recipe adds its own fields by deriving from the
// common struct.
#pragma once

#include <cstdint>
#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gannet/base/image_size.h"

namespace gannet {

// What is true of a field besides its value. Numbers outside [min, max] and strings outside
// `choices` (where there are any) are usage errors. An `automatic` number may be "auto", held as
// -1, until a rule chooses it. The range of an ImageSize is that of its sides.
struct FieldInfo {
  std::string_view help;
  std::string_view unit = "";
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  std::vector<std::string_view> choices = {};
  bool automatic = false;
};

// Where a field's value lives.
using FieldRef = std::variant<int64_t*, uint64_t*, double*, bool*, std::string*, ImageSize*>;

// A fields() calls field() once for each of its members; a visitor sees each as one call of
// visit(). The texts of `info` are only valid during that call.
class FieldVisitor {
 public:
  virtual ~FieldVisitor() = default;
  template <typename T>
  void field(std::string_view name, T& value, const FieldInfo& info) {
    visit(name, FieldRef(&value), info);
  }

 private:
  virtual void visit(std::string_view name, FieldRef value, const FieldInfo& info) = 0;
};

// A struct of options. Names are as typed after "--", words joined by '-' ("n-critic"); '_' is
// accepted for '-'.
struct Fields {
  virtual ~Fields() = default;
  virtual void fields(FieldVisitor& visitor) = 0;
};

// One field as plain data: what --help, recipes, the page's form and the flag parser are made from.
struct FieldText {
  std::string name;
  std::string type;   // int, uint, float, bool, string, size
  std::string value;  // the present one, as set_field takes it
  std::string help, unit;
  std::string range;  // "from 1 to 4096 images", or "" when there is none
  double min, max;
  std::vector<std::string> choices;
  bool automatic;
};
std::vector<FieldText> list_fields(Fields& fields);

// Sets one field from text ("true" or "1", "2e-4", "auto"). Throws UsageError: an unknown name (the
// hint names the nearest known one, or what another tool's name is called here), text of the wrong
// type, a value out of range. `where` is what the message calls the option: "--lr" on a command
// line, "lr in FILE" in a file; "" = the name.
void set_field(Fields& fields, std::string_view name, std::string_view text,
               std::string_view where = "");

// All fields as one flat JSON object, and back. from_json sets the keys that are there and leaves
// the other fields; it throws UsageError naming key and `source` for unknown keys (unless in
// `ignored`), wrong types and values out of range.
nlohmann::json to_json(Fields& fields);
void from_json(Fields& fields, const nlohmann::json& object, std::string_view source,
               const std::vector<std::string>& ignored = {});

}  // namespace gannet
