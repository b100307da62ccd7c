#include "gannet/data/files/detail/name_pairs.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>

#include "gannet/base/file_names.h"
#include "gannet/data/files/detail/folder_roles.h"
#include "gannet/data/files/detail/pairs.h"

namespace gannet {
namespace {

constexpr std::array kNameWays = {NameWay::ending, NameWay::beginning, NameWay::letter,
                                  NameWay::extension};

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

PartedName parted(const std::string& name, NameWay way) {
  const std::string stem = without_extension(name);
  const size_t folder = folder_of(stem).size();
  const auto split = [&](size_t at) { return PartedName{stem.substr(0, at), stem.substr(at)}; };
  switch (way) {
    case NameWay::ending: {
      const size_t mark = stem.find_last_of("_- ");
      const bool good = mark != std::string::npos && mark >= folder && mark + 1 < stem.size() &&
                        !is_digit(stem[mark + 1]);
      return split(good ? mark : stem.size());
    }
    case NameWay::beginning: {
      const size_t mark = stem.find_first_of("_- ", folder);
      if (mark == std::string::npos || !is_letter(stem[folder])) return {stem, ""};
      return {stem.substr(0, folder) + stem.substr(mark + 1),
              stem.substr(folder, mark + 1 - folder)};
    }
    case NameWay::letter: {
      const bool good =
          stem.size() >= folder + 2 && is_letter(stem.back()) && is_digit(stem[stem.size() - 2]);
      return split(good ? stem.size() - 1 : stem.size());
    }
    case NameWay::extension:
      break;
  }
  return {stem, lower_case(name.substr(stem.size()))};
}

namespace {

// Of two beginnings one must be of a side, or of targets: cat_1 and dog_1 are classes.
bool begin_pairs(const std::set<std::string>& parts) {
  return std::ranges::any_of(parts, [](const std::string& part) {
    return role_of(part).side != ' ' || names_targets(part);
  });
}

// The two parts by one way, where most names come in twos by it.
std::optional<Twos> twos_by(NameWay way, const SampleItems& items) {
  std::map<std::string, std::set<std::string>> parts;  // of each core
  std::set<std::string> stems;
  for (const SampleItem& item : items) stems.insert(without_extension(item.name));
  for (const SampleItem& item : items) {
    const auto [core, part] = parted(item.name, way);
    parts[core].insert(part);
    if (way == NameWay::ending && !part.empty() && stems.contains(core)) parts[core].insert("");
  }
  std::map<std::set<std::string>, size_t> count;
  for (const auto& [core, of] : parts)
    if (of.size() == 2 && (way != NameWay::beginning || begin_pairs(of))) ++count[of];
  for (const auto& [two, n] : count)
    if (n >= 2 && 2 * n >= items.size() - n) return Twos{way, *two.begin(), *two.rbegin()};
  return {};
}

}  // namespace

std::optional<Twos> find_twos(const SampleItems& items) {
  for (const NameWay way : kNameWays)
    if (std::optional<Twos> twos = twos_by(way, items)) return twos;
  return {};
}

std::string listed(const Twos& two) {
  return two.first.empty() ? "with and without '" + two.second + "'"
                           : "with '" + two.first + "' and '" + two.second + "'";
}

}  // namespace gannet
