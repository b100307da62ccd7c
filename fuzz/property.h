// What each target checks: a reader throws gannet::Error, or what it returns survives being written
// and read again.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "gannet/base/error.h"
#include "gannet/base/files.h"

namespace gannet {

inline ByteSpan input(const uint8_t* data, size_t size) {
  return std::as_bytes(std::span(data, size));
}

// Ends the process, so that the fuzzer keeps the input.
inline void require(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "property does not hold: %s\n", property);
  std::abort();
}

inline bool equal(ByteSpan a, ByteSpan b) { return as_text(a) == as_text(b); }

}  // namespace gannet
