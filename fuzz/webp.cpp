#include "gannet/formats/webp.h"

#include "property.h"

namespace gannet {
namespace {

void check_picture(ByteSpan file) {
  const Picture picture = read_webp(file, "input", 1 << 18);
  require(read_webp_size(file, "input") == PictureSize{picture.width, picture.height},
          "the header says the size");
  const Picture again = read_webp(write_webp(picture), "again");
  require(picture.channels == again.channels ? again == picture : again.channels == 3,
          "pixels survive");
}

}  // namespace
}  // namespace gannet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gannet;
  const ByteSpan file = input(data, size);
  try {
    check_picture(file);
  } catch (const Error&) {
  }
  try {
    for (const Frame& frame : read_webp_animation(file, "input", 1 << 20))
      require(frame.milliseconds >= 0, "time goes on");
  } catch (const Error&) {
  }
  return 0;
}
