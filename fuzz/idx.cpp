#include "gannet/formats/idx.h"

#include "gannet/formats/gzip.h"
#include "property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gannet;
  try {
    const IdxArray array = read_idx(input(data, size), "input", 1 << 20);
    require(read_idx(write_idx(array), "again") == array, "plain arrays survive");
    require(read_idx(gzip(write_idx(array)), "again") == array, "gzipped arrays survive");
  } catch (const Error&) {
  }
  return 0;
}
