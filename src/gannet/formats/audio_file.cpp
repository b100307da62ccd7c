#include "gannet/formats/audio_file.h"

#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "gannet/base/error.h"
#include "gannet/formats/detail/mp3.h"
#include "gannet/formats/file_type.h"

namespace gannet {
namespace {

constexpr int64_t kMostChannels = 32, kLeastRate = 1000, kMostRate = 768000;
constexpr int64_t kMostFrames = int64_t{1} << 40;
constexpr std::string_view kFormats[] = {"wav", "flac", "ogg", "mp3", "aiff"};  // file_type.h
constexpr int64_t kAtOnce = 1 << 16;  // frames: what a header claims allocates nothing

// The bytes as a virtual file of libsndfile.
struct Source {
  ByteSpan bytes;
  sf_count_t at = 0;

  static Source& of(void* self) { return *static_cast<Source*>(self); }
  static sf_count_t size(void* self) { return static_cast<sf_count_t>(of(self).bytes.size()); }
  static sf_count_t tell(void* self) { return of(self).at; }
  static sf_count_t write(const void*, sf_count_t, void*) { return 0; }
  static sf_count_t seek(sf_count_t offset, int whence, void* self) {
    const sf_count_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? of(self).at : size(self);
    if (offset < -base || offset > size(self) - base) return -1;
    return of(self).at = base + offset;
  }
  static sf_count_t read(void* to, sf_count_t count, void* self) {
    Source& s = of(self);
    const sf_count_t n = std::clamp<sf_count_t>(count, 0, size(self) - s.at);
    if (n > 0) std::memcpy(to, s.bytes.data() + s.at, static_cast<size_t>(n));
    s.at += n;
    return n;
  }
};

struct Closer {
  void operator()(SNDFILE* file) const { sf_close(file); }
};

class Decoder {
 public:
  Decoder(ByteSpan bytes, std::string_view source) : from_{bytes}, source_(source) {
    if (bytes.empty()) fail("file is empty");
    if (audio_format(bytes).empty())
      fail(not_expected(bytes, "a WAV, FLAC, OGG, MP3 or AIFF audio clip"));
    audio_format(bytes) == "mp3" ? open_mp3() : open_by_libsndfile();
    if (info_.channels < 1 || info_.channels > kMostChannels || info_.rate < kLeastRate ||
        info_.rate > kMostRate)
      fail("has " + std::to_string(info_.channels) + " channels at " + std::to_string(info_.rate) +
           " Hz, expected 1 to 32 at 1000 to 768000");
    if (info_.frames < 1) fail("has no audio clip in it");
    if (info_.frames > kMostFrames) fail("claims " + std::to_string(info_.frames) + " samples");
  }

  AudioInfo info() const { return info_; }

  // f(values, frames) for the first frames, at most `most`, in pieces, channels interleaved.
  template <class F>
  void for_each(int64_t most, F&& f) {
    const int64_t wanted = std::min<int64_t>(most, info_.frames);
    std::vector<float> values;
    for (int64_t have = 0; have < wanted;) {
      const int64_t next = std::min(kAtOnce, wanted - have);
      values.resize(static_cast<size_t>(next * info_.channels));
      const int64_t got =
          mp3_ ? mp3_->read(values.data(), next) : sf_readf_float(file_.get(), values.data(), next);
      if (got <= 0)
        fail("ends after " + std::to_string(have) + " of " + std::to_string(info_.frames) +
             " samples");
      values.resize(static_cast<size_t>(got * info_.channels));
      if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); }))
        fail("has values that are not finite numbers");
      f(values, got);
      have += got;
    }
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw Error(what, source_); }
  void open_mp3() {
    mp3_ = std::make_unique<Mp3Decoder>(from_.bytes, source_);
    info_ = {mp3_->rate(), mp3_->channels(), mp3_->frames()};
  }
  void open_by_libsndfile() {
    SF_VIRTUAL_IO io{Source::size, Source::seek, Source::read, Source::write, Source::tell};
    SF_INFO info{};
    file_.reset(sf_open_virtual(&io, SFM_READ, &info, &from_));
    if (!file_) fail("cannot be read: " + reason(nullptr));
    info_ = {info.samplerate, info.channels, info.frames};
  }
  static std::string reason(SNDFILE* file) {  // a sentence, its full stop taken off
    std::string text = sf_strerror(file);
    while (text.ends_with('.') || text.ends_with('\n')) text.pop_back();
    return text;
  }

  Source from_;
  std::string source_;
  AudioInfo info_;
  std::unique_ptr<SNDFILE, Closer> file_;
  std::unique_ptr<Mp3Decoder> mp3_;
};

std::string_view if_read(const FileType& type) {
  return std::ranges::find(kFormats, type.name) != std::end(kFormats) ? type.name : "";
}

// The mean of the channels, frame by frame.
template <class F>
void for_each_mono(const std::vector<float>& values, int64_t channels, F&& f) {
  for (size_t i = 0; i + static_cast<size_t>(channels) <= values.size();) {
    double sum = 0;
    for (int64_t c = 0; c < channels; ++c) sum += static_cast<double>(values[i++]);
    f(static_cast<float>(sum / static_cast<double>(channels)));
  }
}

}  // namespace

std::string_view audio_format(ByteSpan bytes) { return if_read(file_type(bytes)); }

bool has_audio_name(std::string_view name) { return !if_read(file_type_of_name(name)).empty(); }

AudioInfo read_audio_info(ByteSpan bytes, std::string_view source) {
  return Decoder(bytes, source).info();
}

Audio read_audio(ByteSpan bytes, std::string_view source, int64_t most) {
  Decoder decoder(bytes, source);
  const AudioInfo info = decoder.info();
  Audio audio{.rate = info.rate, .channels = info.channels, .values = {}};
  decoder.for_each(most, [&](const std::vector<float>& values, int64_t) {
    audio.values.insert(audio.values.end(), values.begin(), values.end());
  });
  return audio;
}

Audio read_mono_audio(ByteSpan bytes, std::string_view source, int64_t from, int64_t most) {
  Decoder decoder(bytes, source);
  const AudioInfo info = decoder.info();
  Audio audio{.rate = info.rate, .channels = 1, .values = {}};
  int64_t at = 0;
  const int64_t end = from + std::min(most, kMostFrames);
  decoder.for_each(end, [&](const std::vector<float>& values, int64_t) {
    for_each_mono(values, info.channels, [&](float value) {
      if (at++ >= from) audio.values.push_back(value);
    });
  });
  return audio;
}

AudioLevel measure_audio(ByteSpan bytes, std::string_view source) {
  constexpr float kStep = 1.1f, kBegins = 0.01f;
  Decoder decoder(bytes, source);
  AudioLevel level;
  std::vector<std::pair<float, int64_t>> records;  // values louder than all before, and where
  decoder.for_each(kMostFrames, [&](const std::vector<float>& values, int64_t) {
    for_each_mono(values, decoder.info().channels, [&](float value) {
      const float loud = std::abs(value);
      if (loud > 0 && (records.empty() || loud > kStep * records.back().first))
        records.emplace_back(loud, level.frames);
      level.peak = std::max(level.peak, loud);
      ++level.frames;
    });
  });
  const auto begins =
      std::ranges::find_if(records, [&](const auto& r) { return r.first >= kBegins * level.peak; });
  if (begins != records.end()) level.begins = begins->second;
  return level;
}

}  // namespace gannet
