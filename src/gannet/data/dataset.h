// A data set: samples by index, as plain numbers, readable from any thread (no tensor operators in
// here).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gannet/base/philox.h"
#include "gannet/data/source_options.h"
#include "gannet/tensor/batch.h"

namespace gannet {

// One sample. `values` has count(shape.dims) numbers, already in the network's range: [-1, 1] for
// images (planes C, H, W), videos (C, T, H, W) and audio clips, standardised for points. The rest
// is filled where the DatasetInfo has it. Reused between calls.
struct Sample {
  std::vector<float> values;
  int64_t label = -1;
  std::vector<float> attributes;
  std::vector<int64_t> tokens;
  std::vector<float> input_image;
  std::string caption;
};

class Dataset {
 public:
  virtual ~Dataset() = default;
  virtual int64_t size() const = 0;
  virtual const DatasetInfo& info() const = 0;
  virtual void get(int64_t index,
                   Sample& into) const = 0;  // 0 <= index < size(); thread-safe; throws Error
  // The same as one epoch of training shows it: what a set draws anew each time (the place of a
  // crop) stands at this address, of layers from 2 on, under the sample's number. Default: get().
  virtual void draw(int64_t index, const Address& epoch, Sample& into) const;
  // The sentence of a sample, as raw text in UTF-8; "" where it has none. Cheap where a set can
  // tell it without making the sample, so that a tokenizer can read all of them.
  virtual std::string caption(int64_t index) const;
  virtual std::string hash()
      const = 0;  // "sha256:..." of the content, or of the recipe of a synthetic set
  virtual std::string name() const = 0;  // as on the command line, a path reduced to its last part

  // What the source chose by itself when it was opened, and what the user should
  // add_condition_input.
  virtual std::vector<Decision> decisions() const { return {}; }
  virtual std::vector<std::string> warnings() const { return {}; }
};

// Modes of a synthetic set of points: centres in the data's own units, and their common standard
// deviation.
struct Modes {
  std::vector<std::vector<double>> centres;
  double sigma = 0;
};

// Opens what `--data` names: a built-in name, a folder or zip of images, audio clips or videos, A:B
// (pairs of two of them), an IDX file (labels beside it by the usual naming), FILE.npy or FILE.csv
// of points. Throws UsageError for an unknown name or an option that the source does not take,
// Error for missing or broken files, with what to do.
std::unique_ptr<Dataset> open_dataset(const std::string& source, const SourceOptions& options = {});

// The known modes of a built-in set of points; centres empty for any other set.
Modes known_modes(const std::string& source);

// One line of `gannet data list`.
struct BuiltIn {
  std::string name, summary, licence;
  bool needs_fetch = false;
  int64_t size = 0;
  bool any_size = false;  // drawn at SourceOptions::image_size
};
const std::vector<BuiltIn>& built_in_sets();
bool is_fetched(const BuiltIn& set);
bool is_drawn_at_any_size(const std::string& source);  // does SourceOptions::image_size apply?

// $GANNET_DATA, else ~/.cache/gannet.
std::string data_folder();

}  // namespace gannet
