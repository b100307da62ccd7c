#include "cli/output_folder.h"

#include <algorithm>

#include "cli/signals.h"
#include "gannet/base/error.h"

namespace gannet::cli {
namespace {

bool is_there(const Path& path) {
  std::error_code none;
  return std::filesystem::is_regular_file(path, none);
}

bool has_bytes(const Path& path, ByteSpan bytes) {
  std::error_code none;
  return std::filesystem::file_size(path, none) == bytes.size() &&
         std::ranges::equal(read_file(path), bytes);
}

}  // namespace

void overwrite_field(FieldVisitor& v, bool& overwrite) {
  v.field("overwrite", overwrite,
          {.help = "replace files of the folder; without: an error, before anything is written"});
}

void check_not_there(const std::string& file, bool overwrite) {
  if (overwrite || !is_there(file)) return;
  throw Error("is there already", file, "--overwrite replaces it; another name keeps both");
}

OutputFolder::OutputFolder(Path path, bool overwrite)
    : path_(std::move(path)), overwrite_(overwrite) {
  std::error_code error;
  if (!path_.empty()) std::filesystem::create_directories(path_, error);
  if (error) throw Error("cannot make the folder: " + error.message(), path_.string());
}

void OutputFolder::write_all(const std::vector<std::string>& names,
                             const std::function<void()>& produce) {
  watch_signals();
  files_ = static_cast<int64_t>(names.size());
  if (!overwrite_ &&
      std::ranges::any_of(names, [&](const auto& name) { return is_there(path_ / name); })) {
    comparing_ = true;
    produce();
    comparing_ = false;
    if (const size_t there = conflicts_.size(); there > 0)
      throw Error((there > 1 ? std::to_string(there) + " of " + std::to_string(names.size()) +
                                   " files are there already, of other content; the first"
                             : "a file of other content is there already"),
                  (path_ / conflicts_[0]).string(),
                  "--overwrite replaces what is there; another folder keeps both");
  }
  produce();
}

void OutputFolder::write(const std::string& name, ByteSpan bytes) {
  const Path path = path_ / name;
  const bool there = !overwrite_ && is_there(path), same = there && has_bytes(path, bytes);
  if (comparing_) {
    if (there && !same) conflicts_.push_back(name);
    return stop_if_interrupted();
  }
  ++written_;
  if (same) return stop_if_interrupted();
  std::error_code error;
  if (!path_.empty()) std::filesystem::create_directories(path.parent_path(), error);
  if (error) throw Error("cannot make the folder: " + error.message(), path.parent_path().string());
  write_file(path, bytes);
  stop_if_interrupted();
}

void OutputFolder::stop_if_interrupted() const {
  if (!was_interrupted() || written_ == files_) return;
  throw Interrupted("interrupted, " + std::to_string(written_) + " of " + std::to_string(files_) +
                        " files are written",
                    path_.empty() ? "." : path_.string(), "the same command writes the rest");
}

}  // namespace gannet::cli
