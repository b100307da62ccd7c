#include "gannet/tools/compute.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include "gannet/tensor/torch_error.h"

namespace gannet {

void prepare_compute_thread(int64_t threads) {
  at::set_num_threads(static_cast<int>(threads));
  at::globalContext().setFlushDenormal(true);
}

void rethrow_plain(std::exception_ptr thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const c10::Error& error) {
    throw plain_error(error, "fewer or smaller samples need less");
  }
}

}  // namespace gannet
