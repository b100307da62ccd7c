// Files and folders that systems put beside those of the user.
#pragma once

#include <string_view>

namespace gannet {

// A file or folder by its own name: begins with a dot, or is a known one (__MACOSX, Thumbs.db,
// ...).
bool is_hidden_name(std::string_view part);

// Is any part of a path hidden?
bool has_hidden_part(std::string_view path);

inline constexpr const char* kHidden = "hidden files and folders";

}  // namespace gannet
