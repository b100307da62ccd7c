// System calls on files: interrupted ones again, failed ones as Error, and a test's failures.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "gannet/base/files.h"

namespace gannet {

bool injected_failure();  // by inject_write_failure()

// Runs a system call again while signals interrupt it.
template <class Call>
auto retry(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

// The same for a call that changes the disk: -1 with ENOSPC where a test wants it to fail.
template <class Call>
auto change(Call call) -> decltype(call()) {
  if (injected_failure()) {
    errno = ENOSPC;
    return -1;
  }
  return retry(call);
}

[[noreturn]] void throw_system(std::string_view doing, int reason, const Path& path);

bool lock_file(int fd);  // false where another holds it, with errno set

// Closes at the end of a scope.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  operator int() const { return fd_; }

 private:
  int fd_;
};

}  // namespace gannet
