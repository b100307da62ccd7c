// What happens in a run, as an event stream. No torch in here.
#pragma once

#include <memory>

#include "gannet/server/http/message.h"

namespace gannet::server {

// Events `stats` (a line of stats.jsonl, its step as id), `metrics`, `grid` {kimg, url}, `log`
// {line}, `state` {state}; `reset` where a resume cut the figures, which then come anew. Stats and
// metrics after step `after`; of grids and the log what comes from now on.
std::shared_ptr<EventStream> run_events(const Path& run, int64_t after);

}  // namespace gannet::server
