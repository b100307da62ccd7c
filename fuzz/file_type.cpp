#include "gannet/formats/file_type.h"

#include "property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gannet;
  const ByteSpan bytes = input(data, size);
  const FileType type = file_type(bytes);
  require(type.name.empty() == type.one.empty(), "a type has its words");
  require(type == file_type(bytes.first(std::min(size, kFileTypeBytes))), "the start decides");
  file_type_of_name(as_text(bytes));
  return 0;
}
