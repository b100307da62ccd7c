// Audio files (WAV, FLAC, OGG), by libsndfile; the format is detected by the first bytes, not by
// the name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gannet/base/files.h"
#include "gannet/formats/audio.h"

namespace gannet {

// "wav", "flac" or "ogg"; "" for anything else.
std::string_view audio_format(ByteSpan bytes);

// By the name's extension: .wav, .flac, .ogg, .oga or .opus, in any case.
bool has_audio_name(std::string_view name);

struct AudioInfo {
  int64_t rate = 0, channels = 0, frames = 0;
};

// From the header (of OGG: and the end) alone. Throws Error for anything but an audio clip of 1 to
// 32 channels at 1000 to 768000 Hz with at least one frame.
AudioInfo read_audio_info(ByteSpan bytes, std::string_view source);

// The first frames, at most `most`. Throws Error for the same, for a file shorter than its header
// says, and for values that are not finite numbers.
Audio read_audio(ByteSpan bytes, std::string_view source, int64_t most);

}  // namespace gannet
