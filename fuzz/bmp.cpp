#include "gannet/formats/bmp.h"

#include "property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gannet;
  const ByteSpan file = input(data, size);
  try {
    const Image image = read_bmp(file, "input", 1 << 20);
    require(read_bmp_size(file, "input") == ImageSize{image.width, image.height},
            "the header says the size");
    require(image.pixels.size() == static_cast<size_t>(image.width * image.height * image.channels),
            "all samples are there");
  } catch (const Error&) {
  }
  return 0;
}
