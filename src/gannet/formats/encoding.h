// Text of other encodings as UTF-8: what spreadsheets and editors write.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gannet/base/files.h"

namespace gannet {

struct DecodedText {
  std::string text;      // UTF-8, without a byte order mark
  std::string encoding;  // what it was, where that was not UTF-8: "UTF-16", "Windows-1252"
  int64_t line = 0;      // of the first byte that is not UTF-8, from 1
};

// By the byte order mark, else UTF-8, else Windows-1252 (which has Latin-1's letters): no bytes are
// refused.
DecodedText decode_text(ByteSpan bytes);

// The lines that are not blank, at most so many, without the blanks around them.
std::vector<std::string> text_lines(std::string_view text, size_t most);

// The length of the valid UTF-8 that the text begins with.
size_t valid_utf8(std::string_view text);

}  // namespace gannet
