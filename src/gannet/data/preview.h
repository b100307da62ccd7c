// A data set at a glance, for `gannet data show`: one row a class with its name, or captions under
// the images.
#pragma once

#include "gannet/data/dataset.h"
#include "gannet/formats/png.h"

namespace gannet {

// Images with captions: rows x columns, the caption below; an image that comes with one stands
// to its left. Otherwise what has labels: a row for each class (at most `rows`), `columns` samples
// each, the name in front; audio clips as waveform and spectrogram (at most 8 a row), videos as
// strips of frames (at most 2 a row). Else plain. Points: one scatter plot of the first 5,000.
// Samples are the first of their kind, so the image is the same every time.
Image label_grid(const Dataset& data, int64_t rows, int64_t columns);

}  // namespace gannet
