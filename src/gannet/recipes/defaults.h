// --preset default: a recipe's table of the options that differ from the paper's because samples
// then are best after some minutes on two cores (docs/defaults.md).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "gannet/training/gan.h"

namespace gannet {

// `applies`: the data and the number of samples that the value is for.
struct DefaultRow {
  bool (*applies)(const DatasetInfo& data, int64_t samples);
  std::string_view option, value, reason;
};

// The rows of a table that apply, in its order.
std::vector<Decision> rows_for(std::span<const DefaultRow> table, const DatasetInfo& data,
                               int64_t samples);

// Recipe::defaults of a table.
template <const auto& table>
std::vector<Decision> defaults_from(const DatasetInfo& data, int64_t samples) {
  return rows_for(table, data, samples);
}

// "few": below 20,000 samples, which D soon memorizes.
namespace when {
bool points(const DatasetInfo& data, int64_t samples);
bool few_points(const DatasetInfo& data, int64_t samples);
bool many_points(const DatasetInfo& data, int64_t samples);
bool many_plane_points(const DatasetInfo& data, int64_t samples);  // [2]
bool many_other_points(const DatasetInfo& data, int64_t samples);  // points but those
bool audio(const DatasetInfo& data, int64_t samples);
bool few_audio(const DatasetInfo& data, int64_t samples);
bool video(const DatasetInfo& data, int64_t samples);
bool images(const DatasetInfo& data, int64_t samples);
bool images_of_28(const DatasetInfo& data, int64_t samples);
bool small_images(const DatasetInfo& data, int64_t samples);  // up to 32 pixels
bool large_images(const DatasetInfo& data, int64_t samples);
bool grey_images(const DatasetInfo& data, int64_t samples);
bool color_images(const DatasetInfo& data, int64_t samples);
bool few_grey_images(const DatasetInfo& data, int64_t samples);
bool few_color_images(const DatasetInfo& data, int64_t samples);
bool classes(const DatasetInfo& data, int64_t samples);  // but for points
}  // namespace when

// Reasons of several recipes.
inline constexpr std::string_view kManySteps =
    "small networks gain more by many steps than by large ones";
inline constexpr std::string_view kFewSamples =
    "D would memorize fewer than 20,000 images (DiffAugment, arXiv:2006.10738)";
inline constexpr std::string_view kFewMirrored =
    "doubles fewer than 20,000 images; --mirror=0 where left and right differ";
inline constexpr std::string_view kNoCheckerboard =
    "transposed convolutions leave a checkerboard in flat colours";
inline constexpr std::string_view kClasses = "the data has classes";

}  // namespace gannet
