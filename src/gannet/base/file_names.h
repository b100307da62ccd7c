// Names of files, folders and classes as text, and their order: one way for all that lists, matches
// or shows them.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace gannet {

// The name as valid UTF-8 in normal form C (macOS writes form D), for display, for JSON and to
// compare names by. Bytes that are not UTF-8 are taken for Windows-1252, as names from old disks
// and zips are; control characters become '?', so that a name is one line.
std::string display_name(std::string_view name);

bool is_utf8(std::string_view text);

// The path on disk whose parts display_name() shows as those of `path`: in another normal form, or
// not in UTF-8. `path` itself where it exists, or nothing like it does.
std::filesystem::path find_path(const std::filesystem::path& path);

// Name of a member of a zip made before names had an encoding: code page 437 as UTF-8.
std::string from_code_page_437(std::string_view name);

// Natural order: digits in a row are compared as one number, so that frame2 comes before frame10;
// all else by bytes. Names that differ in leading zeros alone are ordered by bytes.
bool natural_less(std::string_view a, std::string_view b);

struct NaturalLess {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return natural_less(a, b); }
};

}  // namespace gannet
