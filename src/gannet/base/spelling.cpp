// closest_name(): optimal string alignment distance (Damerau-Levenshtein without edits inside a
// swap).
#include <algorithm>
#include <cctype>

#include "gannet/base/spelling.h"

namespace gannet {
namespace {

std::string plain(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    c = c == '_' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<size_t>> d(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

}  // namespace

std::string option_name(std::string_view key) {
  std::string result(key);
  std::replace(result.begin(), result.end(), '_', '-');
  return result;
}

std::string closest_name(std::string_view name, const std::vector<std::string>& known) {
  constexpr size_t longest = 64;  // longer texts are not slips of the finger
  if (name.empty() || name.size() > longest) return "";
  const std::string wanted = plain(name);
  std::string best;
  size_t best_distance = longest;
  for (const std::string& candidate : known) {
    const std::string other = plain(candidate);
    const size_t limit = (std::max(wanted.size(), other.size()) + 1) / 3;  // one letter in three
    size_t distance = edit_distance(wanted, other);
    if (distance > limit && wanted.size() >= 3 && other.starts_with(wanted)) distance = limit;
    if (distance <= limit && distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string shell_word(const std::string& text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace gannet
