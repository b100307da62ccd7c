#include "gannet/formats/audio_file.h"

#include "property.h"

// libvorbis keeps some memory of a file that it refuses.
extern "C" const char* __lsan_default_suppressions() { return "leak:libvorbis"; }  // NOLINT

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace gannet;
  const ByteSpan file = input(data, size);
  constexpr int64_t kMost = 1 << 16;
  try {
    const AudioInfo info = read_audio_info(file, "input");
    if (info.frames * info.channels > kMost) return 0;  // decoding takes its time, not more memory
    const Audio audio = read_audio(file, "input", kMost);
    require(audio.frames() <= info.frames, "no more frames than said");
    const Audio mono = read_mono_audio(file, "input", 1, kMost);
    require(mono.frames() + 1 == audio.frames() || audio.frames() == 0, "all but the first");
    require(measure_audio(file, "input").frames == audio.frames(), "as many are measured");
  } catch (const Error&) {
  }
  return 0;
}
