#include <mpg123.h>

#include <algorithm>
#include <cstring>

#include "gannet/base/error.h"
#include "gannet/formats/detail/mp3.h"

namespace gannet {
namespace {

// The bytes as a file of libmpg123.
struct Source {
  ByteSpan bytes;
  off_t at = 0;

  static mpg123_ssize_t read(void* self, void* to, size_t count) {
    auto& s = *static_cast<Source*>(self);
    const size_t n = std::min(count, s.bytes.size() - static_cast<size_t>(s.at));
    if (n > 0) std::memcpy(to, s.bytes.data() + s.at, n);
    s.at += static_cast<off_t>(n);
    return static_cast<mpg123_ssize_t>(n);
  }
  static off_t seek(void* self, off_t offset, int whence) {
    auto& s = *static_cast<Source*>(self);
    const auto size = static_cast<off_t>(s.bytes.size());
    const off_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? s.at : size;
    if (offset < -base || offset > size - base) return -1;
    return s.at = base + offset;
  }
};

}  // namespace

struct Mp3Decoder::State {
  Source from;
  std::unique_ptr<mpg123_handle, decltype(&mpg123_delete)> handle{nullptr, mpg123_delete};
};

Mp3Decoder::Mp3Decoder(ByteSpan bytes, const std::string& source)
    : state_(new State{.from = {bytes}}), source_(source) {
  mpg123_init();
  state_->handle.reset(mpg123_new(nullptr, nullptr));
  mpg123_handle* handle = state_->handle.get();
  if (handle == nullptr) throw Error("no memory for libmpg123", source_);
  mpg123_param(handle, MPG123_ADD_FLAGS, MPG123_QUIET | MPG123_FORCE_FLOAT | MPG123_SKIP_ID3V2, 0);
  mpg123_replace_reader_handle(handle, Source::read, Source::seek, nullptr);
  long rate = 0;
  int channels = 0, encoding = 0;
  const bool open = mpg123_open_handle(handle, &state_->from) == MPG123_OK &&
                    mpg123_getformat(handle, &rate, &channels, &encoding) == MPG123_OK;
  if (!open || encoding != MPG123_ENC_FLOAT_32)
    throw Error("MP3 is damaged, or has no sound in it", source_);
  // Only now, as others are refused. What follows may not change it.
  mpg123_format_none(handle);
  mpg123_format(handle, rate, channels, encoding);
  if (mpg123_scan(handle) != MPG123_OK) throw Error("MP3 is damaged", source_);
  rate_ = rate, channels_ = channels, frames_ = mpg123_length(handle);
}

Mp3Decoder::~Mp3Decoder() = default;

int64_t Mp3Decoder::read(float* to, int64_t frames) {
  size_t done = 0;
  const size_t wanted = static_cast<size_t>(frames * channels_) * sizeof(float);
  int status = MPG123_OK;
  do {
    size_t more = 0;
    status = mpg123_read(state_->handle.get(), reinterpret_cast<unsigned char*>(to) + done,
                         wanted - done, &more);
    done += more;
  } while (done < wanted && (status == MPG123_OK || status == MPG123_NEW_FORMAT));
  if (status != MPG123_OK && status != MPG123_NEW_FORMAT && status != MPG123_DONE && done == 0)
    throw Error(std::string("MP3 is damaged (") + mpg123_strerror(state_->handle.get()) + ")",
                source_);
  return static_cast<int64_t>(done / sizeof(float)) / channels_;
}

}  // namespace gannet
