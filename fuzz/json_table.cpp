#include "gannet/formats/json_table.h"

#include "property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gannet;
  try {
    const CsvTable table = read_json_table(input(data, size), "input");
    require(static_cast<int64_t>(table.columns.size()) == table.width, "each column has a name");
    require(static_cast<int64_t>(table.cells.size()) == table.rows * table.width, "rows are whole");
  } catch (const Error&) {
  }
  return 0;
}
