// What the sets that Gannet draws have in common: a size, a name, and samples that are a function
// of (seed, split, number). Not part of the library's interface.
#pragma once

#include <string>
#include <vector>

#include "gannet/base/philox.h"
#include "gannet/data/detail/built_in.h"

namespace gannet {

class DrawnSet : public Dataset {
 public:
  // `layer` tells the draws of one set from those of the others.
  DrawnSet(std::string name, int64_t size, uint32_t layer, const SourceOptions& options);

  int64_t size() const override { return size_; }
  const DatasetInfo& info() const override { return info_; }
  std::string name() const override { return name_; }
  std::string hash() const override;

 protected:
  uint32_t checked(int64_t index) const;  // throws Error unless 0 <= index < size()

  Address draw_;
  DatasetInfo info_;
  std::string variant_;  // what else the samples depend on, as in "side 32"

 private:
  std::string name_;
  int64_t size_;
};

// The side that `options` ask for. Throws UsageError outside of [smallest, largest].
int64_t drawn_side(const SourceOptions& options, const std::string& name, int64_t normal,
                   int64_t smallest, int64_t largest);

// 8-bit values as networks see them.
void to_network_range(const std::vector<uint8_t>& bytes, std::vector<float>& values);

// The table row of a set that is drawn.
template <class Set>
BuiltInSource drawn_source(std::string name, std::string summary, int64_t size, bool any_size) {
  return {
      .about = {std::move(name), std::move(summary), "made by Gannet", false, size, any_size},
      .files = {},
      .open = [](const BuiltInSource&, const SourceOptions& options) -> std::unique_ptr<Dataset> {
        return std::make_unique<Set>(options);
      }};
}

}  // namespace gannet
