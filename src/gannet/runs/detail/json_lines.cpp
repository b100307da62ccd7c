#include "gannet/runs/detail/json_lines.h"

namespace gannet {

using nlohmann::json;

std::vector<json> read_json_lines(const Path& path) {
  std::vector<json> lines;
  if (!std::filesystem::exists(path)) return lines;
  const std::string text = read_text(path);
  for (size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
    json line = json::parse(text.substr(at, end - at), nullptr, /*allow_exceptions=*/false);
    if (line.is_object()) lines.push_back(std::move(line));
  }
  return lines;
}

void cut_json_lines(const Path& path, int64_t step) {
  if (!std::filesystem::exists(path)) return;
  const std::string text = read_text(path);
  size_t keep = 0;
  while (keep < text.size()) {
    const size_t end = text.find('\n', keep);
    if (end == std::string::npos) break;
    const json line =
        json::parse(text.substr(keep, end - keep), nullptr, /*allow_exceptions=*/false);
    if (!line.is_object() || !line.contains("step") || !line["step"].is_number_integer() ||
        line["step"].get<int64_t>() > step)
      break;
    keep = end + 1;
  }
  truncate_file(path, keep);
}

}  // namespace gannet
