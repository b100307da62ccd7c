#include "cli/threads.h"

#include <ATen/Parallel.h>
#include <malloc.h>
#include <unistd.h>

#include <cstdlib>

#include "cli/command.h"
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

// libtorch would take them, and what was asked for here comes before.
int64_t told(int64_t threads, const char* by) {
  static bool said = false;
  const char* omp = std::getenv("OMP_NUM_THREADS");
  const long wanted = omp != nullptr ? std::strtol(omp, nullptr, 10) : 0;
  if (!said && wanted > 0 && wanted != threads)
    warn("OMP_NUM_THREADS is " + std::to_string(wanted) + ", and " + std::to_string(threads) +
         (threads == 1 ? " thread is" : " threads are") + " used, " + by);
  said = true;
  return threads;
}

}  // namespace

int64_t chosen_threads(int64_t option) {
  if (option >= 1) return told(option, "by --threads");
  Environment environment;
  if (const char* text = std::getenv("GANNET_THREADS"); text != nullptr && *text != '\0') {
    set_field(environment, "threads", text, "GANNET_THREADS");
    return told(environment.threads, "by GANNET_THREADS");
  }
  return told(read_machine().threads(), "the cores of this machine; --threads sets them");
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
