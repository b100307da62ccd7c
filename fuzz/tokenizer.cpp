#include "gannet/text/tokenizer.h"

#include "property.h"

// The input is read as a tokenizer; then, with that one or with one that was learnt from it,
// encoded as a text.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gannet;
  const std::string text(as_text(input(data, size)));
  const std::string half = text.substr(0, size / 2);
  Tokenizer tokenizer = Tokenizer::learn(
      2, [&](int64_t i) { return i == 0 ? half : text; }, Tokenizer::kFirstMerge + 50);
  try {
    tokenizer = Tokenizer::read(text, "input");
  } catch (const Error&) {
  }
  require(Tokenizer::read(tokenizer.write(), "again") == tokenizer, "merges survive");
  require(tokenizer.decode(tokenizer.encode(text)) == text, "bytes survive");
  return 0;
}
