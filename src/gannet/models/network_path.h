// The file that --network names. No torch in here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gannet/base/files.h"

namespace gannet {

// Names of networks in a run directory.
inline constexpr std::string_view kBestNetwork = "network-best.safetensors";  // a link
// Of a run that was stopped, until its next snapshot.
inline constexpr std::string_view kStoppedNetwork = "network-stopped.safetensors";

// A snapshot's number in the names of its files: thousands of real images seen, rounded down
// (000200); with `exact` all of them (000200_512), for a further snapshot of the same thousand.
std::string snapshot_number(int64_t images_seen, bool exact = false);
// Images of a number as snapshot_number() writes it, or -1.
int64_t images_in_name(const std::string& name, std::string_view prefix, std::string_view suffix);
std::string network_file_name(const std::string& number);

// The numbered networks of a run, by images seen.
std::vector<std::string> network_files(const Path& run);

// A run by its number: "2" and "00002" are runs/00002-NAME, DIR/2 is DIR/00002-NAME. What is there
// by itself, and what is no number of a run, stays as it is. Throws UsageError where several runs
// have the number.
Path run_by_number(const Path& path);

// The best network of a run directory, else its newest. Throws Error where there is none.
Path best_network(const Path& run);

// What --network names: a network file itself; zoo:NAME (zoo.h); a run, whose best network it is,
// else its newest; or RUN@best, RUN@last, RUN@KIMG. Throws Error for a folder that is no run, and
// for a network that the run does not have.
Path network_path(const Path& network);

// Why of a run this network was taken, for a word to the user: "the best of 12 by fd2k: fd2k 8.21,
// recall2k 0.41; RUN@last takes the newest"; "" where a file was named.
std::string why_network(const Path& network);

}  // namespace gannet
