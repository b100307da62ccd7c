// A data set of images, audio clips or videos as a zip that is quick to open: resampled once, with
// its labels in dataset.json (formats/dataset_json.h). StyleGAN's tools read those of images too.
#pragma once

#include "gannet/base/files.h"
#include "gannet/data/dataset.h"

namespace gannet {

// Writes 00000/img00000000.png and so on, by sample number; pairs side by side, the input on the
// left. Audio is snd00000000.wav of 16 bits, videos folders clip00000000 of frames
// 000.png. Whole or not at all. Throws Error for points.
void pack(const Dataset& data, const Path& zip);

// The same images as one array, uint8 [N, H, W, C], .npy or .npz: what `sample --out X.npy`
// writes, for programs that compare the two. No labels.
void pack_array(const Dataset& data, const Path& out);

}  // namespace gannet
