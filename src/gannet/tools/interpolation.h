// `gannet video`: a walk through a generator's latents, from seed to seed, from class to class,
// from sentence to sentence. No torch in here.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/formats/image.h"

namespace gannet {

struct WalkRequest {
  std::vector<uint64_t> seeds;  // key frames; each looks as `gannet sample` draws it
  // Of the key frames, in turn; empty: by seed. Classes by name or number.
  std::vector<std::string> classes, texts;
  std::vector<std::vector<double>> attributes;
  int64_t frames = 24;  // from one key frame to the next
  double truncation = 1;
  bool loop = true;  // back to the first, so that the last frame leads to it

  // As many as the longest list has.
  size_t key_frames() const {
    return std::max({seeds.size(), classes.size(), texts.size(), attributes.size()});
  }
};

// What was done, besides the frames.
struct WalkReport {
  int64_t frames = 0;
  // "none": no classes; "mixed": what the generator looks up for a class is mixed like the latents;
  // "switched": it cannot be, so each key frame's class holds until half-way to the next.
  std::string classes = "none";
};

class Walker {
 public:
  // A network file, or a run. Throws Error for networks that draw no images.
  explicit Walker(const Path& network);
  ~Walker();

  // Latents move on great circles (White 2016, arXiv:1609.04468), vectors and sentences, as the
  // network reads them, on straight lines. `put` gets each frame in order. Throws UsageError, in
  // the names of the options of `gannet video`, for what the network cannot be asked for.
  WalkReport walk(const WalkRequest& request, const std::function<void(const Image&)>& put);

  const Path& file() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gannet
