#include "gannet/formats/audio_file.h"

#include <sndfile.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstring>
#include <memory>

#include "gannet/base/error.h"
#include "gannet/formats/file_type.h"

namespace gannet {
namespace {

constexpr int64_t kMostChannels = 32, kLeastRate = 1000, kMostRate = 768000;
constexpr int64_t kMostFrames = int64_t{1} << 40;
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
    if (audio_format(bytes).empty()) fail(not_expected(bytes, "a WAV, FLAC or OGG audio clip"));
    SF_VIRTUAL_IO io{Source::size, Source::seek, Source::read, Source::write, Source::tell};
    file_.reset(sf_open_virtual(&io, SFM_READ, &info_, &from_));
    if (!file_) fail("cannot be read: " + reason(nullptr));
    if (info_.channels < 1 || info_.channels > kMostChannels || info_.samplerate < kLeastRate ||
        info_.samplerate > kMostRate)
      fail("has " + std::to_string(info_.channels) + " channels at " +
           std::to_string(info_.samplerate) + " Hz, expected 1 to 32 at 1000 to 768000");
    if (info_.frames < 1) fail("has no audio clip in it");
    if (info_.frames > kMostFrames) fail("claims " + std::to_string(info_.frames) + " samples");
  }

  AudioInfo info() const { return {info_.samplerate, info_.channels, info_.frames}; }

  Audio read(int64_t most) {
    Audio audio{.rate = info_.samplerate, .channels = info_.channels, .values = {}};
    const int64_t wanted = std::min<int64_t>(most, info_.frames);
    for (int64_t have = 0; have < wanted;) {
      const int64_t next = std::min(kAtOnce, wanted - have);
      audio.values.resize(static_cast<size_t>((have + next) * audio.channels));
      const int64_t got =
          sf_readf_float(file_.get(), audio.values.data() + have * audio.channels, next);
      if (got <= 0)
        fail("ends after " + std::to_string(have) + " of " + std::to_string(info_.frames) +
             " samples");
      have += got;
      audio.values.resize(static_cast<size_t>(have * audio.channels));
    }
    if (!std::ranges::all_of(audio.values, [](float value) { return std::isfinite(value); }))
      fail("has values that are not finite numbers");
    return audio;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { throw Error(what, source_); }
  static std::string reason(SNDFILE* file) {  // a sentence, its full stop taken off
    std::string text = sf_strerror(file);
    while (text.ends_with('.') || text.ends_with('\n')) text.pop_back();
    return text;
  }

  Source from_;
  std::string source_;
  SF_INFO info_{};
  std::unique_ptr<SNDFILE, Closer> file_;
};

}  // namespace

std::string_view audio_format(ByteSpan bytes) {
  const std::string_view text = as_text(bytes);
  if (text.starts_with("RIFF") && text.substr(0, 12).ends_with("WAVE")) return "wav";
  if (text.starts_with("fLaC")) return "flac";
  if (text.starts_with("OggS")) return "ogg";
  return "";
}

bool has_audio_name(std::string_view name) {
  std::string end(name.substr(std::min(name.size(), name.find_last_of('.'))));
  std::ranges::transform(end, end.begin(), [](unsigned char c) { return std::tolower(c); });
  return end == ".wav" || end == ".flac" || end == ".ogg" || end == ".oga" || end == ".opus";
}

AudioInfo read_audio_info(ByteSpan bytes, std::string_view source) {
  return Decoder(bytes, source).info();
}

Audio read_audio(ByteSpan bytes, std::string_view source, int64_t most) {
  return Decoder(bytes, source).read(most);
}

}  // namespace gannet
