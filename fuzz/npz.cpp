#include "gannet/formats/npy.h"
#include "property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gannet;
  try {
    const std::vector<NpzArray> arrays = read_npz(input(data, size), "input", 1 << 24);
    std::vector<NamedArray> named;
    for (const NpzArray& a : arrays) named.push_back({a.name, {a.dtype, a.shape, a.bytes()}});
    const std::vector<NpzArray> again = read_npz(write_npz(named), "again");
    require(again.size() == arrays.size(), "members survive");
    for (size_t i = 0; i < arrays.size(); ++i) {
      require(again[i].name == arrays[i].name, "names survive");
      require(again[i].dtype == arrays[i].dtype && again[i].shape == arrays[i].shape,
              "type and shape survive");
      require(equal(again[i].bytes(), arrays[i].bytes()), "elements survive");
    }
  } catch (const Error&) {
  }
  return 0;
}
