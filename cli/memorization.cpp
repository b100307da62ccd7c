#include "cli/memorization.h"

#include <algorithm>
#include <cmath>

#include "cli/command.h"
#include "cli/format.h"
#include "cli/threads.h"
#include "gannet/base/error.h"
#include "gannet/data/input_range.h"
#include "gannet/image/font.h"
#include "gannet/tools/memorization.h"

namespace gannet::cli {
namespace {

constexpr Colour kPaper = {255, 255, 255}, kInk = {40, 40, 40};
constexpr int64_t kSide = 84, kGap = 8, kColumns = 4;  // pixels; neighbours
constexpr size_t kMostSamples = 64, kMostRows = 16;    // of the image; of the table

std::string distance_text(double distance) { return number(distance, "%.4f"); }

std::vector<Image> draw_samples(Sampler& sampler, const SampleRequest& request) {
  std::vector<Image> samples;
  const std::vector<int64_t> shape = sampler.item_shape();  // [H, W, C]
  const int64_t size = shape[0] * shape[1] * shape[2];
  sampler.draw(request, [&](const SampleBlock& block) {
    const auto* pixels = reinterpret_cast<const uint8_t*>(block.bytes.data());
    for (int64_t i = 0; i < block.count; ++i)
      samples.push_back(
          {shape[1], shape[0], shape[2], {pixels + i * size, pixels + (i + 1) * size}});
  });
  return samples;
}

Image drawn(const MemorizationReport& report) {
  const Image& one = report.images[0];
  const int64_t scale = std::max<int64_t>(1, kSide / one.width), width = one.width * scale,
                pitch = width + kGap, height = one.height * scale + kGlyphHeight + 2 * kGap;
  const auto rows = static_cast<int64_t>(report.neighbours.size());
  Image canvas = blank((kColumns + 1) * pitch + 3 * kGap, rows * height + 3 * kGap, kPaper);
  draw_text(canvas, kGap, 4, "sample", kInk);
  draw_text(canvas, 3 * kGap + pitch, 4, "nearest training images, distance", kInk);
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column <= kColumns; ++column) {
      const int64_t left = kGap + column * pitch + (column > 0 ? 2 * kGap : 0),
                    top = 2 * kGap + row * height;
      paste(canvas, report.images[static_cast<size_t>(row * (kColumns + 1) + column)], left, top,
            scale);
      if (column == 0) continue;
      const Neighbour& n =
          report.neighbours[static_cast<size_t>(row)][static_cast<size_t>(column - 1)];
      draw_text(canvas, left, top + one.height * scale + 3, number(n.distance, "%.3f"), kInk);
    }
  return canvas;
}

std::string report_text(const MemorizationReport& report, const SampleRequest& request) {
  std::vector<std::vector<std::string>> rows = {
      {"seed", "nearest", "distance", "real images nearer to another"}};
  std::vector<double> distances;
  int64_t close = 0;  // samples nearer to a training image than 99% of those are to another
  for (size_t i = 0; i < report.neighbours.size(); ++i) {
    const Neighbour& n = report.neighbours[i][0];
    const double share = report.share_below(n.distance);
    close += share <= 0.01;
    distances.push_back(n.distance);
    if (i < kMostRows)
      rows.push_back({std::to_string(request.seeds[i]), std::to_string(n.number),
                      distance_text(n.distance), number(100 * share, "%.0f%%")});
  }
  std::ranges::sort(distances);
  const auto samples = static_cast<double>(distances.size());
  std::string text = table(rows);
  if (distances.size() > kMostRows)
    text += "and " + std::to_string(distances.size() - kMostRows) + " more\n";
  text += "\nmedian distance to the nearest of " + std::to_string(report.data_size) +
          " real images: " + distance_text(distances[distances.size() / 2]) + " of samples, " +
          distance_text(report.real_distances[report.real_distances.size() / 2]) + " of " +
          std::to_string(report.real_distances.size()) + " real ones to another\n" +
          std::to_string(close) + " of " + std::to_string(distances.size()) +
          " samples lie nearer to a real image than 99% of the real ones do; of as many real "
          "ones " +
          number(0.01 * samples, "%.1f") + " would\n";
  const bool copies = static_cast<double>(close) > std::max(2.0, 0.05 * samples);
  return text + (copies ? "these samples look like copies of training images\n"
                        : "these samples do not look like copies\n");
}

}  // namespace

std::string write_nearest(Sampler& sampler, const SampleRequest& request, const std::string& source,
                          const std::string& out, const std::string& device) {
  if (!out.ends_with(".png"))
    throw UsageError("expected one image", "--nearest", "--out nearest.png");
  if (!sampler.is_image()) throw UsageError("this network draws no images", "--nearest");
  if (request.seeds.size() > kMostSamples)
    throw UsageError("expected at most " + std::to_string(kMostSamples) + " seeds with --nearest",
                     "--seeds");
  SourceOptions options;
  options.threads = chosen_threads();
  options.files.value_range = range_option(sampler.value_range(), "network");
  const MemorizationReport report =
      nearest_training_images(draw_samples(sampler, request), source, options, kColumns,
                              /*seed=*/0, device);
  write_file(out, write_png(drawn(report)));
  return report_text(report, request);
}

}  // namespace gannet::cli
