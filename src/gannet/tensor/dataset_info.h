// The shape of a data set, as far as networks and sampling need to know it. No torch in here.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gannet/formats/deep_image.h"

namespace gannet {

class Tokenizer;        // text/tokenizer.h
struct TableColumns;    // formats/columns.h
struct AttributeTable;  // formats/columns.h

using Shape = std::vector<int64_t>;  // of one sample, without the batch axis, unless said otherwise

std::string to_string(const Shape& shape);  // "[3, 64, 64]"
int64_t count(const Shape& shape);          // elements

// What a data set is made of (TFDS' DatasetInfo).
struct DatasetInfo {
  Shape dims;                                  // [C, H, W], [C, T, H, W], [C, T] or [D]
  std::vector<std::string> classes;            // empty: no labels
  int64_t attributes = 0;                      // width of Condition::attributes, 0: none
  std::shared_ptr<const AttributeTable> attribute_table;  // their names and units; null: plain
  int64_t tokens = 0;                          // length T of Condition::tokens, 0: none
  int64_t vocabulary = 0;                      // token numbers are below this
  std::shared_ptr<const Tokenizer> tokenizer;  // of the sentences, where there are any
  Shape input_image;                           // shape of Condition::input_image, empty: none
  double rate = 0;                             // samples per second, audio only
  // Images with --value-range: the stored values that are -1 and 1 (of input_image too).
  std::optional<StoredRange> value_range, input_range;
  double image_scale = 0;  // of images from files: pixels of a sample for one stored; 0: unknown
  // Points only: real = (x - mean) / scale, per column.
  std::vector<double> mean, scale;
  std::vector<std::string> columns;
  std::shared_ptr<const TableColumns> table;  // of a CSV file: how to write it again; null: none

  bool is_image() const { return dims.size() == 3; }
  bool is_video() const { return dims.size() == 4; }
  bool is_audio() const { return dims.size() == 2; }
  bool is_points() const { return dims.size() == 1; }
  int64_t channels() const { return dims.at(0); }
  int64_t classes_count() const { return static_cast<int64_t>(classes.size()); }
};

}  // namespace gannet
