#include "gannet/formats/encoding.h"

#include <algorithm>

namespace gannet {
namespace {

// Windows-1252 from 0x80 to 0x9f; 0: no character.
constexpr uint16_t kWindows[32] = {0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
                                   0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017d, 0,
                                   0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                   0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

void append_utf8(uint32_t point, std::string& to) {
  const auto tail = [&](int shift) { to += static_cast<char>(0x80 | (point >> shift & 0x3f)); };
  if (point < 0x80) {
    to += static_cast<char>(point);
  } else if (point < 0x800) {
    to += static_cast<char>(0xc0 | point >> 6);
    tail(0);
  } else if (point < 0x10000) {
    to += static_cast<char>(0xe0 | point >> 12);
    tail(6), tail(0);
  } else {
    to += static_cast<char>(0xf0 | point >> 18);
    tail(12), tail(6), tail(0);
  }
}

constexpr uint32_t kReplacement = 0xfffd;

std::string from_windows(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<uint8_t>(c);
    const uint32_t point = byte >= 0x80 && byte < 0xa0 ? kWindows[byte - 0x80] : byte;
    append_utf8(byte >= 0x80 && point == 0 ? kReplacement : point, text);
  }
  return text;
}

std::string from_utf16(std::string_view bytes, bool big) {
  std::string text;
  const auto unit = [&](size_t at) -> uint32_t {
    const auto one = static_cast<uint8_t>(bytes[at]), two = static_cast<uint8_t>(bytes[at + 1]);
    return big ? one << 8 | two : two << 8 | one;
  };
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    uint32_t point = unit(i);
    if (point >= 0xd800 && point < 0xe000) {
      const uint32_t low = i + 3 < bytes.size() ? unit(i + 2) : 0;
      const bool pair = point < 0xdc00 && low >= 0xdc00 && low < 0xe000;
      point = pair ? 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00) : kReplacement;
      if (pair) i += 2;
    }
    append_utf8(point, text);
  }
  return text;
}

}  // namespace

size_t valid_utf8(std::string_view text) {
  size_t i = 0;
  while (i < text.size()) {
    const auto at = [&](size_t k) {
      return i + k < text.size() ? static_cast<uint8_t>(text[i + k]) : uint8_t{0};
    };
    const uint8_t first = at(0);
    const size_t length = first < 0x80                     ? 1
                          : first >= 0xc2 && first < 0xe0  ? 2
                          : first >= 0xe0 && first < 0xf0  ? 3
                          : first >= 0xf0 && first <= 0xf4 ? 4
                                                           : 0;
    bool good = length > 0 && i + length <= text.size();
    for (size_t k = 1; good && k < length; ++k) good = (at(k) & 0xc0) == 0x80;
    if (good && length == 3)
      good = !(first == 0xe0 && at(1) < 0xa0) && !(first == 0xed && at(1) > 0x9f);
    if (good && length == 4)
      good = !(first == 0xf0 && at(1) < 0x90) && !(first == 0xf4 && at(1) > 0x8f);
    if (!good) return i;
    i += length;
  }
  return i;
}

namespace {

// Lines of old spreadsheets of the Mac end with CR alone.
std::string with_line_ends(std::string text) {
  if (text.find('\n') == std::string::npos) std::ranges::replace(text, '\r', '\n');
  return text;
}

DecodedText decode(ByteSpan bytes) {
  const std::string_view all = as_text(bytes);
  if (all.starts_with("\xff\xfe")) return {from_utf16(all.substr(2), false), "UTF-16", 1};
  if (all.starts_with("\xfe\xff")) return {from_utf16(all.substr(2), true), "UTF-16", 1};
  const std::string_view text = all.starts_with("\xef\xbb\xbf") ? all.substr(3) : all;
  const size_t good = valid_utf8(text);
  if (good == text.size()) return {std::string(text), "", 0};
  const auto front = text.substr(0, good);
  return {from_windows(text), "Windows-1252", std::ranges::count(front, '\n') + 1};
}

}  // namespace

DecodedText decode_text(ByteSpan bytes) {
  DecodedText decoded = decode(bytes);
  decoded.text = with_line_ends(std::move(decoded.text));
  return decoded;
}

std::vector<std::string> text_lines(std::string_view text, size_t most) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size() && lines.size() < most;) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    const size_t first = line.find_first_not_of(" \t\r"), last = line.find_last_not_of(" \t\r");
    if (first != std::string_view::npos) lines.emplace_back(line.substr(first, last + 1 - first));
    at = end + 1;
  }
  return lines;
}

}  // namespace gannet
