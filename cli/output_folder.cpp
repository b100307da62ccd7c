#include "cli/output_folder.h"

#include <algorithm>

#include "gannet/base/error.h"

namespace gannet::cli {

OutputFolder::OutputFolder(Path path, bool overwrite)
    : path_(std::move(path)), overwrite_(overwrite) {
  std::error_code error;
  std::filesystem::create_directories(path_, error);
  if (error) throw Error("cannot make the folder: " + error.message(), path_.string());
}

void OutputFolder::write(const std::string& name, ByteSpan bytes) const {
  const Path path = path_ / name;
  std::error_code none;
  if (!overwrite_ && std::filesystem::is_regular_file(path, none)) {
    if (std::filesystem::file_size(path, none) == bytes.size() &&
        std::ranges::equal(read_file(path), bytes))
      return;
    throw Error("a file of other content is there already", path.string(),
                "--overwrite replaces it; another folder keeps both");
  }
  std::filesystem::create_directories(path.parent_path(), none);
  if (none) throw Error("cannot make the folder: " + none.message(), path.parent_path().string());
  write_file(path, bytes);
}

}  // namespace gannet::cli
