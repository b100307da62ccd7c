// gannet sample --input FOLDER --outdir OUT: all images of a folder or zip through a network that
// makes images from images.
#pragma once

#include <optional>
#include <string>

#include "gannet/models/sampler.h"

namespace gannet::cli {

struct FolderRequest {
  std::string input, outdir;
  SampleRequest request;  // its seeds: one image a seed
  std::optional<Colour> background;
  std::string value_range = "network";  // InputRange::option
  bool overwrite = false;               // OutputFolder's
};

bool is_folder_of_inputs(const std::string& input);  // or a zip

// Writes OUT/sub/name.png for each image sub/name.*, in natural order; a bad one stops nothing: all
// of them are named at the end. Returns the exit status. Throws Error where no image is in it,
// UsageError where OUT is the input.
int sample_folder(Sampler& sampler, const FolderRequest& folder);

}  // namespace gannet::cli
