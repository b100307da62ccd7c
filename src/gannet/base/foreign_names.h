// What options are called elsewhere: only for the hint of the unknown-option error.
#pragma once

#include <string_view>

namespace gannet {

// `here` is Gannet's name, and `sentence` says more; without a name here the sentence is the whole
// hint.
struct ForeignName {
  std::string_view there, here, sentence;
};

// By the name as typed after "--", words joined by '-'; null when it is no name of another tool.
const ForeignName* find_foreign_name(std::string_view name);

}  // namespace gannet
