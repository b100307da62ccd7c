#include "gannet/recipes/defaults.h"

#include <string>

namespace gannet {
namespace {

// Below this many samples D soon memorizes them (Karras et al. 2020, arXiv:2006.06676, figure 1, at
// small networks and sizes).
constexpr int64_t kFew = 20000;

}  // namespace

std::vector<Decision> rows_for(std::span<const DefaultRow> table, const DatasetInfo& data,
                               int64_t samples) {
  std::vector<Decision> rows;
  for (const DefaultRow& row : table)
    if (row.applies(data, samples))
      rows.push_back({std::string(row.option), std::string(row.value), std::string(row.reason)});
  return rows;
}

namespace when {

bool points(const DatasetInfo& data, int64_t) { return data.is_points(); }
bool few_points(const DatasetInfo& data, int64_t samples) {
  return data.is_points() && samples < kFew;
}
bool many_points(const DatasetInfo& data, int64_t samples) {
  return data.is_points() && samples >= kFew;
}
bool many_plane_points(const DatasetInfo& data, int64_t samples) {
  return many_points(data, samples) && data.dims[0] == 2;
}
bool many_other_points(const DatasetInfo& data, int64_t samples) {
  return many_points(data, samples) && data.dims[0] != 2;
}
bool audio(const DatasetInfo& data, int64_t) { return data.is_audio(); }
bool few_audio(const DatasetInfo& data, int64_t samples) {
  return data.is_audio() && samples < kFew;
}
bool video(const DatasetInfo& data, int64_t) { return data.is_video(); }
bool images(const DatasetInfo& data, int64_t) { return data.is_image(); }
bool images_of_28(const DatasetInfo& data, int64_t) {
  return data.is_image() && data.dims[1] == 28;
}
bool small_images(const DatasetInfo& data, int64_t) {
  return data.is_image() && data.dims[1] <= 32;
}
bool large_images(const DatasetInfo& data, int64_t) { return data.is_image() && data.dims[1] > 32; }
bool grey_images(const DatasetInfo& data, int64_t) {
  return data.is_image() && data.channels() == 1;
}
bool color_images(const DatasetInfo& data, int64_t) {
  return data.is_image() && data.channels() > 1;
}
bool few_grey_images(const DatasetInfo& data, int64_t samples) {
  return grey_images(data, samples) && samples < kFew;
}
bool few_color_images(const DatasetInfo& data, int64_t samples) {
  return color_images(data, samples) && samples < kFew;
}
bool classes(const DatasetInfo& data, int64_t) {
  return !data.classes.empty() && !data.is_points();
}

}  // namespace when
}  // namespace gannet
