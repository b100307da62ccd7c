// The driver API of CUDA without a GPU, for tests of what is said about drivers and GPUs: as
// FAKE_CUDA (13000), FAKE_GPUS (a number) and FAKE_ERROR (of cuInit) have it.
#include <cstddef>
#include <cstdio>
#include <cstdlib>

namespace {

int number(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? 0 : std::atoi(text);
}

}  // namespace

extern "C" {

int cuInit(unsigned) { return number("FAKE_ERROR"); }

int cuDriverGetVersion(int* version) {
  *version = number("FAKE_CUDA");
  return 0;
}

int cuDeviceGetCount(int* count) {
  *count = number("FAKE_GPUS");
  return 0;
}

int cuDeviceGet(int* device, int ordinal) {
  *device = ordinal;
  return 0;
}

int cuDeviceGetName(char* name, int length, int device) {
  std::snprintf(name, static_cast<size_t>(length), "Fake GPU %d", device);
  return 0;
}

int cuDeviceTotalMem_v2(size_t* bytes, int) {
  *bytes = size_t{8'000'000'000};
  return 0;
}

int cuDeviceGetAttribute(int* value, int attribute, int) {
  *value = attribute == 75 ? 9 : 0;
  return 0;
}

int cuGetErrorString(int, const char** text) {
  *text = "no device";
  return 0;
}

}  // extern "C"
