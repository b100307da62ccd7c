// Files that the build puts into the library (cmake/GannetShip.cmake). No torch in here.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace gannet {

struct ShippedFile {
  std::string_view name;  // without folder and ending: "fashion-mnist"
  std::span<const std::byte> bytes;
};

}  // namespace gannet
