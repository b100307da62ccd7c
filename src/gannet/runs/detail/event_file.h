// The event file of a run (TensorBoard): scalars, images, hyperparameters and how the run ended,
// appended record by record.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/formats/image.h"

namespace gannet {

class EventFile {
 public:
  explicit EventFile(Path path) : path_(std::move(path)) {}

  // A new file: the first record, and the options (options.json) for the HPARAMS page.
  void start(const nlohmann::json& options) const;

  // Each number of a JSON object; keys of nested objects joined by '/' are the tags.
  void add_scalars(int64_t step, const nlohmann::json& object) const;
  // Tags metrics/NAME.
  void add_metrics(int64_t step, const std::vector<std::pair<std::string, double>>& metrics) const;
  // Of a run that ends after `step`; a resume from there cuts it off again.
  void end(int64_t step, bool well) const;
  void add_image(int64_t step, const std::string& tag, const Image& image, const Bytes& png) const;

 private:
  Path path_;
};

}  // namespace gannet
