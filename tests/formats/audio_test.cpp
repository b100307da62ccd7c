// Audio clips: WAV files, what libsndfile reads of them, and the change of the rate.
#include "gannet/formats/audio.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "gannet/formats/audio_file.h"
#include "gannet/formats/wav.h"
#include "support/formats.h"

namespace gannet {
namespace {

Audio sine(double pitch, int64_t rate, int64_t length) {
  Audio audio{.rate = rate, .channels = 1, .values = {}};
  for (int64_t t = 0; t < length; ++t)
    audio.values.push_back(static_cast<float>(std::sin(
        2 * std::numbers::pi * pitch * static_cast<double>(t) / static_cast<double>(rate))));
  return audio;
}

// The largest difference, `margin` values from each end on.
double difference(const Audio& a, const Audio& b, int64_t margin) {
  EXPECT_EQ(a.values.size(), b.values.size());
  double largest = 0;
  for (auto i = static_cast<size_t>(margin); i + static_cast<size_t>(margin) < a.values.size(); ++i)
    largest = std::max(largest, static_cast<double>(std::abs(a.values[i] - b.values[i])));
  return largest;
}

const Audio kStereo{
    .rate = 22050, .channels = 2, .values = {0, 1, -1, 0.5f, -0.25f, 2, -3, std::nanf("")}};

TEST(Wav, SurvivesToA16thBit) {
  const Bytes file = write_wav(kStereo);
  EXPECT_EQ(file.size(), 44u + 16);
  const Audio again = read_wav(file, "a");
  EXPECT_EQ(again.rate, 22050);
  EXPECT_EQ(again.channels, 2);
  const float expected[] = {0, 1, -1, 0.5f, -0.25f, 1, -32768 / 32767.0f, 0};
  for (size_t i = 0; i < 8; ++i) EXPECT_NEAR(again.values[i], expected[i], 0.5 / 32767);
  EXPECT_EQ(write_wav(again), file);
}

TEST(Wav, RefusesWhatIsCutLongerOrOfAnotherKind) {
  const Bytes file = write_wav(kStereo);
  expect_every_cut_is_refused(file, [](ByteSpan b) { read_wav(b, "a"); });
  Bytes longer = file;
  longer.push_back(std::byte{0});
  EXPECT_EQ(error_of([&] { read_wav(longer, "a"); }), "the file's size is 52, expected 53: a");
  Bytes floats = file;
  floats[20] = std::byte{3};
  EXPECT_EQ(error_of([&] { read_wav(floats, "a"); }), "the format (1: PCM) is 3, expected 1: a");
  EXPECT_EQ(error_of([] { write_wav({.rate = 0, .channels = 1, .values = {}}); }),
            "an audio clip of 0 values in 1 channels at 0 Hz does not fit a WAV file");
}

TEST(AudioFile, ReadsWhatIsWrittenAndNoMoreThanAskedFor) {
  const Bytes file = write_wav(kStereo);
  EXPECT_EQ(audio_format(file), "wav");
  const AudioInfo info = read_audio_info(file, "a");
  EXPECT_EQ(info.rate, 22050);
  EXPECT_EQ(info.channels, 2);
  EXPECT_EQ(info.frames, 4);
  const Audio all = read_audio(file, "a", 100), some = read_audio(file, "a", 3);
  EXPECT_EQ(all.frames(), 4);
  EXPECT_EQ(some.frames(), 3);
  // libsndfile divides by 32768.
  for (size_t i = 0; i < 8; ++i)
    EXPECT_NEAR(all.values[i], read_wav(file, "a").values[i], 1.5 / 32768);
}

// Of 440 Hz: lossy coders delay it and keep its level within a few per cent.
TEST(AudioFile, ReadsWhatLibsndfileWrote) {
  for (const char* name : {"mp3", "flac", "ogg", "aiff"}) {
    const Path path = Path(GANNET_SOURCE_DIR) / "tests" / "golden" / "sounds" / "tone.";
    const Bytes file = read_file(path.string() + name);
    EXPECT_EQ(audio_format(file), name);
    const Audio audio = read_audio(file, name, 1 << 20);
    EXPECT_EQ(audio.rate, 22050) << name;
    EXPECT_NEAR(static_cast<double>(audio.frames()), 7350, 1200) << name;
    int64_t crossings = 0;
    for (size_t i = 2000; i < 5000; ++i)
      crossings += (audio.values[i] < 0) != (audio.values[i + 1] < 0);
    EXPECT_NEAR(static_cast<double>(crossings), 2 * 440 * 3000.0 / 22050, 2) << name;
    EXPECT_NEAR(measure_audio(file, name).peak, 0.5, 0.05) << name;
  }
}

TEST(AudioFile, AnMp3ThatIsOnlyATagIsRefused) {
  const Bytes tag =
      read_file(Path(GANNET_SOURCE_DIR) / "fuzz" / "corpus" / "audio" / "mp3-only-a-tag");
  EXPECT_EQ(audio_format(tag), "mp3");
  EXPECT_NE(error_of([&] { read_audio_info(tag, "a.mp3"); }), "no error");
  const Bytes whole =
      read_file(Path(GANNET_SOURCE_DIR) / "tests" / "golden" / "sounds" / "tone.mp3");
  count_undetected_flips(Bytes(whole.begin(), whole.begin() + 300),
                         [](ByteSpan b) { read_audio(b, "a", 10000); });
}

TEST(AudioFile, IsMeasuredAndReadFromAnyPlace) {
  Audio audio{.rate = 8000, .channels = 2, .values = std::vector<float>(2 * 1000)};
  for (size_t t = 700; t < 1000; ++t) audio.values[2 * t] = audio.values[2 * t + 1] = 0.5f;
  audio.values[2 * 300] = audio.values[2 * 300 + 1] = 0.001f;  // below a hundredth: quiet
  const Bytes file = write_wav(audio);
  const AudioLevel level = measure_audio(file, "a");
  EXPECT_EQ(level.begins, 700);
  EXPECT_EQ(level.frames, 1000);
  EXPECT_NEAR(level.peak, 0.5, 1e-4);
  const Audio part = read_mono_audio(file, "a", 698, 4);
  ASSERT_EQ(part.frames(), 4);
  EXPECT_EQ(part.channels, 1);
  EXPECT_NEAR(part.values[1], 0, 1e-4);
  EXPECT_NEAR(part.values[2], 0.5, 1e-4);
}

TEST(AudioFile, RefusesWhatIsNoAudio) {
  const auto refusal = [](ByteSpan bytes) {
    return error_of([&] { read_audio_info(bytes, "a"); });
  };
  EXPECT_EQ(refusal({}), "file is empty: a");
  EXPECT_EQ(refusal(as_bytes("not an audio clip")),
            "not a WAV, FLAC, OGG, MP3 or AIFF audio clip, but a text: a");
  EXPECT_EQ(refusal(write_wav({.rate = 16000, .channels = 1, .values = {}})),
            "has no audio clip in it: a");
  EXPECT_EQ(refusal(write_wav({.rate = 10, .channels = 1, .values = {1}})),
            "has 1 channels at 10 Hz, expected 1 to 32 at 1000 to 768000: a");
  for (const char* start : {"fLaC", "OggS", "RIFF1234WAVE"}) {
    Bytes noise = random_bytes(5000, 3);
    std::ranges::copy(as_bytes(start), noise.begin());
    EXPECT_NE(refusal(noise), "no error");
  }
}

TEST(AudioFile, AnyFlippedBitIsAnErrorOrAudio) {
  const Bytes file = write_wav(sine(440, 16000, 40));
  count_undetected_flips(file, [](ByteSpan b) { read_audio(b, "a", 1000); });
}

TEST(AudioFile, IsKnownByItsName) {
  for (const char* name : {"a.wav", "b/a.FLAC", "a.b.ogg", "a.oga", "a.mp3"})
    EXPECT_TRUE(has_audio_name(name)) << name;
  for (const char* name : {"wav", "a.m4a", "a.wav.txt", ""}) EXPECT_FALSE(has_audio_name(name));
}

TEST(Mono, IsTheMeanOfTheChannels) {
  const Audio mono = as_mono({.rate = 8, .channels = 2, .values = {0, 1, -1, 0.5f}});
  EXPECT_EQ(mono, (Audio{.rate = 8, .channels = 1, .values = {0.5f, -0.25f}}));
  EXPECT_EQ(as_mono(mono), mono);
}

TEST(Resampled, ASineStaysThatSine) {
  for (const int64_t from : {8000, 16000, 22050, 44100, 48000})
    for (const double pitch : {100.0, 440.0, 3000.0}) {
      const Audio found = resampled(sine(pitch, from, from / 5), 16000);
      ASSERT_EQ(found.frames(), (from / 5 * 16000 + from - 1) / from);
      EXPECT_LT(difference(found, sine(pitch, 16000, found.frames()), 200), 2e-3)
          << pitch << " Hz from " << from;
    }
}

TEST(Resampled, WhatTheNewRateCannotHoldIsGone) {
  for (const double pitch : {8200.0, 10000.0, 15000.0, 20000.0}) {
    const Audio found = resampled(sine(pitch, 44100, 8820), 16000);
    const Audio silence{
        .rate = 16000, .channels = 1, .values = std::vector<float>(found.values.size())};
    EXPECT_LT(difference(found, silence, 200), 1e-3) << pitch;
  }
}

TEST(Resampled, AConstantAndAnImpulseStayInTheirPlaces) {
  const Audio constant{.rate = 44100, .channels = 1, .values = std::vector<float>(4410, 0.7f)};
  const Audio found = resampled(constant, 16000);
  EXPECT_NEAR(found.values[800], 0.7, 1e-6);
  Audio impulse{.rate = 48000, .channels = 1, .values = std::vector<float>(4800, 0)};
  impulse.values[2400] = 1;
  const Audio moved = resampled(impulse, 16000);
  EXPECT_EQ(std::ranges::max_element(moved.values) - moved.values.begin(), 800);
  EXPECT_EQ(resampled(constant, 44100), constant);
  EXPECT_TRUE(resampled({.rate = 8000, .channels = 1, .values = {}}, 16000).values.empty());
  EXPECT_EQ(error_of([] { resampled({.rate = 0, .channels = 1, .values = {}}, 16000); }),
            "resampling 1 channels from 0 to 16000 values per second, expected one channel and "
            "rates above 0");
}

}  // namespace
}  // namespace gannet
