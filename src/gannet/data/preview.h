// An overview of a data set as one image, for `gannet data show`.
#pragma once

#include "gannet/data/dataset.h"
#include "gannet/formats/png.h"

namespace gannet {

// Images with captions: rows x columns, the caption below; of pairs, the input to the left. Other
// sets with labels: a row for each class (at most `rows`), `columns` samples each, after the class
// name; audio as waveform and spectrogram (at most 8 a row), videos as strips of frames (at most 2
// a row). Without labels: a grid. Points: one scatter plot of the first 5,000. Takes the first
// samples of the set, or of each class, so the image is always the same.
Image preview(const Dataset& data, int64_t rows, int64_t columns);

}  // namespace gannet
