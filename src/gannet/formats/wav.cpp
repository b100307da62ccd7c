#include "gannet/formats/wav.h"

#include <algorithm>
#include <cmath>

#include "gannet/base/error.h"
#include "gannet/formats/bytes.h"

namespace gannet {
namespace {

// "RIFF" size "WAVE", "fmt " 16 and its 16 bytes, "data" size.
constexpr uint64_t kHeader = 44, kFormat = 16, kPcm = 1, kBits = 16;
constexpr float kFull = 32767;

uint64_t as_16_bits(float value) {
  if (std::isnan(value)) return 0;
  const auto whole = std::lround(std::clamp(value * kFull, -kFull - 1, kFull));
  return static_cast<uint64_t>(whole) & 0xffff;
}

void expect(ByteReader& from, std::string_view tag) {
  if (const std::string_view found = as_text(from.take(tag.size())); found != tag)
    from.fail("not a WAV file as Gannet writes them: expected '" + std::string(tag) + "'");
}

void expect(ByteReader& from, int bytes, uint64_t value, const std::string& what) {
  if (const uint64_t found = from.little(bytes); found != value)
    from.fail(what + " is " + std::to_string(found) + ", expected " + std::to_string(value));
}

}  // namespace

Bytes write_wav(const Audio& audio) {
  const uint64_t size = 2 * audio.values.size();
  if (audio.channels < 1 || audio.channels > 0xffff || audio.rate < 1 || audio.rate > 0xffffffff ||
      audio.values.size() % static_cast<size_t>(audio.channels) != 0 || size + kHeader > 0xffffffff)
    throw Error("an audio clip of " + std::to_string(audio.values.size()) + " values in " +
                    std::to_string(audio.channels) + " channels at " + std::to_string(audio.rate) +
                    " Hz does not fit a WAV file",
                "");
  const auto channels = static_cast<uint64_t>(audio.channels);
  const auto rate = static_cast<uint64_t>(audio.rate);
  Bytes to;
  to.reserve(kHeader + size);
  append(to, "RIFF");
  append_little(to, kHeader - 8 + size, 4);
  append(to, "WAVEfmt ");
  append_little(to, kFormat, 4);
  append_little(to, kPcm, 2);
  append_little(to, channels, 2);
  append_little(to, rate, 4);
  append_little(to, 2 * channels * rate & 0xffffffff, 4);  // bytes per second
  append_little(to, 2 * channels & 0xffff, 2);             // bytes per frame
  append_little(to, kBits, 2);
  append(to, "data");
  append_little(to, size, 4);
  for (const float value : audio.values) append_little(to, as_16_bits(value), 2);
  return to;
}

Audio read_wav(ByteSpan bytes, std::string_view source) {
  ByteReader from(bytes, source);
  expect(from, "RIFF");
  expect(from, 4, bytes.size() - 8, "the file's size");
  expect(from, "WAVEfmt ");
  expect(from, 4, kFormat, "the size of the format");
  expect(from, 2, kPcm, "the format (1: PCM)");
  Audio audio;
  audio.channels = static_cast<int64_t>(from.little(2));
  audio.rate = static_cast<int64_t>(from.little(4));
  if (audio.channels < 1 || audio.rate < 1)
    from.fail(std::to_string(audio.channels) + " channels at " + std::to_string(audio.rate) +
              " Hz");
  const auto channels = static_cast<uint64_t>(audio.channels);
  expect(from, 4, 2 * channels * static_cast<uint64_t>(audio.rate) & 0xffffffff,
         "the number of bytes per second");
  expect(from, 2, 2 * channels & 0xffff, "the number of bytes per frame");
  expect(from, 2, kBits, "the number of bits of a value");
  expect(from, "data");
  expect(from, 4, from.left() - 4, "the size of the data");
  if (from.left() % (2 * channels) != 0) from.fail("the last frame is cut");
  audio.values.resize(from.left() / 2);
  for (float& value : audio.values)
    value = static_cast<float>(static_cast<int16_t>(from.little(2))) / kFull;
  return audio;
}

}  // namespace gannet
