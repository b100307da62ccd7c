#include "gannet/formats/dataset_json.h"

#include "property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gannet;
  try {
    SampleLabels labels = read_dataset_json(input(data, size), "input");
    labels.notes.clear();
    SampleLabels again = read_dataset_json(as_bytes(write_dataset_json(labels)), "again");
    again.notes.clear();
    require(again == labels, "labels survive");
  } catch (const Error&) {
  }
  return 0;
}
