#include "gannet/base/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "gannet/base/detail/system_calls.h"
#include "gannet/base/error.h"
#include "gannet/base/file_names.h"
#include "gannet/base/temporary_files.h"

namespace gannet {
namespace {

// Writes all of it, at `offset`. False with errno set.
bool write_all(int fd, ByteSpan bytes, uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t n = change(
        [&] { return ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
    if (n < 0) return false;
    bytes = bytes.subspan(static_cast<size_t>(n));
    offset += static_cast<uint64_t>(n);
  }
  return true;
}

Path folder_of(const Path& path) { return path.has_parent_path() ? path.parent_path() : Path("."); }

bool flush_folder(const Path& path) {
  const Descriptor fd(::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd < 0) return false;
  if (change([&] { return ::fsync(fd); }) == 0) return true;
  return errno == EINVAL;  // a file system that cannot flush folders
}

Path temporary_name(const Path& path) {
  static std::atomic<uint64_t> counter = 0;
  return folder_of(path) / ("." + path.filename().string() + "." + std::to_string(::getpid()) +
                            "-" + std::to_string(counter++) + ".tmp");
}

// Is this `.NAME.PID-N.tmp`?
bool is_temporary_name(std::string_view name) {
  if (!name.starts_with('.') || !name.ends_with(".tmp")) return false;
  name.remove_suffix(4);
  const size_t dot = name.rfind('.');
  const std::string_view numbers = name.substr(dot + 1);
  const size_t dash = numbers.find('-');
  return dot > 1 && dash > 0 && dash + 1 < numbers.size() &&
         numbers.find_first_not_of("0123456789") == dash &&
         numbers.find_first_not_of("0123456789", dash + 1) == std::string_view::npos;
}

Bytes read_descriptor(int fd, const Path& path, uint64_t size) {
  Bytes bytes(size);
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = retry([&] { return ::read(fd, bytes.data() + done, bytes.size() - done); });
    if (n < 0) throw_system("cannot read", errno, path);
    if (n == 0) break;
    done += static_cast<size_t>(n);
  }
  bytes.resize(done);
  return bytes;
}

}  // namespace

Bytes read_file(const Path& path, uint64_t limit) {
  // Non-blocking, so that opening a pipe returns and can be refused.
  const Descriptor fd(::open(find_path(path).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (fd < 0 && errno == ENOENT) throw Error("no such file", path.string());
  if (fd < 0) throw_system("cannot open", errno, path);
  struct stat info {};
  if (::fstat(fd, &info) != 0) throw_system("cannot read", errno, path);
  if (S_ISDIR(info.st_mode)) throw Error("is a folder, expected a file", path.string());
  if (!S_ISREG(info.st_mode)) throw Error("is not a regular file", path.string());
  const auto size = static_cast<uint64_t>(info.st_size);
  if (size > limit) {
    throw Error("file has " + std::to_string(size) + " bytes, at most " + std::to_string(limit) +
                    " are read here",
                path.string());
  }
  return read_descriptor(fd, path, size);
}

std::string read_text(const Path& path, uint64_t limit) {
  return std::string(as_text(read_file(path, limit)));
}

void write_file(const Path& path, ByteSpan bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

void write_file(const Path& path, std::string_view text) { write_file(path, as_bytes(text)); }

AtomicFile::AtomicFile(Path path) : path_(std::move(path)) {
  if (path_.filename().empty()) throw Error("cannot write: not a file name", path_.string());
  struct stat info {};
  if (::stat(path_.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
    throw Error(
        S_ISDIR(info.st_mode) ? "cannot write: is a folder" : "cannot write: is not a regular file",
        path_.string());
  }
  do {
    temporary_ = temporary_name(path_);
    add_temporary_file(temporary_.string());  // before it is there: a signal may come right after
    fd_ = ::open(temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (const int reason = errno; fd_ < 0) {
      forget_temporary_file(temporary_.string());
      errno = reason;
    }
  } while (fd_ < 0 && (errno == EEXIST || errno == EINTR));
  if (fd_ < 0) throw_system("cannot write", errno, path_);
  lock_file(fd_);  // tells remove_stale_temporaries that this one is alive; a file system without
                   // locks is fine
}

AtomicFile::~AtomicFile() { discard(); }

void AtomicFile::discard() {
  if (fd_ >= 0) ::close(fd_);
  if (!temporary_.empty()) {
    ::unlink(temporary_.c_str());
    forget_temporary_file(temporary_.string());
  }
  fd_ = -1;
  temporary_.clear();
}

void AtomicFile::fail(int reason) {
  discard();  // at once: gives the space back
  throw_system("cannot write", reason, path_);
}

void AtomicFile::write(ByteSpan bytes) {
  if (fd_ < 0) fail(EBADF);
  if (!write_all(fd_, bytes, size_)) fail(errno);
  size_ += bytes.size();
}

void AtomicFile::write_at(uint64_t offset, ByteSpan bytes) {
  if (fd_ < 0) fail(EBADF);
  if (offset > size_ || bytes.size() > size_ - offset) fail(EINVAL);
  if (!write_all(fd_, bytes, offset)) fail(errno);
}

void AtomicFile::commit() {
  if (fd_ < 0) fail(EBADF);
  if (change([&] { return ::fsync(fd_); }) != 0) fail(errno);
  if (change([&] { return ::rename(temporary_.c_str(), path_.c_str()); }) != 0) fail(errno);
  forget_temporary_file(temporary_.string());
  temporary_.clear();
  ::close(std::exchange(fd_, -1));
  if (!flush_folder(path_)) fail(errno);
}

int64_t remove_stale_temporaries(const Path& folder) {
  int64_t removed = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (!is_temporary_name(entry.path().filename().string())) continue;
    if (!entry.is_symlink(error) && (!entry.is_regular_file(error) || is_locked(entry.path())))
      continue;
    if (::unlink(entry.path().c_str()) == 0) ++removed;
  }
  if (error) throw_system("cannot list", error.value(), folder);
  return removed;
}

void append_file(const Path& path, ByteSpan bytes) {
  const Descriptor fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (fd < 0) throw_system("cannot append", errno, path);
  struct stat info {};
  if (::fstat(fd, &info) != 0) throw_system("cannot append", errno, path);
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = change([&] { return ::write(fd, bytes.data() + done, bytes.size() - done); });
    if (n >= 0) {
      done += static_cast<size_t>(n);
      continue;
    }
    const int reason = errno;
    if (done > 0 && retry([&] { return ::ftruncate(fd, info.st_size); }) != 0) {
      throw_system("cannot append, and cannot cut off the half written", reason, path);
    }
    throw_system("cannot append", reason, path);
  }
  // What a later state file relies on must not be lost to a power cut that spares the state.
  if (change([&] { return ::fdatasync(fd); }) != 0) throw_system("cannot append", errno, path);
}

void truncate_file(const Path& path, uint64_t size) {
  const Descriptor fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (fd < 0) throw_system("cannot cut", errno, path);
  struct stat info {};
  if (::fstat(fd, &info) != 0) throw_system("cannot cut", errno, path);
  if (size > static_cast<uint64_t>(info.st_size)) {
    throw Error("cannot cut to " + std::to_string(size) + " bytes: file has " +
                    std::to_string(info.st_size),
                path.string());
  }
  if (change([&] { return ::ftruncate(fd, static_cast<off_t>(size)); }) != 0 ||
      change([&] { return ::fsync(fd); }) != 0) {
    throw_system("cannot cut", errno, path);
  }
}

void replace_link(const Path& link, const Path& target) {
  Path temporary;
  int made = -1;
  do {
    temporary = temporary_name(link);
    made = change([&] { return ::symlink(target.c_str(), temporary.c_str()); });
  } while (made != 0 && errno == EEXIST);  // left by a killed process of the same number
  if (made != 0) throw_system("cannot link", errno, link);
  if (change([&] { return ::rename(temporary.c_str(), link.c_str()); }) != 0) {
    const int reason = errno;
    ::unlink(temporary.c_str());
    throw_system("cannot link", reason, link);
  }
  if (!flush_folder(link)) throw_system("cannot link", errno, link);
}

}  // namespace gannet
