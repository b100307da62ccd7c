#include "gannet/formats/wav.h"

#include "property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gannet;
  try {
    const Audio audio = read_wav(input(data, size), "input");
    require(equal(write_wav(audio), input(data, size)), "bytes survive");
  } catch (const Error&) {
  }
  return 0;
}
