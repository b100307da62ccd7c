// Names of options in other tools, and in Gannet before some were renamed: only for the hint of the
// unknown-option error.
#pragma once

#include <string_view>

namespace gannet {

// `here` is Gannet's name, and `sentence` says more; without a name here the sentence is the whole
// hint.
struct ForeignName {
  std::string_view there, here, sentence;
};

// By the name as typed after "--", words joined by '-', in upper or lower case; null for a name
// that is not in the table.
const ForeignName* find_foreign_name(std::string_view name);

}  // namespace gannet
