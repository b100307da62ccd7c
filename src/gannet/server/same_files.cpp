#include "gannet/server/same_files.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>

namespace gannet::server {
namespace {

namespace fs = std::filesystem;

// Sizes of the files below a folder, by their paths from there; of a file its own, by "".
std::map<Path, uint64_t> sizes_of(const Path& path) {
  std::map<Path, uint64_t> sizes;
  if (!fs::is_directory(path)) return {{"", fs::file_size(path)}};
  for (const auto& entry : fs::recursive_directory_iterator(path))
    if (entry.is_regular_file()) sizes[entry.path().lexically_relative(path)] = entry.file_size();
  return sizes;
}

bool same_bytes(const Path& a, const Path& b) {
  std::ifstream of_a(a, std::ios::binary), of_b(b, std::ios::binary);
  std::array<char, 65536> piece_a, piece_b;
  while (of_a && of_b) {
    of_a.read(piece_a.data(), piece_a.size());
    of_b.read(piece_b.data(), piece_b.size());
    if (of_a.gcount() != of_b.gcount() ||
        !std::equal(piece_a.data(), piece_a.data() + of_a.gcount(), piece_b.data()))
      return false;
  }
  return of_a.eof() && of_b.eof();
}

}  // namespace

bool same_files(const Path& a, const Path& b) {
  try {
    if (fs::is_directory(a) != fs::is_directory(b)) return false;
    if (!fs::is_directory(a) && a.extension() != b.extension()) return false;
    const std::map<Path, uint64_t> sizes = sizes_of(a);
    if (sizes != sizes_of(b)) return false;
    return std::ranges::all_of(sizes, [&](const auto& each) {
      return each.first.empty() ? same_bytes(a, b) : same_bytes(a / each.first, b / each.first);
    });
  } catch (const fs::filesystem_error&) {
    return false;
  }
}

}  // namespace gannet::server
