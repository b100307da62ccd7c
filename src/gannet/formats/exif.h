// The orientation of an image by EXIF (JEITA CP-3451, a TIFF structure); nothing else is read.
#pragma once

#include "gannet/base/files.h"

namespace gannet {

// 1 to 8, as upright() takes it; 1 where it is missing, or the structure is damaged. A leading
// "Exif\0\0", as in JPEG files, is skipped.
int exif_orientation(ByteSpan exif);

}  // namespace gannet
