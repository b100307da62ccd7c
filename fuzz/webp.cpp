#include "gannet/formats/webp.h"
#include "gannet/formats/webp_animation.h"

#include "property.h"

namespace gannet {
namespace {

void check_image(ByteSpan file) {
  const Image image = read_webp(file, "input", 1 << 18);
  require(read_webp_size(file, "input") == ImageSize{image.width, image.height},
          "the header says the size");
  const Image again = read_webp(write_webp(image), "again");
  require(image.channels == again.channels ? again == image : again.channels == 3,
          "pixels survive");
}

}  // namespace
}  // namespace gannet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gannet;
  const ByteSpan file = input(data, size);
  try {
    check_image(file);
  } catch (const Error&) {
  }
  try {
    for (const Frame& frame : read_webp_animation(file, "input", 1 << 20))
      require(frame.milliseconds >= 0, "time goes on");
  } catch (const Error&) {
  }
  return 0;
}
