// dataset.json: labels in a file beside images, by StyleGAN's convention,
//   {"labels": [["00000/img00000000.png", 3], ...]}
// where a label is a class number, a vector of numbers, a caption or a list of captions; null
// instead of the list says that there are none. Gannet's own keys, which other readers ignore:
// "captions" and "vectors", lists like "labels" in addition to class numbers; "classes", their
// names; "attributes", what the numbers of the vectors are ("Age", or an object of name, words and
// yes_no); "pairs": "side".
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/formats/columns.h"

namespace gannet {

constexpr const char* kDatasetJson = "dataset.json";  // name of the file

struct SampleLabel {
  int64_t number = -1;  // of the class
  std::vector<float> attributes;  // in their own units
  std::vector<std::string> captions;

  bool operator==(const SampleLabel&) const = default;
};

struct SampleLabels {
  std::map<std::string, SampleLabel, std::less<>> of;  // by path, folders separated by '/'
  std::vector<std::string> classes;  // names; without "classes" the numbers, up to the largest
  int64_t attributes = 0;            // length of all vectors, 0: none
  std::vector<Column> attribute_columns;  // what they are; empty: not said
  bool captions = false;
  bool side_by_side = false;  // each image holds two
  std::vector<std::string> notes;  // what was forgiven, a line each: it is not written

  bool operator==(const SampleLabels&) const = default;
};

// UTF-8, or as decode_text() reads it; commas before a closing bracket are passed over. Throws Error
// naming line and column where it is not JSON otherwise, and the path for labels of two kinds,
// vectors of two lengths, numbers that are no class, two labels of one image; a null label is as if
// it were not there, an empty caption is none.
SampleLabels read_dataset_json(ByteSpan bytes, std::string_view source);

std::string write_dataset_json(const SampleLabels& labels);

}  // namespace gannet
