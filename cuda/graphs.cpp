// Graphs (gannet/tensor/recording.h) of a GPU: CUDA graphs, whose memory is a pool of libtorch's
// allocator. A library of its own, opened at run time: it needs CUDA's headers, and
// libtorch_cuda.so, which the program does without.
#include "gannet/tensor/recording.h"

#include <ATen/cuda/CUDAGraph.h>
#include <c10/util/Exception.h>

namespace gannet {
namespace {

class CudaGraphs : public Graphs {
 public:
  void record(const std::function<void()>& work) override {
    auto graph = std::make_unique<at::cuda::CUDAGraph>();
    // thread_local: other threads, such as the loader's, go on with what a recording may not do.
    graph->capture_begin(pool_, cudaStreamCaptureModeThreadLocal);
    try {
      work();
    } catch (...) {
      try {
        graph->capture_end();
      } catch (const c10::Error&) {  // the first error is the reason
      }
      (void)cudaGetLastError();
      throw;
    }
    graph->capture_end();
    parts_.push_back(std::move(graph));
  }
  void replay(size_t part) override { parts_.at(part)->replay(); }

 private:
  const at::MempoolId_t pool_ = at::cuda::graph_pool_handle();
  std::vector<std::unique_ptr<at::cuda::CUDAGraph>> parts_;
};

}  // namespace
}  // namespace gannet

// Which program and libtorch this is made for: others have other classes.
extern "C" const char* gannet_made_for() { return GANNET_MADE_FOR; }

extern "C" std::unique_ptr<gannet::Graphs> gannet_make_graphs() {
  return std::make_unique<gannet::CudaGraphs>();
}
