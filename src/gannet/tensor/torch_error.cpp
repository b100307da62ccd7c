#include "gannet/tensor/torch_error.h"

#include <string_view>

namespace gannet {
namespace {

// Of a text with several lines and sentences, what stands before `end`.
std::string until(const std::string& text, std::string_view end) {
  return text.substr(0, text.find(end));
}

// "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.11 GiB of which
// 1.20 GiB is free. Including non-PyTorch memory, ..."
std::string memory_text(const std::string& message) {
  std::string text = until(until(message, "\n"), " Including non-PyTorch");
  if (text.ends_with('.')) text.pop_back();
  const size_t tried = text.find("Tried to allocate");
  return tried == std::string::npos ? text : "out of GPU memory: " + text.substr(tried);
}

bool is_gpu_failure(const std::string& text) {
  for (const std::string_view name : {"CUDA error", "cuDNN error", "CUDNN_STATUS", "cuBLAS error",
                                      "CUBLAS_STATUS", "CUDA driver error"})
    if (text.find(name) != std::string::npos) return true;
  return false;
}

}  // namespace

Error plain_error(const c10::Error& error, const std::string& memory_hint) {
  const std::string text = error.what_without_backtrace();
  if (dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr)
    return Error(memory_text(text), "", memory_hint);
  if (text.find("can't allocate memory") != std::string::npos)
    return Error("out of memory", "", memory_hint);
  if (is_gpu_failure(text))
    return Error("the GPU failed: " + until(text, "\n"), "",
                 "`dmesg | grep -i xid` has the driver's words; --device cpu goes on without it");
  return Error(text, "");
}

}  // namespace gannet
