// gannet runs plot RUN...
#pragma once

#include "cli/command.h"

namespace gannet::cli {

int plot_runs(const Arguments& arguments);

}  // namespace gannet::cli
