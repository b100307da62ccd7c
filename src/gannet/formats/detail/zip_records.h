// Numbers of the zip format that its reader and its writer share.
#pragma once

#include <cstdint>

namespace gannet {

// Signatures of the records.
inline constexpr uint64_t kLocal = 0x04034b50, kCentral = 0x02014b50, kEnd = 0x06054b50;
inline constexpr uint64_t kEnd64 = 0x06064b50, kLocator64 = 0x07064b50;
inline constexpr uint64_t kEndBytes = 22, kLocatorBytes = 20;
inline constexpr uint64_t kMost16 = 0xffff, kMost32 = 0xffffffff;

}  // namespace gannet
