#include "gannet/formats/zip.h"

#include <string_view>

#include "gannet/base/file_names.h"
#include "property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gannet;
  try {
    for (const ZipMember& member : read_zip(input(data, size), "input")) {
      require(is_utf8(member.name), "names are UTF-8");
      require(member.name.find('\\') == std::string::npos, "folders are parted by slashes");
      const Bytes start = unpack_start(member, 512);
      require(start.size() <= 512, "starts are bounded");
      try {
        const Bytes all = unpack(member, "input", 1 << 22);
        require(all.size() == member.size, "members have their size");
        require(as_text(all).starts_with(as_text(start)), "starts are starts");
      } catch (const Error&) {
      }
    }
  } catch (const Error&) {
  }
  return 0;
}
