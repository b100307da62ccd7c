#include "gannet/base/numbered_files.h"

#include <algorithm>

namespace gannet {

std::string zero_padded(int64_t number, int width) {
  std::string text = std::to_string(number);
  if (static_cast<int>(text.size()) < width) text.insert(0, width - text.size(), '0');
  return text;
}

int64_t number_in_name(const std::string& name, std::string_view prefix, std::string_view suffix) {
  if (!name.starts_with(prefix) || !name.ends_with(suffix) ||
      name.size() <= prefix.size() + suffix.size())
    return -1;
  const std::string digits =
      name.substr(prefix.size(), name.size() - prefix.size() - suffix.size());
  if (digits.size() > 18 ||
      !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }))
    return -1;
  return std::stoll(digits);
}

std::vector<int64_t> numbered_files(const Path& folder, std::string_view prefix,
                                    std::string_view suffix) {
  std::vector<int64_t> numbers;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const int64_t number = number_in_name(entry.path().filename().string(), prefix, suffix);
    if (number >= 0) numbers.push_back(number);
  }
  std::ranges::sort(numbers);
  return numbers;
}

}  // namespace gannet
