// Folders and zips of the user's pictures: which samples there are, what is wrong with any of them
// (all of it, before training), and their pixels. Two steps: collect_pictures() by names and
// labels, load_pictures() decodes. Neither throws for a single bad file: it is in the report.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gannet/data/dataset.h"
#include "gannet/data/file_tree.h"
#include "gannet/formats/dataset_json.h"
#include "gannet/formats/picture.h"

namespace gannet {

struct PictureFinding {
  std::string file, what;
};

struct PictureReport {
  std::string kind;                      // "pictures", "pairs of two folders", "pairs side by side"
  int64_t samples = 0;                   // found, good or bad
  std::vector<PictureFinding> problems;  // cannot be learned from, by name
  std::vector<PictureFinding>
      duplicates;                        // the same pixels as one before; learned from all the same
  std::vector<std::string> others;       // files that are no pictures, and were passed over
  std::map<PictureSize, int64_t> sizes;  // as stored, upright
  std::map<std::string, int64_t> formats;  // "png", "jpeg", "webp"
  int64_t enlarged = 0;                    // are smaller than what they were resampled to
  int64_t transparent = 0;
};

// One sample before it is decoded.
struct PictureItem {
  struct File {
    size_t tree = 0, index = 0;
  };
  std::string name;  // of the file, as messages name it
  File real;
  std::optional<File> image;  // the given one of a pair of files
  PictureLabel label;
};

struct PictureCollection {
  std::string name;  // of the set
  std::vector<std::unique_ptr<FileTree>> trees;
  std::vector<PictureItem> items;  // sorted by name
  std::vector<std::string> classes;
  int64_t vector = 0;
  bool captions = false;
  bool side_by_side = false;  // each file is a pair
  std::vector<Decision> decisions;
  PictureReport report;
};

// What a source holds, by its names alone. Throws Error where there are no pictures, and for a
// dataset.json that does not make sense.
PictureCollection collect_pictures(const std::string& source, const SourceOptions& options);

struct PictureSet {
  std::string name;
  DataShape shape;
  // All of the shape's size, or larger with --crop random; image: empty where there are no pairs.
  std::vector<Picture> real, image;
  std::vector<std::string> files;
  std::vector<PictureLabel> labels;
  std::vector<Decision> decisions;
  PictureReport report;
};

// Decodes on several threads, resamples, and holds 8-bit samples: N C S^2 bytes. Throws Error
// before it begins where that is more than the machine's memory.
PictureSet load_pictures(const std::string& source, const SourceOptions& options);

// The set as training takes it. Throws ManyErrors naming bad files, unless they are to be skipped;
// Error where no sample is left.
std::unique_ptr<Dataset> make_dataset(PictureSet set, const SourceOptions& options);

// Does it name a folder, a zip, or A:B, two of them?
bool names_pictures(const std::string& source);
std::optional<std::pair<std::string, std::string>> two_sources(const std::string& source);

Colour parse_colour(const std::string& text, const std::string& option);  // throws UsageError

}  // namespace gannet
