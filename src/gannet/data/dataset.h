// A data set: samples by index, as plain numbers, readable from any thread. Opened by name or path:
// registry.h. In batches of tensors: loader.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gannet/base/philox.h"
#include "gannet/data/source_options.h"
#include "gannet/tensor/batch.h"

namespace gannet {

// One sample. `values` has count(info().dims) numbers in the network's range: [-1, 1] for images
// [C, H, W], videos [C, T, H, W] and audio [C, T], standardized for points [D]. The rest is filled
// where the DatasetInfo has it. Reused between calls.
struct Sample {
  std::vector<float> values;
  int64_t label = -1;              // number of the class
  std::vector<float> attributes;   // [K]
  std::vector<int64_t> tokens;     // [T]
  std::vector<float> input_image;  // [C, h, w] in [-1, 1]
  std::string caption;             // UTF-8
};

class Dataset {
 public:
  virtual ~Dataset() = default;
  virtual int64_t size() const = 0;
  virtual const DatasetInfo& info() const = 0;

  // Fills `into` with sample `index`, 0 <= index < size(). Thread-safe. Throws Error.
  virtual void get(int64_t index, Sample& into) const = 0;

  // The sample as one epoch of training augments it: random numbers (the place of a crop, which of
  // several captions) are drawn at this address, from layer 2 on, under the sample's index.
  // Default: get().
  virtual void draw(int64_t index, const Address& epoch, Sample& into) const;

  // The caption of a sample; "" where it has none. Cheap where a set knows it without decoding the
  // sample, so that a tokenizer can read all of them. Default: of get().
  virtual std::string caption(int64_t index) const;
  // All captions of a sample, of which draw() takes one; caption() is the first. Default: that.
  virtual std::vector<std::string> captions(int64_t index) const;

  // "sha256:..." of the content, or of the parameters of a synthetic set.
  virtual std::string hash() const = 0;
  virtual std::string name() const = 0;  // as on the command line, a path reduced to its last part

  // Options that were chosen automatically on opening, with reasons; warnings for the user.
  virtual std::vector<Decision> decisions() const { return {}; }
  virtual std::vector<std::string> warnings() const { return {}; }
};

}  // namespace gannet
