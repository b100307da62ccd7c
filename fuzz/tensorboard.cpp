#include "gannet/formats/tensorboard.h"

#include <limits>

#include "gannet/formats/bytes.h"
#include "gannet/formats/checksum.h"
#include "property.h"

namespace gannet {
namespace {

void check_survival(ByteSpan file) {
  Bytes written, again;
  for (const Event& event : read_tensorboard(file, "input"))
    append(written, tensorboard_record(event));
  for (const Event& event : read_tensorboard(written, "again"))
    append(again, tensorboard_record(event));
  require(equal(written, again), "events survive");
  require(tensorboard_cut(file, std::numeric_limits<int64_t>::max()) == file.size(),
          "a good file is kept whole");
}

// A record with right checksums around the input, which the fuzzer would not find.
Bytes record_around(ByteSpan data) {
  Bytes record;
  append_little(record, data.size(), 8);
  append_little(record, masked_crc32c(record), 4);
  append(record, data);
  append_little(record, masked_crc32c(data), 4);
  return record;
}

}  // namespace
}  // namespace gannet

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gannet;
  const ByteSpan bytes = input(data, size);
  for (const int64_t step : {int64_t{0}, int64_t{3}, std::numeric_limits<int64_t>::max()}) {
    const uint64_t keep = tensorboard_cut(bytes, step);
    for (const Event& event : read_tensorboard(bytes.first(keep), "what is kept")) {
      require(event.step <= step, "no later step is kept");
    }
  }
  try {
    check_survival(record_around(bytes));
    check_survival(bytes);
  } catch (const Error&) {
  }
  return 0;
}
