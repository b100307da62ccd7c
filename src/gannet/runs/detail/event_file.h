// The event file of a run (TensorBoard): scalars and images, appended record by record.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "gannet/base/files.h"
#include "gannet/formats/image.h"

namespace gannet {

class EventFile {
 public:
  explicit EventFile(Path path) : path_(std::move(path)) {}

  void start() const;  // a new file, of the first record alone

  // Each number of a JSON object; keys of nested objects joined by '/' are the tags.
  void add_scalars(int64_t step, const nlohmann::json& object) const;
  void add_image(int64_t step, const std::string& tag, const Image& image, const Bytes& png) const;

 private:
  Path path_;
};

}  // namespace gannet
