#include "cli/threads.h"

#include <ATen/Parallel.h>
#include <malloc.h>
#include <unistd.h>

#include <cstdlib>

#include "gannet/base/machine.h"
#include "gannet/base/options.h"

namespace gannet::cli {
namespace {

struct Environment : Fields {
  int64_t threads = -1;
  void fields(FieldVisitor& visitor) override {
    visitor.field("threads", threads, {.help = "", .unit = "threads", .min = 1, .max = 1024});
  }
};

}  // namespace

int64_t chosen_threads(int64_t option) {
  if (option >= 1) return option;
  Environment environment;
  if (const char* text = std::getenv("GANNET_THREADS"); text != nullptr && *text != '\0') {
    set_field(environment, "threads", text, "GANNET_THREADS");
    return environment.threads;
  }
  return read_machine().threads();
}

void set_threads(int64_t count) { at::set_num_threads(static_cast<int>(count)); }

void prefer_short_spins(char** argv) {
  if (std::getenv("OMP_WAIT_POLICY") != nullptr || std::getenv("GOMP_SPINCOUNT") != nullptr) return;
  setenv("GOMP_SPINCOUNT", "10000", 0);
  execv("/proc/self/exe", argv);  // where that fails, training is only slower
}

void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, -1);  // never
#endif
}

}  // namespace gannet::cli
