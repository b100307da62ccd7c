// Real images for a network of images, and what its discriminator says of images.
#pragma once

#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/data/source_options.h"
#include "gannet/models/model_file.h"

namespace gannet {

// The data of the run that a network file is in; sets the source's image size as there. "" where
// there is no run.
std::string data_of_run(const Path& network, SourceOptions& source);

// In the network's range, at its size.
struct RealImages {
  std::string name;  // of the data
  Tensor x;
  std::vector<std::string> notes;
};
// At most `limit` of them, chosen by the seed. Throws Error where they are of another shape.
RealImages open_real_images(const std::string& source, const DatasetInfo& info,
                            SourceOptions options, int64_t limit, uint64_t seed);

// Why D cannot score a single image; "" where it can.
std::string discriminator_unusable(Model& model);

// D's logit of images in the network's range [n]; of a D with labels the largest over all classes.
Tensor discriminator_logits(Model& model, const Tensor& images);

}  // namespace gannet
