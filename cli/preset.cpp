#include "cli/preset.h"

#include <algorithm>

namespace gannet::cli {

std::vector<PresetRow> preset_rows(const Config& config) {
  std::vector<PresetRow> rows;
  if (config.cfg.empty()) return rows;
  const Config paper = default_config(config.cfg);
  const std::vector<FieldText> fields = list_fields(*paper.options);
  for (const Decision& d : config.decisions) {
    const auto field = std::ranges::find(fields, d.name, &FieldText::name);
    if (field != fields.end()) rows.push_back({d.name, d.value, field->value, d.reason});
  }
  return rows;
}

std::string preset_text(const Config& config) {
  const std::vector<PresetRow> rows = preset_rows(config);
  if (rows.empty()) return "";
  std::string text = "Values for this data:\n";
  for (const PresetRow& row : rows)
    text += "  " + row.name + " = " + row.value + " (--preset paper: " + row.paper +
            "): " + row.reason + "\n";
  return text + "\n";
}

}  // namespace gannet::cli
