// Mixtures of Gaussians in the plane, as in the experiments of PacGAN (Lin et al. 2018,
// arXiv:1712.04086, 4.1): ring-8: on the unit circle, variance 1e-4; grid-25: at (-4 + 2i, -4 +
// 2j), variance 0.0025.
#include "gannet/data/synthetic/detail/gaussian.h"

#include <cmath>
#include <numbers>

#include "gannet/base/error.h"
#include "gannet/base/philox.h"
#include "gannet/data/detail/checks.h"
#include "gannet/formats/checksum.h"

namespace gannet {
namespace {

constexpr int64_t kSize = 100000;

Modes ring() {
  Modes modes{.centres = {}, .sigma = 0.01};
  for (int k = 0; k < 8; ++k) {
    const double angle =
        2 * std::numbers::pi * k / 8;  // the endpoint, which is the first again, is left out
    modes.centres.push_back({std::cos(angle), std::sin(angle)});
  }
  return modes;
}

Modes grid() {
  Modes modes{.centres = {}, .sigma = 0.05};
  for (int i = 0; i < 5; ++i)
    for (int j = 0; j < 5; ++j) modes.centres.push_back({-4.0 + 2 * i, -4.0 + 2 * j});
  return modes;
}

class Gaussians : public Dataset {
 public:
  Gaussians(std::string name, const SourceOptions& options)
      : name_(std::move(name)), modes_(gaussian_modes(name_)), size_(limited(kSize, options)) {
    draw_ = {
        .seed = options.seed, .repeat = split_number(options.split), .purpose = Purpose::synthetic};
    info_.dims = {2};
    info_.columns = {"x", "y"};
    for (size_t k = 0; k < modes_.centres.size(); ++k) info_.classes.push_back(std::to_string(k));
    for (size_t c = 0; c < 2;
         ++c) {  // both mixtures are centred: the variance is that of the centres plus their own
      double square = 0;
      for (const auto& centre : modes_.centres) square += centre[c] * centre[c];
      info_.mean.push_back(0);
      info_.scale.push_back(std::sqrt(square / static_cast<double>(modes_.centres.size()) +
                                      modes_.sigma * modes_.sigma));
    }
  }

  int64_t size() const override { return size_; }
  const DatasetInfo& info() const override { return info_; }
  std::string name() const override { return name_; }

  void get(int64_t index, Sample& into) const override {
    check_index(index, size_);
    const auto sample = static_cast<uint32_t>(index);
    Address offset = draw_;
    offset.call = 1;
    float noise[2];
    normal(offset, sample, noise);
    into.label = integer(draw_, sample, static_cast<uint32_t>(modes_.centres.size()));
    const std::vector<double>& centre = modes_.centres[static_cast<size_t>(into.label)];
    into.values.resize(2);
    for (size_t c = 0; c < 2; ++c)
      into.values[c] = static_cast<float>((centre[c] + modes_.sigma * noise[c]) / info_.scale[c]);
  }

  std::string hash() const override {
    return "sha256:" +
           sha256_hex(as_bytes("gannet " + name_ + " 1, seed " + std::to_string(draw_.seed) +
                               ", split " + std::to_string(draw_.repeat) + ", size " +
                               std::to_string(size_)));
  }

 private:
  std::string name_;
  Modes modes_;
  int64_t size_;
  Address draw_;
  DatasetInfo info_;
};

BuiltInSource gaussian_set(std::string name, std::string summary) {
  return {.about = {.name = std::move(name),
                    .summary = std::move(summary),
                    .licence = "made by Gannet",
                    .size = kSize,
                    .kind = DataKind::points},
          .files = {},
          .open = [](const BuiltInSource& source,
                     const SourceOptions& options) -> std::unique_ptr<Dataset> {
            return std::make_unique<Gaussians>(source.about.name, options);
          }};
}

}  // namespace

Modes gaussian_modes(const std::string& name) {
  if (name == "ring-8") return ring();
  if (name == "grid-25") return grid();
  return {};
}

std::vector<BuiltInSource> gaussian_sources() {
  return {gaussian_set("ring-8", "points: eight narrow Gaussians on a circle"),
          gaussian_set("grid-25", "points: 25 narrow Gaussians on a 5x5 grid")};
}

}  // namespace gannet
