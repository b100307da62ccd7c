#include "cli/net_table.h"

namespace gannet::cli {

std::string options_text(Fields& options) {
  std::vector<std::vector<std::string>> rows;
  for (const FieldText& field : list_fields(options)) {
    rows.push_back({"--" + field.name, field.value, field.help});
  }
  return table(rows);
}

std::string net_text(const NetTable& net) {
  std::vector<std::vector<std::string>> rows = {{"layer", "output", "parameters", "FLOPs", ""}};
  for (const NetTable::Row& row : net.rows) {
    std::string inputs;
    for (const std::string& input : row.inputs) inputs += (inputs.empty() ? "of " : ", ") + input;
    rows.push_back({row.layer, row.shape, std::to_string(row.parameters), std::to_string(row.flops),
                    row.settings + (row.settings.empty() || inputs.empty() ? "" : "; ") + inputs});
  }
  rows.push_back({"all", "", std::to_string(net.parameters), std::to_string(net.flops), ""});
  return net.name + ", for one sample\n" + table(rows);
}

}  // namespace gannet::cli
