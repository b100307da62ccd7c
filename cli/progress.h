// A training run on standard output: one live line on a terminal, plain lines elsewhere.
#pragma once

#include <memory>

#include "gannet/runs/session.h"

namespace gannet::cli {

std::unique_ptr<ProgressListener> make_screen();

}  // namespace gannet::cli
