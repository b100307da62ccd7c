#include "gannet/formats/dataset_json.h"

#include "property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gannet;
  try {
    const SampleLabels labels = read_dataset_json(as_text(input(data, size)), "input");
    require(read_dataset_json(write_dataset_json(labels), "again") == labels, "labels survive");
  } catch (const Error&) {
  }
  return 0;
}
