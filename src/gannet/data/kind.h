// The four kinds of data.
#pragma once

#include <string_view>

#include "gannet/tensor/batch.h"

namespace gannet {

enum class DataKind { image, audio, video, points };

DataKind kind_of(const DatasetInfo& info);  // by the number of axes

std::string_view name_of(DataKind kind);    // "image", "audio", "video", "points"
std::string_view plural_of(DataKind kind);  // in messages: "images", "audio clips", ...

}  // namespace gannet
