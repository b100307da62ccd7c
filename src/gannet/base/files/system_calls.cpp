#include "gannet/base/detail/system_calls.h"

#include <atomic>
#include <mutex>
#include <string>
#include <system_error>

#include "gannet/base/error.h"

namespace gannet {
namespace {

struct Injection {
  std::mutex mutex;
  std::atomic<bool> active = false;
  std::function<bool(int64_t)> should_fail;
  int64_t count = 0;
};

Injection& injection() {
  static Injection instance;
  return instance;
}

}  // namespace

bool injected_failure() {
  Injection& i = injection();
  if (!i.active) return false;
  const std::lock_guard lock(i.mutex);
  return i.should_fail && i.should_fail(i.count++);
}

void inject_write_failure(std::function<bool(int64_t)> should_fail) {
  Injection& i = injection();
  const std::lock_guard lock(i.mutex);
  i.active = static_cast<bool>(should_fail);
  i.should_fail = std::move(should_fail);
  i.count = 0;
}

void throw_system(std::string_view doing, int reason, const Path& path) {
  const bool full = reason == ENOSPC || reason == EDQUOT || reason == EFBIG;
  throw Error(std::string(doing) + " (" + std::generic_category().message(reason) + ")",
              path.string(), full ? "free some space, or raise the limit of this file system" : "");
}

}  // namespace gannet
