// What flows through a training step: batches, conditions, and the shape of a data set.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gannet {

class Tokenizer;  // formats/tokenizer.h

using at::Tensor;
using Shape = std::vector<int64_t>;  // of one sample, without the batch axis, unless said otherwise

std::string to_string(const Shape& shape);  // "[3, 64, 64]"
int64_t count(const Shape& shape);          // elements

// What goes with a sample besides itself; undefined where absent.
// labels int64 [N], vector float [N, K], tokens int64 [N, T], image float [N, C, h, w]; sentence
// float [N, W]: tokens that are read already (Gan::encode_text).
struct Condition {
  Tensor labels, attributes, tokens, input_image, text_embedding;
};

// real: [N, C, H, W] in [-1, 1] (images), [N, C, T, H, W] in [-1, 1] (videos of T frames), [N, C,
// T] in [-1, 1] (audio), [N, D] standardised (points).
struct Batch {
  Tensor real;
  Condition cond;
  int64_t size() const { return real.size(0); }
};

// What a data set is made of, as far as networks and sampling need to know.
struct DatasetInfo {
  Shape dims;                        // [C, H, W], [C, T, H, W], [C, T] or [D]
  std::vector<std::string> classes;  // empty: no labels
  int64_t attributes = 0;            // width of Condition::attributes, 0: none
  int64_t tokens = 0;                // length T of Condition::tokens, 0: none
  int64_t vocabulary = 0;            // token numbers are below this
  std::shared_ptr<const Tokenizer>
      tokenizer;      // that makes tokens of sentences, where there are any
  Shape input_image;  // shape of Condition::input_image, empty: none
  double rate = 0;    // samples per second, audio only
  // Points only: real = (x - mean) / scale, per column.
  std::vector<double> mean, scale;
  std::vector<std::string> columns;

  bool is_image() const { return dims.size() == 3; }
  bool is_video() const { return dims.size() == 4; }
  bool is_audio() const { return dims.size() == 2; }
  bool is_points() const { return dims.size() == 1; }
  int64_t channels() const { return dims.at(0); }
  int64_t classes_count() const { return static_cast<int64_t>(classes.size()); }
};

// Throws Error("NAME is [64, 1, 28, 28], expected [N, 3, 28, 28]") unless x has these sizes; -1 is
// any.
void check_shape(const Tensor& x, at::IntArrayRef expected, std::string_view name);

}  // namespace gannet
