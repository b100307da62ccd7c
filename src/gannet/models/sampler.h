// Samples from a network file: reads that file and nothing else. No torch in here.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/data/source_options.h"
#include "gannet/formats/png.h"

namespace gannet {

struct SampleRequest {
  std::vector<uint64_t> seeds;     // one sample each; the seed is the key of all its draws
  std::string label;               // class, by number or name; "": drawn by the seed
  std::vector<double> attributes;  // the condition vector; empty: drawn by the seed
  std::string text;                // the sentence, of a network that draws by sentences
  double truncation = 1;  // z is scaled by it: 1 as trained, 0 the same sample for every seed
  bool beside = false;    // in a grid: each with the image it was made from, and what it should be
};

// Some of the samples asked for, in order.
struct SampleBlock {
  int64_t first, count;
  Bytes bytes;  // images: uint8 [count, H, W, C]; else float32 [count, ...], points in the data's
                // own units
};

// Means over samples, each beside the image it should be (metrics/likeness.h): luma but for l1,
// without a border as wide as the scale where images are enlarged.
struct FullReferenceMetrics {
  double l1 = 0, psnr = 0, ssim = 0;  // grey levels, decibels, at most 1
  double detail = 0;                  // gradient energy, as a share of the real images'
};
struct ImageQuality {
  int64_t samples = 0;
  FullReferenceMetrics made;
  std::optional<FullReferenceMetrics> bicubic;  // the same of the inputs, merely enlarged
};

class Sampler {
 public:
  // A network file, or a run directory (its best network, else its newest). Throws Error.
  explicit Sampler(const Path& network);
  ~Sampler();

  const Path& file() const;
  bool is_image() const;
  bool is_audio() const;
  bool is_video() const;
  double rate() const;                      // of audio clips: samples per second
  std::vector<int64_t> item_shape() const;  // [H, W, C], [C, T, H, W], [C, T] or [D]
  const std::vector<std::string>& classes() const;
  bool takes_class() const;

  // Recipes that make images from images need one: the same for every seed, or that of sample
  // number seed (modulo their number) of a set. A recipe that enlarges takes any size; for others
  // an image is resampled. Throws Error for a set whose images do not fit.
  bool takes_image() const;
  void give(const Image& input);
  void give(const std::string& source, SourceOptions options);
  // Of all that was drawn since then, where a set gave the inputs: it knows what they should
  // become.
  std::optional<ImageQuality> image_quality() const;

  // What of the text the network does not read, as one line; "" where it reads all.
  std::string truncated_text(const std::string& text) const;

  // Throws UsageError for an unknown class, a class or a text asked of networks that take none, no
  // text or no image for those that need one. Memory is that of one block.
  void draw(const SampleRequest& request, const std::function<void(const SampleBlock&)>& put);

  // All of them as one image, row by row (points: one plot).
  Image grid(const SampleRequest& request, int64_t rows, int64_t columns);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gannet
