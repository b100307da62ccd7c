#include "gannet/formats/safetensors.h"

#include "property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gannet;
  try {
    SafetensorsFile file = read_safetensors(input(data, size), "input");
    const Bytes written = safetensors_bytes(file.metadata, file.tensors);
    SafetensorsFile again = read_safetensors(written, "again", Checksum::required);
    again.metadata.erase("checksum");
    file.metadata.erase("checksum");
    require(again.metadata == file.metadata, "metadata survives");
    require(again.tensors.size() == file.tensors.size(), "tensors survive");
    for (size_t i = 0; i < file.tensors.size(); ++i) {
      const TensorView &a = file.tensors[i], &b = again.tensors[i];
      require(a.name == b.name && a.dtype == b.dtype && a.shape == b.shape,
              "names, types, shapes survive");
      require(equal(a.bytes, b.bytes), "values survive");
    }
  } catch (const Error&) {
  }
  return 0;
}
