#include "gannet/formats/npy.h"

#include "property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gannet;
  try {
    const NpyArray array = read_npy(input(data, size), "input");
    const Bytes written = write_npy(array);
    const NpyArray again = read_npy(written, "again");
    require(again.dtype == array.dtype && again.shape == array.shape, "type and shape survive");
    require(equal(again.bytes, array.bytes), "elements survive");
  } catch (const Error&) {
  }
  return 0;
}
