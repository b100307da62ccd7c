#include "gannet/formats/csv.h"

#include "property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gannet;
  try {
    const Table table = read_csv(input(data, size), "input");
    require(read_csv(as_bytes(write_csv(table)), "again") == table, "names and numbers survive");
  } catch (const Error&) {
  }
  return 0;
}
