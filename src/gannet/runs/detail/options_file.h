// options.json of a run: written at its start, and changed where a resume changes options.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "gannet/runs/detail/open_session.h"
#include "gannet/runs/directory.h"

namespace gannet {

void write_options(const RunDirectory& run, Session& session);

// Throws Error where the file is not JSON.
nlohmann::json read_options(const RunDirectory& run);

// Sets one key.
void change_option(const RunDirectory& run, const std::string& name, const nlohmann::json& value);

}  // namespace gannet
