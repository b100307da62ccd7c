// Folders and zips of audio clips, and of folders of frames: what becomes of them, and what is
// wrong.
#include "gannet/data/files/audio.h"

#include <gtest/gtest.h>

#include <cmath>

#include "data/opening.h"
#include "data/temporary.h"
#include "gannet/base/many_errors.h"
#include "gannet/data/files/video.h"
#include "gannet/formats/png.h"
#include "gannet/formats/wav.h"
#include "gannet/formats/zip.h"

namespace gannet {
namespace {

using testing::complaint;
using testing::sample;
using testing::TemporaryFolder;
using Names = std::vector<std::string>;

Bytes to_bytes(std::string_view text) {
  const ByteSpan bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

void put(const TemporaryFolder& folder, const std::string& name, const Bytes& bytes) {
  std::filesystem::create_directories(Path(folder / name).parent_path());
  write_file(folder / name, bytes);
}

// A sine of so many periods a second, every channel alike but for its sign.
Bytes tone(double pitch, int64_t length, int64_t rate = 8000, int64_t channels = 1,
           float loud = 0.5f) {
  Audio audio{.rate = rate, .channels = channels, .values = {}};
  for (int64_t t = 0; t < length; ++t)
    for (int64_t c = 0; c < channels; ++c)
      audio.values.push_back(
          loud * static_cast<float>(std::sin(6.283185307 * pitch * static_cast<double>(t) /
                                             static_cast<double>(rate))));
  return write_wav(audio);
}

// Six audio clips of 1,500 samples in high/ and low/.
void put_classes(const TemporaryFolder& folder) {
  for (int i = 1; i <= 3; ++i) {
    put(folder, "low/" + std::to_string(i) + ".wav", tone(100 * i, 1500));
    put(folder, "high/" + std::to_string(i) + ".WAV", tone(1000 * i, 1500));
  }
}

template <class Report>
Names lines(const Report& report) {
  Names all;
  for (const FileProblem& p : report.problems) all.push_back(p.file + ": " + p.what);
  return all;
}

std::string decision(const Dataset& data, const std::string& name) {
  for (const Decision& d : data.decisions())
    if (d.name == name) return d.value + ": " + d.reason;
  return "";
}

TEST(Audio, SubFoldersAreClassesAndRateAndLengthAreChosen) {
  const TemporaryFolder folder;
  put_classes(folder);
  const auto data = open_dataset(folder.string());
  EXPECT_EQ(data->size(), 6);
  EXPECT_EQ(data->info().dims, (Shape{1, 2048}));
  EXPECT_EQ(data->info().rate, 8000);
  EXPECT_EQ(data->info().classes, (Names{"high", "low"}));
  EXPECT_EQ(decision(*data, "rate"), "8000: all audio clips are at this rate");
  EXPECT_EQ(decision(*data, "length"),
            "2048: 0 of 6 audio clips are longer than 2048 samples, and are cut");
  EXPECT_EQ(sample(*data, 0).label, 0);
  EXPECT_EQ(sample(*data, 5).label, 1);
  const Sample first = sample(*data, 3);  // low/1
  ASSERT_EQ(first.values.size(), 2048u);
  EXPECT_NEAR(first.values[20], 1, 1e-3) << "a quarter of a period, and the peak is 1";
  EXPECT_EQ(first.values[1500], 0) << "beyond the end";
}

TEST(Audio, IsDownmixedResampledAndCut) {
  const TemporaryFolder folder;
  put(folder, "a.wav", tone(250, 9000, 24000, 2));
  put(folder, "b.wav", tone(250, 1000, 16000));
  const SourceOptions options{.rate = 16000, .length = 1024};
  const AudioSet set = load_audio(collect(folder.string(), options), options);
  EXPECT_EQ(set.report.downmixed, 1);
  EXPECT_EQ(set.report.resampled, 1);
  EXPECT_EQ(set.report.cut, 1);
  EXPECT_EQ(set.report.padded, 1);
  EXPECT_EQ(set.report.formats, (std::map<std::string, int64_t>{{"wav", 2}}));
  EXPECT_NEAR(set.report.longest, 0.375, 1e-9);
  ASSERT_EQ(set.size(), 2);
  for (size_t i = 100; i < 900; ++i)
    EXPECT_NEAR(set.audio[0][i], set.audio[1][i], 5e-3) << "the same tone, whatever its rate";
}

TEST(Audio, QuietBeforeTheSoundIsPassedOver) {
  const TemporaryFolder folder;
  for (int i = 0; i < 4; ++i) {
    Audio late{.rate = 8000, .channels = 1, .values = std::vector<float>(1300)};
    for (int t = 0; t < 1500; ++t)
      late.values.push_back(0.5f * static_cast<float>(std::sin(0.2 * (i + 1) * t)));
    put(folder, std::to_string(i) + ".wav", write_wav(late));
  }
  const auto data = open_dataset(folder.string(), {.length = 1024});
  EXPECT_EQ(decision(*data, "start"),
            "first sound: 4 audio clips begin with quiet, and are cut to where their sound begins");
  const std::vector<float> values = sample(*data, 0).values;
  EXPECT_LT(std::abs(values[10]), 1e-6) << "a little of the quiet";
  EXPECT_GT(*std::ranges::max_element(values), 0.9f);
  EXPECT_GT(*std::ranges::max_element(values.begin() + 30, values.begin() + 60), 0.5f);
}

// A tone that rises all the time: each place sounds different.
Bytes rising(int64_t length) {
  Audio audio{.rate = 8000, .channels = 1, .values = {}};
  for (int64_t t = 0; t < length; ++t) {
    const auto x = static_cast<double>(t);
    audio.values.push_back(0.5f * static_cast<float>(std::sin(0.05 * x + 1e-5 * x * x)));
  }
  return write_wav(audio);
}

TEST(Audio, ARecordingGivesManySamplesAndOthersInEachEpoch) {
  const TemporaryFolder folder;
  put(folder, "long.wav", rising(20 * 1024 + 100));
  const auto data = open_dataset(folder.string(), {.length = 1024});
  ASSERT_EQ(data->size(), 20);
  EXPECT_NE(decision(*data, "windows").find("20: 1 of 1 audio clips are 8 lengths and longer"),
            std::string::npos);
  EXPECT_NE(sample(*data, 0).values, sample(*data, 7).values);
  Sample first, again, later;
  data->draw(7, {.seed = 1, .step = 0}, first);
  data->draw(7, {.seed = 1, .step = 0}, again);
  data->draw(7, {.seed = 1, .step = 1}, later);
  EXPECT_EQ(first.values, again.values);
  EXPECT_NE(first.values, later.values);
  EXPECT_EQ(open_dataset(folder.string(), {.limit = 5, .length = 1024})->size(), 5);
  EXPECT_EQ(open_dataset(folder.string(), {.length = 16384})->size(), 1) << "as before: cut";
}

TEST(Audio, TheRateIsThatOfMostOrTheOneThatLosesLeast) {
  const auto chosen = [](const std::map<int64_t, int64_t>& rates) {
    const TemporaryFolder folder;
    int64_t pitch = 100;
    for (const auto& [rate, n] : rates)
      for (int64_t i = 0; i < n; ++i)
        put(folder, std::to_string(pitch++) + ".wav", tone(static_cast<double>(pitch), 1200, rate));
    return decision(*open_dataset(folder.string()), "rate");
  };
  EXPECT_EQ(
      chosen({{8000, 3}, {16000, 1}}),
      "8000: most of the audio clips, 3 of 4, are at this rate; 1 lose what is above 4000 Hz");
  EXPECT_EQ(chosen({{8000, 2}, {16000, 2}}),
            "16000: no rate has most of the audio clips (2 at 8000, 2 at 16000); none loses "
            "anything at this one");
}

TEST(Audio, EverythingOddIsListedAtOnce) {
  const TemporaryFolder folder;
  put_classes(folder);
  put(folder, "low/cut.wav", to_bytes("RIFF\x10"));
  put(folder, "low/empty.wav", {});
  put(folder, "low/silent.wav", tone(100, 1500, 8000, 1, 0));
  put(folder, "low/text.ogg", to_bytes("not an audio clip"));
  put(folder, "low/again.wav", tone(1000, 1500));
  put(folder, "loose.wav", tone(700, 1500));
  put(folder, "notes.txt", to_bytes("x"));
  const AudioReport report = load_audio(collect(folder.string(), {}), {}).report;
  EXPECT_EQ(lines(report),
            (Names{"loose.wav: has no label: it lies beside the folders of the classes",
                   "low/cut.wav: not a WAV, FLAC, OGG, MP3 or AIFF audio clip",
                   "low/empty.wav: file is empty", "low/silent.wav: is silent",
                   "low/text.ogg: not a WAV, FLAC, OGG, MP3 or AIFF audio clip, but a text"}));
  ASSERT_EQ(report.duplicates.size(), 1u);
  EXPECT_EQ(report.duplicates[0].what, "has the audio clip of high/1.WAV, and another label");
  EXPECT_EQ(report.other_files, (Names{"notes.txt"}));
  EXPECT_EQ(report.samples, 12);
  EXPECT_TRUE(
      complaint(folder.string()).what.starts_with("5 of 12 samples cannot be learned from"));
  const auto data = open_dataset(folder.string(), {.files = {.bad_files = "skip"}});
  EXPECT_EQ(data->size(), 7);
  EXPECT_EQ(data->warnings().size(), 6u);
}

TEST(Audio, ComesFromAZipWithTheSameHash) {
  const TemporaryFolder folder, zipped;
  put_classes(folder);
  ZipWriter zip(zipped / "set.zip");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.string()))
    if (entry.is_regular_file())
      zip.add(std::filesystem::relative(entry.path(), folder.string()).string(),
              read_file(entry.path()));
  zip.commit();
  EXPECT_EQ(open_dataset(zipped / "set.zip")->hash(), open_dataset(folder.string())->hash());
  EXPECT_NE(open_dataset(folder.string(), {.length = 1024})->hash(),
            open_dataset(folder.string())->hash());
}

TEST(Audio, LabelsAreThoseOfDatasetJson) {
  const TemporaryFolder folder;
  put(folder, "1.wav", tone(100, 1500));
  put(folder, "2.wav", tone(200, 1500));
  write_file(
      folder / "dataset.json",
      std::string_view(R"({"labels": [["1.wav", 1], ["2.wav", 0]], "classes": ["x", "y"]})"));
  const auto data = open_dataset(folder.string());
  EXPECT_EQ(data->info().classes, (Names{"x", "y"}));
  EXPECT_EQ(sample(*data, 0).label, 1);
}

TEST(Audio, OptionsOfOtherKindsAreRefused) {
  const TemporaryFolder folder;
  put_classes(folder);
  EXPECT_EQ(complaint(folder.string(), {.image_size = 32}).what,
            "--image-size is for images, and the data is audio clips: " + folder.string());
  EXPECT_TRUE(complaint(folder.string(), {.frames = 16}).usage);
  EXPECT_TRUE(complaint("tones", {.rate = 16000}).usage);
  EXPECT_TRUE(complaint("shapes-motion", {.frames = 16}).usage);
}

// Frame t of video `seed` is of one grey.
Bytes frame(int64_t t, int64_t seed, int64_t side = 8) {
  Image p{side, side, 3, {}};
  p.pixels.assign(static_cast<size_t>(side * side * 3), static_cast<uint8_t>(10 * t + seed));
  p.pixels[0] = 255;  // not grey
  return write_png(p);
}

void put_video(const TemporaryFolder& folder, const std::string& name, int64_t frames,
               int64_t seed) {
  for (int64_t t = 0; t < frames; ++t)
    put(folder, name + "/" + std::to_string(100 + t) + ".png", frame(t, seed));
}

TEST(Video, FoldersOfFramesAreVideosOfTheirMiddleFrames) {
  const TemporaryFolder folder;
  put_video(folder, "run/1", 4, 1);
  put_video(folder, "run/2", 6, 2);
  put_video(folder, "walk/1", 9, 3);
  const auto data = open_dataset(folder.string(), {.frames = 4});
  ASSERT_EQ(data->size(), 3);
  EXPECT_EQ(data->info().dims, (Shape{3, 4, 8, 8}));
  EXPECT_EQ(data->info().classes, (Names{"run", "walk"}));
  EXPECT_EQ(decision(*data, "frames"), "4: the middle ones of videos of 4 to 9");
  const int64_t first[] = {0, 1, 2}, labels[] = {0, 0, 1};
  for (int64_t video = 0; video < 3; ++video) {
    const Sample s = sample(*data, video);
    EXPECT_EQ(s.label, labels[video]);
    ASSERT_EQ(s.values.size(), 3u * 4 * 64);
    for (int64_t t = 0; t < 4; ++t)
      EXPECT_NEAR(s.values[static_cast<size_t>(64 + (4 + t) * 64 - 1)],
                  static_cast<float>(10 * (first[video] + t) + video + 1) / 127.5f - 1, 1e-6);
  }
  EXPECT_EQ(open_dataset(folder.string())->size(), 19) << "without --frames they are images";
}

TEST(Video, BadFramesAndShortVideosAreProblems) {
  const TemporaryFolder folder;
  put_video(folder, "a", 4, 1);
  put_video(folder, "b", 3, 2);
  put_video(folder, "c", 4, 3);
  put(folder, "c/102.png", to_bytes("x"));
  const SourceOptions options{.frames = 4};
  const VideoSet set = load_videos(collect(folder.string(), options), options);
  EXPECT_EQ(lines(set.report),
            (Names{"b: has 3 frames, expected at least 4",
                   "c: c/102.png: not a PNG, JPEG, WebP, TIFF or BMP image, but a text"}));
  EXPECT_EQ(set.files, (Names{"a"}));
  EXPECT_EQ(set.report.samples, 3);
  EXPECT_TRUE(complaint(folder.string(), options)
                  .what.starts_with("2 of 3 samples cannot be learned from"));
}

}  // namespace
}  // namespace gannet
