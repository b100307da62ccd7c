#include "gannet/formats/png.h"

#include "gannet/formats/bytes.h"
#include "gannet/formats/checksum.h"
#include "property.h"

namespace gannet {
namespace {

void check_survival(ByteSpan file) {
  try {
    const Image image = read_png(file, "input", 1 << 20);
    require(read_png(write_png(image), "again") == image, "pixels survive");
  } catch (const Error&) {
  }
}

// The input with the right checksum after each chunk (length, type, data, CRC-32 of type and data),
// which the fuzzer would not find.
Bytes with_right_checksums(ByteSpan file) {
  Bytes result;
  ByteReader reader(file, "input");
  try {
    append(result, reader.take(8));
    while (reader.left() > 0) {
      const uint64_t length = reader.big(4);
      const ByteSpan chunk = reader.take(4 + length);
      reader.take(4);
      append_big(result, length, 4);
      append(result, chunk);
      append_big(result, crc32(chunk), 4);
    }
  } catch (const Error&) {
  }
  return result;
}

}  // namespace
}  // namespace gannet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gannet;
  check_survival(input(data, size));
  check_survival(with_right_checksums(input(data, size)));
  return 0;
}
