#include "gannet/base/file_names.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>

namespace gannet {
namespace {

// What Windows-1252 has from 0x80 on, where Latin-1 has control characters; 0: as Latin-1.
constexpr uint16_t kWindows1252[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

// Code page 437 from 0x80 on.
constexpr std::u16string_view kCodePage437 =
    u"ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌"
    u"█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";
static_assert(kCodePage437.size() == 128);

void append_utf8(std::string& to, int32_t point) {
  utf8proc_uint8_t bytes[4];
  to.append(reinterpret_cast<const char*>(bytes),
            static_cast<size_t>(utf8proc_encode_char(point, bytes)));
}

std::string from_windows_1252(std::string_view text) {
  std::string result;
  for (const unsigned char byte : text) {
    const uint16_t other = byte >= 0x80 && byte < 0xa0 ? kWindows1252[byte - 0x80] : 0;
    append_utf8(result, other != 0 ? other : byte);
  }
  return result;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c < 0x80; });
}

// Normal form C of valid UTF-8.
std::string composed(std::string text) {
  utf8proc_uint8_t* result = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                   static_cast<utf8proc_ssize_t>(text.size()), &result,
                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(result, std::free);
  if (size < 0) return text;
  return {reinterpret_cast<const char*>(result), static_cast<size_t>(size)};
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The digits from `at` on, which moves behind them; leading zeros cut off.
std::string_view take_number(std::string_view text, size_t& at) {
  const size_t first = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  const std::string_view digits = text.substr(first, at - first);
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

}  // namespace

bool is_utf8(std::string_view text) {
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  for (auto left = static_cast<utf8proc_ssize_t>(text.size()); left > 0;) {
    utf8proc_int32_t point = 0;
    const utf8proc_ssize_t length = utf8proc_iterate(at, left, &point);
    if (length <= 0) return false;
    at += length;
    left -= length;
  }
  return true;
}

std::string display_name(std::string_view name) {
  std::string text(name);
  if (!is_ascii(name)) text = composed(is_utf8(name) ? std::move(text) : from_windows_1252(name));
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return text;
}

std::filesystem::path find_path(const std::filesystem::path& path) {
  namespace fs = std::filesystem;
  std::error_code failed;
  if (is_ascii(path.string()) || fs::exists(fs::symlink_status(path, failed))) return path;
  fs::path found;
  for (const fs::path& part : path) {
    const fs::path folder = found.empty() ? fs::path(".") : found;
    fs::path next = found / part;
    if (!fs::exists(fs::symlink_status(next, failed))) {
      const std::string shown = display_name(part.string());
      fs::directory_iterator at(folder, failed);
      const auto same = std::find_if(at, fs::directory_iterator(), [&](const auto& entry) {
        return display_name(entry.path().filename().string()) == shown;
      });
      if (same == fs::directory_iterator()) return path;
      next = found / same->path().filename();
    }
    found = next;
  }
  return found;
}

std::string from_code_page_437(std::string_view name) {
  std::string text;
  for (const unsigned char byte : name)
    append_utf8(text, byte < 0x80 ? byte : kCodePage437[byte - 0x80]);
  return text;
}

bool natural_less(std::string_view a, std::string_view b) {
  size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (is_digit(a[i]) && is_digit(b[j])) {
      const std::string_view one = take_number(a, i), two = take_number(b, j);
      if (one.size() != two.size()) return one.size() < two.size();
      if (one != two) return one < two;
      continue;
    }
    if (a[i] != b[j]) return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
    ++i, ++j;
  }
  const size_t left_a = a.size() - i, left_b = b.size() - j;
  return left_a == 0 && left_b == 0 ? a < b : left_a < left_b;
}

}  // namespace gannet
