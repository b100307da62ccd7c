#include "gannet/formats/png.h"

#include "property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gannet;
  try {
    const Picture picture = read_png(input(data, size), "input", 1 << 20);
    require(read_png(write_png(picture), "again") == picture, "pixels survive");
  } catch (const Error&) {
  }
  return 0;
}
