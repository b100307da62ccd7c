// What procedural data sets have in common: a size, a name, and samples that are a function of
// (seed, split, index).
#pragma once

#include <string>
#include <vector>

#include "gannet/base/philox.h"
#include "gannet/data/detail/built_in.h"

namespace gannet {

class ProceduralDataset : public Dataset {
 public:
  // `layer`: of the random numbers' address, another for each set.
  ProceduralDataset(std::string name, int64_t size, uint32_t layer, const SourceOptions& options);

  int64_t size() const override { return size_; }
  const DatasetInfo& info() const override { return info_; }
  std::string name() const override { return name_; }
  std::string hash() const override;

 protected:
  uint32_t checked(int64_t index) const;  // throws Error unless 0 <= index < size()

  Address draw_;  // of sample 0, call 0
  DatasetInfo info_;
  std::string variant_;  // further parameters for the hash, as in "side 32"

 private:
  std::string name_;
  int64_t size_;
};

// options.image_size, or `standard` where it is not set. Throws UsageError outside of [smallest,
// largest].
int64_t checked_side(const SourceOptions& options, const std::string& name, int64_t standard,
                     int64_t smallest, int64_t largest);

// 8-bit values to [-1, 1].
void to_network_range(const std::vector<uint8_t>& bytes, std::vector<float>& values);

// The table row of a procedural set.
template <class Set>
BuiltInSource procedural_source(std::string name, std::string summary, int64_t size,
                                bool takes_image_size, DataKind kind = DataKind::image) {
  return {
      .about = {.name = std::move(name),
                .summary = std::move(summary),
                .licence = "made by Gannet",
                .size = size,
                .takes_image_size = takes_image_size,
                .kind = kind},
      .files = {},
      .open = [](const BuiltInSource&, const SourceOptions& options) -> std::unique_ptr<Dataset> {
        return std::make_unique<Set>(options);
      }};
}

}  // namespace gannet
