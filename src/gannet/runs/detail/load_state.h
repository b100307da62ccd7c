// The state that a run goes on from.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "gannet/runs/detail/open_session.h"
#include "gannet/runs/directory.h"
#include "gannet/runs/session.h"

namespace gannet {

// Puts the newest state that opens into the trainer; returns the seconds the run took until then,
// or none where there is no state at all. An error names the `changes`: one of these options may
// make other networks all the same. `options`: of options.json.
std::optional<double> load_changed(Session& s, const RunDirectory& run, ProgressListener& listener,
                                   const OptionChanges& changes, const nlohmann::json& options);

// Throws Error unless the data is that which the run began with.
void check_data(const Session& s, const nlohmann::json& options);

}  // namespace gannet
