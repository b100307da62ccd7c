// The kinds of data behind open_dataset(): one file each. Not part of the library's interface.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/data/dataset.h"

namespace gannet {

// A built-in set: its line in `gannet data list`, and how it is opened.
struct BuiltInSource {
  BuiltIn about;
  std::vector<std::string> files;  // what it needs in data_folder()/NAME/, each plain or with .gz
  std::function<std::unique_ptr<Dataset>(const BuiltInSource&, const SourceOptions&)> open;
};

std::vector<BuiltInSource> idx_sources();       // fashion-mnist, mnist
std::vector<BuiltInSource> gaussian_sources();  // ring-8, grid-25
std::vector<BuiltInSource> shapes_sources();    // shapes, shapes-pairs, shapes-motion
std::vector<BuiltInSource> tones_sources();     // tones

// `path`, or path + ".gz", whichever is there; empty where neither is.
Path plain_or_gzipped(const Path& path);

// An IDX file of images [N, H, W]. Without `labels` the set has none; without `classes` the
// labels are its names.
std::unique_ptr<Dataset> open_idx(const Path& images, const Path& labels,
                                  std::vector<std::string> classes, std::string name,
                                  const SourceOptions& options);
Path labels_beside(const Path& images);  // by the usual naming; empty where there are none

// Points [N, D] from FILE.npy or FILE.csv, standardised column by column.
std::unique_ptr<Dataset> open_points(const Path& path, const SourceOptions& options);

Modes gaussian_modes(const std::string& name);  // of ring-8 and grid-25, else empty

// 0 train, 1 test. Throws UsageError for another name.
uint32_t split_number(const std::string& split);
int64_t limited(int64_t size, const SourceOptions& options);  // min(size, limit)
void check_index(int64_t index, int64_t size);                // throws Error unless in [0, size)

// A byte of an image as networks see it: [-1, 1]; and back: rounded, clamped.
inline float to_network_range(uint8_t value) { return static_cast<float>(value) / 127.5f - 1.0f; }
inline uint8_t from_network_range(float value) {
  return static_cast<uint8_t>(std::clamp(127.5f * value + 128.0f, 0.0f, 255.0f));
}

}  // namespace gannet
