// What `--data` names: the built-in sets, and the user's folders, zips and files.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gannet/data/dataset.h"
#include "gannet/data/kind.h"

namespace gannet {

// Opens a built-in name, a fetched set or a part of one (NAME/PART), a folder or zip of images,
// audio clips or videos, A:B (pairs of two of them), an IDX file (with its label file, by the usual
// naming), FILE.npy or FILE.csv of points. Throws UsageError for an unknown name or an option that
// the source does not take, Error for missing or broken files, each with a hint.
std::unique_ptr<Dataset> open_dataset(const std::string& source, const SourceOptions& options = {});

// The same source under a name that holds in any working folder: paths made absolute, also both of
// A:B; built-in names as they are.
std::string absolute_source(const std::string& source);

// Does SourceOptions::image_size apply to the source: files of images, and procedural images?
bool takes_image_size(const std::string& source);

// A built-in set: one line of `gannet data list`.
struct BuiltInSet {
  std::string name, summary, licence;
  bool needs_fetch = false;
  int64_t size = 0;
  bool takes_image_size = false;  // rendered at SourceOptions::image_size
  std::string download;           // what fetching it transfers
  std::string made_of;            // the fetched set whose files it takes; "": its own
  DataKind kind = DataKind::image;
};
const std::vector<BuiltInSet>& built_in_sets();
bool is_fetched(const BuiltInSet& set);
bool built_in_takes_image_size(const std::string& source);

// $GANNET_DATA, else ~/.cache/gannet.
std::string data_folder();

// Modes of a mixture of Gaussians: centres in the data's own units, and their common standard
// deviation.
struct Modes {
  std::vector<std::vector<double>> centres;
  double sigma = 0;
};

// The modes of ring-8 and grid-25; centres empty for any other source.
Modes known_modes(const std::string& source);

// Of a set whose images have an image of another set in each channel, that set: "fashion-mnist" of
// stacked-fashion. "" for any other source.
std::string stacked_set(const std::string& source);

}  // namespace gannet
