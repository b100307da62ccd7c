#include "gannet/tensor/torch_error.h"

#include <algorithm>
#include <initializer_list>
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

bool has_any(const std::string& text, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(
      words, [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

// What CUDA and its libraries say of memory when libtorch's allocator is not asked.
bool is_gpu_memory(const std::string& text) {
  return has_any(text,
                 {"CUDA error: out of memory", "CUDA driver error: out of memory",
                  "CUDNN_STATUS_ALLOC_FAILED", "CUBLAS_STATUS_ALLOC_FAILED", "CUFFT_ALLOC_FAILED"});
}

bool is_gpu_failure(const std::string& text) {
  return has_any(text, {"CUDA error", "CUDA driver error", "cuDNN error", "CUDNN_STATUS",
                        "cuBLAS error", "CUBLAS_STATUS", "cuFFT error", "CUFFT_", "NVRTC"});
}

}  // namespace

Error plain_error(const c10::Error& error, const std::string& memory_hint) {
  const std::string text = error.what_without_backtrace();
  if (dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr)
    return Error(memory_text(text), "", memory_hint);
  if (text.find("can't allocate memory") != std::string::npos)
    return Error("out of memory", "", memory_hint);
  if (is_gpu_memory(text)) return Error("out of GPU memory: " + until(text, "\n"), "", memory_hint);
  if (is_gpu_failure(text))
    return Error(
        "the GPU failed: " + until(text, "\n"), "",
        "`sudo dmesg | grep -i xid` has the driver's words; --device cpu goes on without it");
  return Error(text, "");
}

std::string plain_warning(const std::string& text) {
  const std::string name = until(text, " does not have a deterministic implementation");
  if (name == text) return text;
  return "the operator " + name +
         " adds in no fixed order on this device: a resume may differ in the last bits";
}

}  // namespace gannet
