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

// The first number of OMP_NUM_THREADS, as OpenMP reads it; none for what it would not take.
std::optional<int64_t> omp_threads() {
  const char* text = std::getenv("OMP_NUM_THREADS");
  const long count = text != nullptr ? std::strtol(text, nullptr, 10) : 0;
  if (count < 1 || count > 1024) return std::nullopt;
  return count;
}

}  // namespace

std::optional<int64_t> threads_of_environment() {
  Environment environment;
  const char* text = std::getenv("GANNET_THREADS");
  if (text == nullptr || *text == '\0') return omp_threads();
  set_field(environment, "threads", text, "GANNET_THREADS");
  return environment.threads;
}

int64_t chosen_threads(int64_t option) {
  return option >= 1 ? option : threads_of_environment().value_or(read_machine().threads());
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
