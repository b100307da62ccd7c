// Samples from a network file: reads that file and nothing else. No torch in here.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/formats/png.h"

namespace gannet {

struct SampleRequest {
  std::vector<uint64_t> seeds;  // one sample each; the seed is the key of all its draws
  std::string label;            // class, by number or name; "": drawn by the seed
  std::vector<double> vector;   // the condition vector; empty: drawn by the seed
  double truncation = 1;        // z is scaled by it: 1 as trained, 0 the same sample for every seed
};

// Some of the samples asked for, in order.
struct SampleBlock {
  int64_t first, count;
  Bytes bytes;  // pictures: uint8 [count, H, W, C]; else float32 [count, ...], points in the data's
                // own units
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
  double rate() const;                      // of sounds: samples per second
  std::vector<int64_t> item_shape() const;  // [H, W, C], [C, T, H, W], [C, T] or [D]
  const std::vector<std::string>& classes() const;
  bool takes_class() const;

  // Throws UsageError for an unknown class, or a class asked of networks that take none. Memory is
  // that of one block.
  void draw(const SampleRequest& request, const std::function<void(const SampleBlock&)>& put);

  // All of them as one picture, row by row (points: one plot).
  Picture grid(const SampleRequest& request, int64_t rows, int64_t columns);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gannet
