#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "gannet/base/detail/system_calls.h"
#include "gannet/base/error.h"
#include "gannet/base/files.h"

namespace gannet {
namespace {

// Locks of an open file description (Linux): they exclude two of one process too, and can be asked
// for.
struct flock whole_file() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

bool lock_file(int fd) {
  struct flock lock = whole_file();
  return retry([&] { return ::fcntl(fd, F_OFD_SETLK, &lock); }) == 0;
}

FileLock::FileLock(const Path& path) {
  fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd_ < 0) throw_system("cannot lock", errno, path);
  if (lock_file(fd_)) {
    // For the other's error text only, so a full disk does not matter.
    const std::string pid = std::to_string(::getpid()) + "\n";
    if (::ftruncate(fd_, 0) != 0 || ::pwrite(fd_, pid.data(), pid.size(), 0) < 0) errno = 0;
    return;
  }
  const int reason = errno;
  char holder[24] = {};
  const ssize_t n = ::pread(fd_, holder, sizeof(holder) - 1, 0);
  ::close(std::exchange(fd_, -1));
  if (reason != EAGAIN && reason != EACCES) throw_system("cannot lock", reason, path);
  int64_t pid = 0;
  const bool known = n > 0 && std::sscanf(holder, "%ld", &pid) == 1;
  throw Error(known ? "in use by process " + std::to_string(pid) : "in use by another process",
              path.string());
}

FileLock::~FileLock() {
  if (fd_ >= 0) ::close(fd_);
}

bool is_locked(const Path& path) {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (fd < 0) return false;
  struct flock lock = whole_file();
  return retry([&] { return ::fcntl(fd, F_OFD_GETLK, &lock); }) == 0 && lock.l_type != F_UNLCK;
}

}  // namespace gannet
