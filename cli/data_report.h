// What `gannet data check` finds, as JSON.
#pragma once

#include <nlohmann/json.hpp>

#include "gannet/data/dataset.h"
#include "gannet/data/files/audio.h"
#include "gannet/data/files/images.h"
#include "gannet/data/files/video.h"

namespace gannet::cli {

// Reads every sample. Throws Error for values that are no finite numbers.
nlohmann::json to_json(const Dataset& data);

nlohmann::json to_json(const ImageReport& report);
nlohmann::json to_json(const VideoReport& report);
nlohmann::json to_json(const AudioReport& report);

}  // namespace gannet::cli
