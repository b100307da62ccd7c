#include "gannet/tensor/detail/cuda.h"

namespace gannet {
namespace {

const char* const kFetchHint =
    "GANNET_CUDA=1 make build takes a libtorch with CUDA and NVIDIA's libraries, where pip has "
    "one; GANNET_LIBTORCH=.../site-packages/torch make build takes that PyTorch; --device cpu";

// "libcublas.so.13: cannot open shared object file: No such file or directory"
std::string missing_library(const std::string& error) { return error.substr(0, error.find(": ")); }

std::string driver_text(const NvidiaDriver& driver) {
  return "the NVIDIA driver" + (driver.version.empty() ? "" : " " + driver.version);
}

std::string names_of(int64_t devices) {
  if (devices == 1) return "this machine has cuda:0 alone";
  return "this machine has cuda:0 to cuda:" + std::to_string(devices - 1);
}

CudaProblem of_failure(const std::string& gpu, const std::string& message) {
  if (message.find("out of memory") != std::string::npos)
    return {gpu + " has no memory left: " + message,
            "nvidia-smi shows which programs have it; --device cpu"};
  return {
      gpu + " does not work: " + message,
      "`gannet doctor` shows GPU, driver and CUDA: a libtorch is made for GPUs from some compute "
      "capability on; --device cpu"};
}

}  // namespace

std::optional<CudaProblem> cuda_problem(const CudaFacts& f, int64_t index,
                                        const std::string& failed) {
  const NvidiaDriver& driver = f.driver;
  if (!driver.found)
    return CudaProblem{
        std::string("no NVIDIA driver is found (libcuda.so.1)") +
            (f.in_libtorch ? "" : ", and this libtorch has no CUDA"),
        "--device cpu; for a GPU its driver, in a container such an option as --gpus all"};
  if (!f.in_libtorch) return CudaProblem{"this libtorch has no CUDA", kFetchHint};
  if (!f.not_opened.empty() && f.not_opened.find("cannot open shared object") != std::string::npos)
    return CudaProblem{"NVIDIA's libraries are missing: " + missing_library(f.not_opened),
                       "GANNET_CUDA=1 make build fetches them; --device cpu"};
  if (!f.not_opened.empty())
    return CudaProblem{"libtorch's CUDA part does not open: " + f.not_opened, kFetchHint};
  if (driver.cuda > 0 && f.needs > 0 && driver.cuda / 1000 < f.needs / 1000)
    return CudaProblem{driver_text(driver) + " is too old: it runs CUDA " +
                           cuda_version_text(driver.cuda) + ", this libtorch needs " +
                           cuda_version_text(f.needs),
                       "a newer driver; or GANNET_LIBTORCH=.../site-packages/torch make build with "
                       "a PyTorch for CUDA " +
                           cuda_version_text(driver.cuda) + "; --device cpu"};
  if (f.devices == 0)
    return CudaProblem{
        driver_text(driver) + " gives no GPU" +
            (driver.problem.empty() ? "" : ": " + driver.problem),
        "is CUDA_VISIBLE_DEVICES set? nvidia-smi lists what the driver has; --device cpu"};
  if (index >= f.devices)
    return CudaProblem{names_of(f.devices), "--device cuda:0; `gannet doctor` lists them"};
  if (const std::string& message = f.failed.empty() ? failed : f.failed; !message.empty())
    return of_failure("cuda:" + std::to_string(index), message);
  return std::nullopt;
}

}  // namespace gannet
