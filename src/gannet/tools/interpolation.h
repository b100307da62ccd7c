// `gannet video`: interpolation between key frames in a generator's latents, class embeddings,
// attributes and text embeddings. No torch in here.
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
  std::vector<uint64_t> seeds;  // of the key frames, each the image that `gannet sample` draws
  // Of the key frames, cyclically; empty: drawn by the seed. Classes by name or number.
  std::vector<std::string> classes, texts, attributes;
  int64_t frames = 24;  // from one key frame to the next
  double truncation = 1;
  bool loop = true;  // back to the first, so that the last frame leads to it

  // The length of the longest list.
  size_t key_frames() const {
    return std::max({seeds.size(), classes.size(), texts.size(), attributes.size()});
  }
};

struct WalkReport {
  int64_t frames = 0;
  // "none": no classes; "interpolated": the generator's class embeddings are; "switched": it has
  // none, so each key frame's class holds until half-way to the next.
  std::string classes = "none";
};

class Walker {
 public:
  // A network file, or a run. Of networks that draw points a frame has 256 of them, each with its
  // own latent, over those of all key frames. Throws Error for audio, videos and image-to-image
  // networks.
  explicit Walker(const Path& network, const std::string& device = "auto");
  ~Walker();

  // Latents are interpolated spherically (slerp, White 2016, arXiv:1609.04468), attributes and text
  // embeddings linearly. on_frame gets each frame in order. Throws UsageError naming the option of
  // `gannet video` for a condition that the network has no input for.
  WalkReport walk(const WalkRequest& request, const std::function<void(const Image&)>& on_frame);

  const Path& file() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gannet
