#include "gannet/tools/detail/game_data.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "gannet/base/error.h"
#include "gannet/base/files.h"
#include "gannet/base/spelling.h"
#include "gannet/data/registry.h"
#include "gannet/formats/checksum.h"
#include "gannet/tools/game.h"

namespace gannet {
namespace {

constexpr uint32_t kSize = 8192;     // points of a drawn set
constexpr uint32_t kDrawLayer = 40;  // of the addresses of these sets

class PointSet : public Dataset {
 public:
  PointSet(std::string name, std::vector<float> points)
      : name_(std::move(name)), points_(std::move(points)) {
    info_.dims = {2};
    info_.columns = {"x", "y"};
    const auto n = static_cast<double>(size());
    for (size_t c = 0; c < 2; ++c) {
      double mean = 0, square = 0;
      for (size_t i = c; i < points_.size(); i += 2) mean += points_[i] / n;
      for (size_t i = c; i < points_.size(); i += 2)
        square += (points_[i] - mean) * (points_[i] - mean) / n;
      info_.mean.push_back(mean);
      info_.scale.push_back(square > 1e-12 ? std::sqrt(square) : 1);
    }
  }

  int64_t size() const override { return static_cast<int64_t>(points_.size() / 2); }
  const DatasetInfo& info() const override { return info_; }
  std::string name() const override { return name_; }
  void get(int64_t index, Sample& into) const override {
    into.values.resize(2);
    into.label = -1;
    for (size_t c = 0; c < 2; ++c)
      into.values[c] = static_cast<float>(
          (points_[2 * static_cast<size_t>(index) + c] - info_.mean[c]) / info_.scale[c]);
  }
  std::string hash() const override {
    return "sha256:" + sha256_hex(std::as_bytes(std::span(points_)));
  }

 private:
  std::string name_;
  std::vector<float> points_;
  DatasetInfo info_;
};

// Two uniforms in [0, 1) and two normals make a point.
using Draw = void (*)(const float* uniform, const float* normal, float* point);

void two_gaussians(const float* u, const float* n, float* p) {
  p[0] = (u[0] < 0.5f ? -1.0f : 1.0f) + 0.2f * n[0];
  p[1] = (u[0] < 0.5f ? -0.5f : 0.5f) + 0.2f * n[1];
}

void line(const float* u, const float* n, float* p) {
  p[0] = 2 * u[0] - 1 + 0.03f * n[0];
  p[1] = 0.6f * (2 * u[0] - 1) + 0.03f * n[1];
}

void ring(const float* u, const float* n, float* p) {
  const float angle = 2 * std::numbers::pi_v<float> * u[0];
  p[0] = std::cos(angle) + 0.04f * n[0];
  p[1] = std::sin(angle) + 0.04f * n[1];
}

void spiral(const float* u, const float* n, float* p) {
  const float t = std::sqrt(u[0]), angle = 3.5f * std::numbers::pi_v<float> * t;
  p[0] = t * std::cos(angle) + 0.02f * n[0];
  p[1] = t * std::sin(angle) + 0.02f * n[1];
}

void moons(const float* u, const float* n, float* p) {
  const float angle = std::numbers::pi_v<float> * u[0];
  const bool upper = u[1] < 0.5f;
  p[0] = (upper ? std::cos(angle) : 1 - std::cos(angle)) - 0.5f + 0.06f * n[0];
  p[1] = (upper ? std::sin(angle) : 0.5f - std::sin(angle)) - 0.25f + 0.06f * n[1];
}

const std::vector<std::pair<std::string, Draw>>& drawn_sets() {
  static const std::vector<std::pair<std::string, Draw>> all = {{"two-gaussians", two_gaussians},
                                                                {"line", line},
                                                                {"ring", ring},
                                                                {"spiral", spiral},
                                                                {"moons", moons}};
  return all;
}

std::vector<float> draw_points(Draw draw) {
  std::vector<float> points(2 * kSize);
  const Address address{.purpose = Purpose::synthetic, .layer = kDrawLayer};
  Address noise = address;
  noise.call = 1;
  for (uint32_t i = 0; i < kSize; ++i) {
    float u[2], n[2];
    uniform(address, i, u);
    normal(noise, i, n);
    draw(u, n, &points[2 * i]);
  }
  return points;
}

// A built-in set in its own units.
std::vector<float> built_in_points(const std::string& name) {
  const std::unique_ptr<Dataset> data = open_dataset(name, {.limit = kSize});
  const DatasetInfo& info = data->info();
  std::vector<float> points;
  Sample sample;
  for (int64_t i = 0; i < data->size(); ++i) {
    data->get(i, sample);
    for (size_t c = 0; c < 2; ++c)
      points.push_back(static_cast<float>(sample.values[c] * info.scale[c] + info.mean[c]));
  }
  return points;
}

}  // namespace

const std::vector<std::string>& game_data_names() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> names = {"ring-8", "grid-25"};
    for (const auto& [name, draw] : drawn_sets()) names.push_back(name);
    return names;
  }();
  return all;
}

std::shared_ptr<const Dataset> point_set(std::string name, std::vector<float> points) {
  if (points.size() < 2 * kFewestPoints || points.size() > 2 * kMostPoints)
    throw UsageError("expected from " + std::to_string(kFewestPoints) + " to " +
                         std::to_string(kMostPoints) + " points, found " +
                         std::to_string(points.size() / 2),
                     "data");
  return std::make_shared<PointSet>(std::move(name), std::move(points));
}

std::shared_ptr<const Dataset> game_data(const std::string& name) {
  for (const auto& [known, draw] : drawn_sets())
    if (known == name) return point_set(name, draw_points(draw));
  if (name == "ring-8" || name == "grid-25") return point_set(name, built_in_points(name));
  const std::string near = closest_name(name, game_data_names());
  throw UsageError("unknown data for a game", name,
                   near.empty() ? "ring-8, grid-25, line, ring, spiral, moons, two-gaussians"
                                : "did you mean " + near + "?");
}

}  // namespace gannet
