// Options: a struct lists its fields once, in fields(); flags, --help, JSON, TOML, validation and the web form are
// visitors over that list. A recipe adds its own fields by deriving from the common struct.
#pragma once

#include <cstdint>
#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace gannet {

// What is true of a field besides its value. Numbers outside [min, max] and strings outside `choices` (where there
// are any) are usage errors. An `automatic` number may be "auto", held as -1, until a rule chooses it.
struct FieldInfo {
  std::string_view help;
  std::string_view unit = "";
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  std::vector<std::string_view> choices = {};
  bool automatic = false;
};

class FieldVisitor {
 public:
  virtual ~FieldVisitor() = default;
  virtual void field(std::string_view name, int64_t& value, const FieldInfo& info) = 0;
  virtual void field(std::string_view name, uint64_t& value, const FieldInfo& info) = 0;
  virtual void field(std::string_view name, double& value, const FieldInfo& info) = 0;
  virtual void field(std::string_view name, bool& value, const FieldInfo& info) = 0;
  virtual void field(std::string_view name, std::string& value, const FieldInfo& info) = 0;
};

// A struct of options. Names are as typed after "--", words joined by '-' ("n-critic"); '_' is accepted for '-'.
struct Fields {
  virtual ~Fields() = default;
  virtual void fields(FieldVisitor& visitor) = 0;
};

// One field as plain data: what --help, recipes, the page's form and the flag parser are made from.
struct FieldText {
  std::string name, type, value, help, unit;  // type: int, uint, float, bool, string; value: the present one
  double min, max;
  std::vector<std::string> choices;
  bool automatic;
};
std::vector<FieldText> list_fields(Fields& fields);

// Sets one field from text ("true", "2e-4", "auto"). Throws UsageError: an unknown name (the hint names the nearest
// known one, or what another tool's name is called here), text of the wrong type, a value out of range.
// `where` prefixes the option in the message: "--lr" on a command line, "lr in FILE" in a file.
void set_field(Fields& fields, std::string_view name, std::string_view text, std::string_view where = "");

// All fields as one flat JSON object, and back. from_json throws UsageError naming `source` for unknown keys and
// wrong types unless the key is in `ignored`.
nlohmann::json to_json(Fields& fields);
void from_json(Fields& fields, const nlohmann::json& object, std::string_view source,
               const std::vector<std::string>& ignored = {});

// A TOML file (`--config`), parsed strictly, as a flat JSON object. Throws UsageError with file, line and column.
nlohmann::json read_toml(std::string_view text, std::string_view source);

// The known name nearest to `name` by edit distance, or "" when none is near.
std::string nearest(std::string_view name, const std::vector<std::string>& known);

}  // namespace gannet
