// Bytes as text, RFC 4648.
#pragma once

#include <string>

#include "gannet/base/files.h"

namespace gannet {

std::string base64(ByteSpan bytes);

}  // namespace gannet
