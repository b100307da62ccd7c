// What was computed of a real set, kept for the next evaluation: $GANNET_DATA/statistics, else
// ~/.cache/gannet/statistics. Files that don't verify are computed anew and replaced; together they
// are bounded, those that were used longest ago go first.
#pragma once

#include <functional>
#include <string>

#include "gannet/base/files.h"
#include "gannet/models/model_file.h"

namespace gannet {

class StatisticsCache {
 public:
  // Not enabled: computes all anew and keeps nothing.
  explicit StatisticsCache(bool enabled, Path folder = default_folder(),
                           uint64_t most_bytes = uint64_t{512} << 20);
  static Path default_folder();

  // The tensors of `key`, a text that names everything they depend on; those of `compute`, where
  // they are not kept yet. A folder that can't be written costs nothing but time.
  NamedTensors get(const std::string& key, const std::function<NamedTensors()>& compute);

  Path file(const std::string& key) const;

 private:
  void make_room(uint64_t bytes) const;

  bool enabled_;
  Path folder_;
  uint64_t most_bytes_;
};

}  // namespace gannet
