// Are two files, or two folders, the same but for their names? No torch in here.
#pragma once

#include "gannet/base/files.h"

namespace gannet::server {

// Two files of the same extension and bytes; two folders with the same paths below them, each of
// the same bytes. What cannot be read is not the same.
bool same_files(const Path& a, const Path& b);

}  // namespace gannet::server
