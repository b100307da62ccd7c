// Files as whole pieces: read with a bound, written so that a reader sees the old bytes or the new
// ones, never half.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gannet {

using Bytes = std::vector<std::byte>;
using ByteSpan = std::span<const std::byte>;
using Path = std::filesystem::path;

// The bytes of a regular file. Throws Error for a file that is missing, not regular, unreadable, or
// larger than `limit` bytes (before anything is allocated).
Bytes read_file(const Path& path, uint64_t limit = uint64_t{1} << 33);
std::string read_text(const Path& path, uint64_t limit = uint64_t{1} << 28);

// Writes to a temporary name beside `path`, flushes it to disk, renames, flushes the folder. On
// failure throws Error naming `path` and the system's reason; no temporary file is left, and the
// old file, if any, is untouched (unless only the last step failed, the folder's flush: then the
// new one is there, whole). What exists at `path` and is not a regular file, such as /dev/null, is
// refused.
void write_file(const Path& path, ByteSpan bytes);
void write_file(const Path& path, std::string_view text);

// The same in pieces, for a file too large to build in memory. Not committed: the destructor
// removes it. After an Error nothing more can be written.
class AtomicFile {
 public:
  explicit AtomicFile(Path path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(ByteSpan bytes);
  void write_at(uint64_t offset, ByteSpan bytes);  // overwrites bytes written before
  uint64_t size() const { return size_; }
  const Path& path() const { return path_; }
  void commit();

 private:
  void discard();
  [[noreturn]] void fail(int reason);

  Path path_, temporary_;
  int fd_ = -1;
  uint64_t size_ = 0;
};

// Temporary files are named `.NAME.PID-N.tmp`. A killed process leaves its own behind: this removes
// those in `folder` that no living process is writing, and returns how many they were.
int64_t remove_stale_temporaries(const Path& folder);

// Appends to a file (created where absent) in one write call. Throws Error when the disk is full,
// and leaves the file as it was.
void append_file(const Path& path, ByteSpan bytes);

// Cuts a file to `size` bytes, of which it must have at least as many, and flushes it.
void truncate_file(const Path& path, uint64_t size);

// Makes `link` point to `target` (relative), replacing an old link in one rename.
void replace_link(const Path& link, const Path& target);

// An exclusive advisory lock on a file (created where absent, never removed), held while the object
// lives, released by the system when the process dies. Excludes other processes and other FileLocks
// of this one.
class FileLock {
 public:
  explicit FileLock(
      const Path& path);  // throws Error("in use by process PID") when another holds it
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int fd_ = -1;
};

bool is_locked(const Path& path);  // does a living process hold it? Asks without taking the lock.

// Tests set this to make the n-th system write fail (ENOSPC): called with the running number, from
// 0, of each write, flush and rename of this file; true = fail it. Setting it starts the count
// anew; {} ends it.
void inject_write_failure(std::function<bool(int64_t)> should_fail);

inline ByteSpan as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteSpan bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace gannet
