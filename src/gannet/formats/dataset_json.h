// dataset.json: labels in a file beside pictures, by StyleGAN's convention,
//   {"labels": [["00000/img00000000.png", 3], ...]}
// where a label is a class number, a vector of numbers, or a caption; null instead of the list says
// that there are none. Gannet's own keys, which other readers pass over: "captions" and "vectors",
// lists like "labels" for what goes with a class number; "classes", their names; "pairs": "side".
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gannet {

struct PictureLabel {
  int64_t number = -1;  // of the class
  std::vector<float> vector;
  std::string caption;

  bool operator==(const PictureLabel&) const = default;
};

struct PictureLabels {
  std::map<std::string, PictureLabel, std::less<>> of;  // by path, folders parted by '/'
  std::vector<std::string> classes;  // names; where none are given the numbers, up to the largest
  int64_t vector = 0;                // length of all vectors, 0: none
  bool captions = false;
  bool side_by_side = false;  // each picture holds two

  bool operator==(const PictureLabels&) const = default;
};

// Throws Error naming the path for labels of two kinds, vectors of two lengths, numbers that are no
// class, two labels of one picture; a null label is as if it were not there.
PictureLabels read_dataset_json(std::string_view text, std::string_view source);

std::string write_dataset_json(const PictureLabels& labels);

}  // namespace gannet
