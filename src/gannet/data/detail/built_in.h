// A row of the table of built-in sets (registry.cpp).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gannet/data/registry.h"

namespace gannet {

struct BuiltInSource {
  BuiltInSet about;
  std::vector<std::string> files;  // in data_folder()/NAME/, each plain or with .gz; {}: synthetic
  std::function<std::unique_ptr<Dataset>(const BuiltInSource&, const SourceOptions&)> open;
};

}  // namespace gannet
