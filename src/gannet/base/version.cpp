#include "gannet/base/version.h"

namespace gannet {

std::string_view version() { return GANNET_VERSION; }

}  // namespace gannet
