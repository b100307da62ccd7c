// Audio files (WAV, FLAC, OGG, AIFF by libsndfile, MP3 by libmpg123); the format is detected by the
// first bytes, not by the name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gannet/base/files.h"
#include "gannet/formats/audio.h"

namespace gannet {

// "wav", "flac", "ogg", "mp3" or "aiff"; "" for anything else.
std::string_view audio_format(ByteSpan bytes);

// By the name's extension: .wav, .flac, .ogg, .mp3, .aiff and others (file_type.h), in any case.
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

// At most `most` frames from number `from` on, as the mean of the channels: memory is that of one
// channel of these frames. Throws Error for the same.
Audio read_mono_audio(ByteSpan bytes, std::string_view source, int64_t from, int64_t most);

// The loudest value of the mean of the channels, and the first frame with a hundredth of it (-40
// dB), within a tenth: where the sound begins. Decodes all of the file, holds little of it.
struct AudioLevel {
  float peak = 0;
  int64_t begins = 0, frames = 0;  // frames: that there really are
};
AudioLevel measure_audio(ByteSpan bytes, std::string_view source);

}  // namespace gannet
