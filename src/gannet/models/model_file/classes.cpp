// Classes of a network, by name or number.
#include <algorithm>
#include <charconv>

#include "gannet/base/error.h"
#include "gannet/base/file_names.h"
#include "gannet/base/message_text.h"
#include "gannet/base/spelling.h"
#include "gannet/models/model_file.h"

namespace gannet {
namespace {

constexpr size_t kMostNamed = 30;  // classes in messages

bool is_whole_number(const std::string& name) {
  return !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

int64_t find_class(const std::vector<std::string>& classes, const std::string& label,
                   const std::string& option) {
  const std::string name = display_name(label);
  if (const auto found = std::ranges::find(classes, name, display_name); found != classes.end())
    return found - classes.begin();
  // Where names are numbers, a number is a name: class 0 of folders 1 to 12 is not folder 1.
  const bool named_by_numbers = std::ranges::any_of(classes, is_whole_number);
  int64_t number = -1;
  const auto [end, error] = std::from_chars(label.data(), label.data() + label.size(), number);
  if (!named_by_numbers && error == std::errc() && end == label.data() + label.size() &&
      number >= 0 && number < static_cast<int64_t>(classes.size()))
    return number;
  const std::string near = closest_name(name, classes);
  throw UsageError(
      named_by_numbers
          ? "unknown class, expected a name"
          : "unknown class, expected a name or 0 to " + std::to_string(classes.size() - 1),
      option + " " + name,
      near.empty() || named_by_numbers ? "the classes are " + name_list(classes, kMostNamed)
                                       : "did you mean " + near + "?");
}

std::vector<int64_t> find_classes(const std::vector<std::string>& classes,
                                  const std::string& labels, const std::string& option) {
  if (std::ranges::find(classes, labels) != classes.end() ||
      labels.find_first_of(",-") == std::string::npos)
    return {find_class(classes, labels, option)};
  std::vector<int64_t> all;
  for (size_t at = 0; at <= labels.size();) {
    const size_t end = std::min(labels.find(',', at), labels.size());
    const std::string part = labels.substr(at, end - at);
    at = end + 1;
    const size_t dash = part.find('-');
    const bool range = dash != std::string::npos && dash > 0 && dash + 1 < part.size() &&
                       part.find_first_not_of("0123456789-") == std::string::npos &&
                       std::ranges::find(classes, part) == classes.end();
    const int64_t from = find_class(classes, range ? part.substr(0, dash) : part, option);
    const int64_t to = range ? find_class(classes, part.substr(dash + 1), option) : from;
    if (to < from) throw UsageError("expected classes that ascend", option + " " + part);
    for (int64_t k = from; k <= to; ++k) all.push_back(k);
  }
  return all;
}

}  // namespace gannet
