#include "gannet/base/error.h"

#include <algorithm>

namespace gannet {
namespace {

std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return text;
}

}  // namespace

Error::Error(std::string what, std::string where, std::string hint)
    : where_(one_line(std::move(where))), hint_(one_line(std::move(hint))) {
  text_ = one_line(std::move(what)) + (where_.empty() ? "" : ": " + where_);
}

}  // namespace gannet
