#include "gannet/runs/detail/snapshots.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "gannet/models/network_path.h"
#include "gannet/runs/detail/json_lines.h"
#include "gannet/runs/detail/options_file.h"

namespace gannet {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// A run's first snapshot comes after 12 to 24 seconds of training.
constexpr double kFirstSeconds = 12;

// The smallest of tick, 2 tick, 4 tick, ..., tick / 2, tick / 4, ... that is at least this kimg:
// runs of about the same speed choose the same.
double next_power(double tick, double kimg) {
  double power = tick;
  while (power / 2 >= kimg) power /= 2;
  while (power < kimg) power *= 2;
  return power;
}

}  // namespace

bool EarlySnapshots::due(const Trainer& trainer, double seconds) {
  const Options& o = trainer.options();
  const double interval = static_cast<double>(o.snap) * o.tick;  // kimg
  double& first = config_.run.snap_first;
  if (first < 0) {
    if (seconds < kFirstSeconds) return false;
    const double chosen = next_power(o.tick, trainer.kimg());
    // --snap, or the end of the run, is as quick.
    if (chosen >= std::min(interval, o.kimg)) return false;
    first = chosen;
    change_option(run_, "snap-first", first);
  }
  if (first == 0) return false;
  const double before = static_cast<double>((trainer.step() - 1) * o.batch) / 1000;
  for (double at = first; at < interval && at <= trainer.kimg() + 1e-9; at *= 2)
    if (at > before + 1e-9) return true;
  return false;
}

std::string next_snapshot_number(const RunDirectory& run, int64_t images_seen) {
  const std::string plain = snapshot_number(images_seen);
  const std::string name = network_file_name(plain);
  const bool taken = std::ranges::any_of(read_json_lines(run.snapshots()), [&](const json& line) {
    return line.contains("network") && line["network"] == name;
  });
  return taken ? snapshot_number(images_seen, /*exact=*/true) : plain;
}

json add_snapshot(const RunDirectory& run, const Trainer& trainer, const Path& network,
                  const Path& fakes, const GridFigures& figures) {
  json line = {{"step", trainer.step()},
               {"kimg", trainer.kimg()},
               {"network", network.filename().string()},
               {"fakes", fakes.filename().string()}};
  if (figures.diversity) line["diversity"] = *figures.diversity;
  if (!figures.classes.empty()) line["class_diversity"] = figures.classes;
  if (figures.copies) line["copies"] = *figures.copies;
  append_file(run.snapshots(), as_bytes(line.dump() + "\n"));
  return line;
}

void remove_old_networks(const RunDirectory& run, int64_t keep) {
  if (keep == 0) return;
  const std::vector<Path> all = run.networks();
  const Path best = fs::exists(run.best()) ? fs::canonical(run.best()).filename() : Path();
  for (size_t i = 0; i + static_cast<size_t>(keep) < all.size(); ++i)
    if (all[i].filename() != best) fs::remove(all[i]);
}

}  // namespace gannet
