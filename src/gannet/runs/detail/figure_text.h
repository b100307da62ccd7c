// Figures of a run in messages and pages.
#pragma once

#include <string>

namespace gannet {

std::string figure_text(double value);  // of four digits

}  // namespace gannet
