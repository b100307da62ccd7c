#include "gannet/formats/tiff.h"

#include "property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gannet;
  const ByteSpan file = input(data, size);
  try {
    const DeepImage image = read_deep_tiff(file, "input", 1 << 18);
    require(image.values.size() == static_cast<size_t>(image.width * image.height * image.channels),
            "all samples are there");
    const Image pixels = to_image(image, value_range(image));
    const TiffInfo info = read_tiff_info(file, "input");
    require(info.size == ImageSize{pixels.width, pixels.height}, "the header says the size");
    require(info.white == image.white, "the header says the range");
    read_tiff(file, "input", 1 << 18);
  } catch (const Error&) {
  }
  return 0;
}
