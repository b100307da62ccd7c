// What all data sets check of their options and indices.
#pragma once

#include <cstdint>
#include <string>

#include "gannet/data/source_options.h"

namespace gannet {

inline constexpr const char* kSourceForms =
    "--data takes a built-in name (gannet data list), a folder or zip of images or audio clips or "
    "videos, A:B, an IDX file, FILE.csv, or FILE.npy or FILE.npz of points or images";

uint32_t split_number(const std::string& split);  // 0 train, 1 test; throws UsageError for others
int64_t limited(int64_t size, const SourceOptions& options);  // min(size, limit)
void check_index(int64_t index, int64_t size);                // throws Error unless in [0, size)

// Throws UsageError for options of folders and zips: what is opened is neither. takes_size:
// --image-size is one of its options.
void refuse_options_of_images(const std::string& source, const SourceOptions& options,
                              bool takes_size = false);

}  // namespace gannet
