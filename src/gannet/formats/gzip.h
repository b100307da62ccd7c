// Deflated bytes, by zlib, with a bound on what comes out.
#pragma once

#include <cstdint>
#include <string_view>

#include "gannet/base/files.h"

namespace gannet {

bool is_gzip(ByteSpan bytes);  // by its first two bytes

// All members of a gzip file. Throws Error where it is damaged or cut, and before more than `limit`
// bytes are held.
Bytes gunzip(ByteSpan bytes, std::string_view source, uint64_t limit);

// One member, no name and no time.
Bytes gzip(ByteSpan bytes);

// A bare deflate stream (of a zip) that must give exactly `size` bytes.
Bytes inflate_exactly(ByteSpan bytes, std::string_view source, uint64_t size);

// The first bytes that such a stream gives, at most `most`; fewer where it is damaged.
Bytes inflate_start(ByteSpan bytes, uint64_t most);

}  // namespace gannet
