// WAV files of 16-bit PCM, as Gannet writes them. Other audio files: formats/audio_file.h.
#pragma once

#include <string_view>

#include "gannet/base/files.h"
#include "gannet/formats/audio.h"

namespace gannet {

// A value x becomes round(32767 x), clamped; NaN is 0. Throws Error for no or more than 65535
// channels, values that are not whole frames, a rate outside of 1 to 2^32 - 1, and more than 4 GB.
Bytes write_wav(const Audio& audio);

// Strict: one fmt chunk of 16-bit PCM, then one data chunk, and nothing else. Throws Error for
// anything else, before anything is allocated.
Audio read_wav(ByteSpan bytes, std::string_view source);

}  // namespace gannet
