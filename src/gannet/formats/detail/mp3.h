// MP3 by libmpg123, which libsndfile uses too, but lets print to standard error.
#pragma once

#include <memory>
#include <string>

#include "gannet/base/files.h"

namespace gannet {

class Mp3Decoder {
 public:
  // Throws Error for what has no frame of layer III. `bytes` must outlive it.
  Mp3Decoder(ByteSpan bytes, const std::string& source);
  ~Mp3Decoder();

  int64_t rate() const { return rate_; }
  int64_t channels() const { return channels_; }
  int64_t frames() const { return frames_; }  // counted, whatever the headers say

  // The next values, channels interleaved: at most `frames` times the channels. Returns the frames;
  // 0 at the end. Damaged frames are passed over, as players do. Throws Error where rate or
  // channels change on the way.
  int64_t read(float* to, int64_t frames);

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::string source_;
  int64_t rate_ = 0, channels_ = 0, frames_ = 0;
};

}  // namespace gannet
