#include "gannet/data/files/detail/class_names.h"

#include <algorithm>
#include <map>
#include <set>

#include "gannet/formats/encoding.h"

namespace gannet {
namespace {

constexpr size_t kMostLines = 100000, kMostDigits = 9;

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= kMostDigits &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "3 daisy", "3: daisy", "3,daisy": the name of each number; empty where a line is none of these.
std::map<size_t, std::string> numbered(const std::vector<std::string>& lines) {
  std::map<size_t, std::string> names;
  for (const std::string& line : lines) {
    const size_t end = line.find_first_of(" \t,;:=");
    const size_t name = end == std::string::npos ? end : line.find_first_not_of(" \t,;:=", end);
    if (name == std::string::npos || !is_number(line.substr(0, end))) return {};
    if (!names.emplace(std::stoul(line.substr(0, end)), line.substr(name)).second) return {};
  }
  return names;
}

// By the place of a line; empty where it is not clear which is the first class.
std::map<size_t, std::string> in_order(const std::vector<std::string>& lines, size_t lowest,
                                       size_t highest) {
  const bool from_one = lowest > 0 && lines.size() == highest;
  if (!from_one && (lowest > 0 || highest >= lines.size())) return {};
  std::map<size_t, std::string> names;
  for (size_t i = 0; i < lines.size(); ++i) names[i + (from_one ? 1 : 0)] = lines[i];
  return names;
}

}  // namespace

bool are_numbers(const std::vector<std::string>& classes) {
  return !classes.empty() && std::ranges::all_of(classes, is_number);
}

ClassNames name_classes(const std::vector<std::string>& classes, std::string_view text) {
  const std::vector<std::string> lines = text_lines(text, kMostLines);
  std::vector<size_t> numbers;
  for (const std::string& name : classes) numbers.push_back(std::stoul(name));
  const auto [lowest, highest] = std::ranges::minmax(numbers);
  std::map<size_t, std::string> names = numbered(lines);
  const bool by_number = !names.empty();
  if (!by_number) names = in_order(lines, lowest, highest);
  ClassNames found;
  std::set<std::string> different;
  for (const size_t number : numbers) {
    const auto name = names.find(number);
    if (name == names.end())
      return {{},
              "passed over: " + std::to_string(lines.size()) + " lines, the classes are " +
                  std::to_string(lowest) + " to " + std::to_string(highest)};
    different.insert(name->second);
    found.names.push_back(name->second);
  }
  if (different.size() < numbers.size()) return {{}, "passed over: two classes of one name"};
  found.reason = by_number ? "the names of the classes, by their numbers"
                           : "the names of the classes, the first line is of class " +
                                 std::to_string(names.begin()->first);
  return found;
}

}  // namespace gannet
