// The device of a run: a resume goes on on the one it was on, so that it goes on bit for bit.
#pragma once

#include <nlohmann/json.hpp>

#include "gannet/runs/detail/open_session.h"
#include "gannet/runs/session.h"

namespace gannet {

// Says which GPU a session is on, or why on none where the machine has one.
void tell_device(const Session& s, ProgressListener& listener);

// Before a resume: where no device is asked for, the kind of device of the run's options.json,
// where it can be used here. Says what else there would be.
void keep_device(Config& config, const nlohmann::json& options, ProgressListener& listener);

// Of a resume on another device than before: warns, and returns the change for the list in
// options.json; else null.
nlohmann::json device_change(const Session& s, const nlohmann::json& options,
                             ProgressListener& listener);

// What options.json has of the machine's device: {"device": "cuda", "gpu": "NVIDIA H100 PCIe"}.
nlohmann::json device_to_json(const ChosenDevice& device);

}  // namespace gannet
