// A data set of pictures as a zip that is quick to open: resampled once, PNGs, labels in
// dataset.json (formats/dataset_json.h). StyleGAN's tools read it too.
#pragma once

#include "gannet/base/files.h"
#include "gannet/data/dataset.h"

namespace gannet {

// Writes 00000/img00000000.png and so on, by sample number; pairs side by side, the given one on
// the left. Whole or not at all. Throws Error for a set that is not of pictures.
void pack(const Dataset& data, const Path& zip);

// The same pictures as one array, uint8 [N, H, W, C], .npy or .npz: what `sample --out X.npy`
// writes, for programs that compare the two. No labels.
void pack_array(const Dataset& data, const Path& out);

}  // namespace gannet
