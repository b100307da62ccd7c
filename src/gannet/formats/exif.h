// The one thing that is read of EXIF (JEITA CP-3451, a TIFF structure): which way up an image is.
#pragma once

#include "gannet/base/files.h"

namespace gannet {

// 1 to 8, as upright() takes it; 1 where it is not said, or the structure is damaged. A leading
// "Exif\0\0", as JPEG files have it, is passed over.
int exif_orientation(ByteSpan exif);

}  // namespace gannet
