// dataset.json: labels in a file beside images, by StyleGAN's convention,
//   {"labels": [["00000/img00000000.png", 3], ...]}
// where a label is a class number, a vector of numbers, or a caption; null instead of the list says
// that there are none. Gannet's own keys, which other readers ignore: "captions" and "vectors",
// lists like "labels" in addition to class numbers; "classes", their names; "pairs": "side".
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gannet {

constexpr const char* kDatasetJson = "dataset.json";  // name of the file

struct SampleLabel {
  int64_t number = -1;  // of the class
  std::vector<float> attributes;
  std::string caption;

  bool operator==(const SampleLabel&) const = default;
};

struct SampleLabels {
  std::map<std::string, SampleLabel, std::less<>> of;  // by path, folders separated by '/'
  std::vector<std::string> classes;  // names; without "classes" the numbers, up to the largest
  int64_t attributes = 0;            // length of all vectors, 0: none
  bool captions = false;
  bool side_by_side = false;  // each image holds two

  bool operator==(const SampleLabels&) const = default;
};

// Throws Error naming the path for labels of two kinds, vectors of two lengths, numbers that are no
// class, two labels of one image; a null label is as if it were not there.
SampleLabels read_dataset_json(std::string_view text, std::string_view source);

std::string write_dataset_json(const SampleLabels& labels);

}  // namespace gannet
