#include "gannet/data/synthetic/detail/procedural.h"

#include "gannet/base/error.h"
#include "gannet/data/chw.h"
#include "gannet/data/detail/checks.h"
#include "gannet/formats/checksum.h"

namespace gannet {

ProceduralDataset::ProceduralDataset(std::string name, int64_t size, uint32_t layer,
                                     const SourceOptions& options)
    : draw_{.seed = options.seed,
            .repeat = split_number(options.split),
            .purpose = Purpose::synthetic,
            .layer = layer},
      name_(std::move(name)),
      size_(limited(size, options)) {}

std::string ProceduralDataset::hash() const {
  return "sha256:" +
         sha256_hex(as_bytes("gannet " + name_ + " 1" + (variant_.empty() ? "" : ", " + variant_) +
                             ", seed " + std::to_string(draw_.seed) + ", split " +
                             std::to_string(draw_.repeat) + ", size " + std::to_string(size_)));
}

uint32_t ProceduralDataset::checked(int64_t index) const {
  check_index(index, size_);
  return static_cast<uint32_t>(index);
}

int64_t checked_side(const SourceOptions& options, const std::string& name, int64_t standard,
                     int64_t smallest, int64_t largest) {
  const int64_t side = options.image_size < 0 ? standard : options.image_size.width;
  if (options.image_size > 0 && !options.image_size.is_square())
    throw UsageError(name + " are squares, not " + size_text(options.image_size), "--image-size",
                     "--image-size " + std::to_string(standard));
  if (side < smallest || side > largest)
    throw UsageError(name + " are rendered at " + std::to_string(smallest) + " to " +
                         std::to_string(largest) + " pixels, not at " + std::to_string(side),
                     "--image-size");
  return side;
}

void to_network_range(const std::vector<uint8_t>& bytes, std::vector<float>& values) {
  values.resize(bytes.size());
  for (size_t i = 0; i < bytes.size(); ++i) values[i] = to_network_range(bytes[i]);
}

}  // namespace gannet
