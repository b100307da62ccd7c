// Runs as the API shows them, read from their directories. No torch in here.
#pragma once

#include <string>
#include <vector>

#include "gannet/runs/list.h"
#include "gannet/server/http/message.h"

namespace gannet::server {

// As in the list of runs: RunSummary, its newest grid and the note of its options.
Json run_json(const RunSummary& run);
// With options, networks, grids, and what the watchdog said.
Json whole_run_json(const RunSummary& run);

// "done" is "finished"; the others as RunSummary has them.
std::string state_name(const std::string& state);
// The pictures of a run that are served: fakes-*.png, reals.png, plot-*.png.
std::vector<std::string> picture_names(const Path& run);
std::string picture_url(const std::string& run, const std::string& name);
// kimg and url of each grid of fixed latents, in their order.
Json grids_json(const Path& run);

// Lines of a file that may be growing, from a byte on: whole lines, at most `most` bytes of them,
// and where they end. A file that is shorter than `from` gives nothing and 0.
struct Lines {
  std::string text;
  uint64_t end = 0;
};
Lines read_lines(const Path& file, uint64_t from, uint64_t most);

}  // namespace gannet::server
