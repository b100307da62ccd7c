#include "gannet/base/temporary_files.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <mutex>

namespace gannet {
namespace {

// A handler may run at any instruction: it reads each name by one atomic load, and a name that was
// once there is never freed.
using Name = std::atomic<const char*>;
static_assert(Name::is_always_lock_free);
std::array<Name, 64> names = {};
std::array<std::string, 64> kept;
std::mutex mutex;

}  // namespace

void add_temporary_file(const std::string& path) {
  const std::lock_guard lock(mutex);
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] != nullptr) continue;
    kept[i] = path;
    names[i] = kept[i].c_str();
    return;
  }
}

void forget_temporary_file(const std::string& path) {
  const std::lock_guard lock(mutex);
  for (size_t i = 0; i < names.size(); ++i)
    if (names[i] != nullptr && kept[i] == path) names[i] = nullptr;
}

void remove_temporary_files() noexcept {
  for (const Name& name : names)
    if (const char* path = name; path != nullptr) ::unlink(path);
}

}  // namespace gannet
