#include "gannet/runs/directory.h"

#include <algorithm>
#include <ctime>
#include <set>

#include "gannet/base/error.h"
#include "gannet/base/numbered_files.h"
#include "gannet/formats/tensorboard.h"
#include "gannet/models/network_path.h"
#include "gannet/runs/detail/json_lines.h"

namespace gannet {

namespace fs = std::filesystem;

RunDirectory RunDirectory::create(const Path& outdir, const std::string& name) {
  std::error_code failed;
  if (outdir.empty()) throw UsageError("expected the folder of runs, found ''", "--outdir");
  if (name.find('/') != std::string::npos)
    throw UsageError("a run's name cannot have a '/'", name, "--desc takes a short note");
  fs::create_directories(outdir, failed);
  if (!fs::is_directory(outdir))
    throw Error("cannot make the folder (" + (failed ? failed.message() : "not a folder") + ")",
                outdir.string());
  int64_t number = 0;
  for (const auto& entry : fs::directory_iterator(outdir, failed)) {
    const std::string other = entry.path().filename().string();
    const size_t dash = other.find('-');
    if (dash != std::string::npos)
      number = std::max(number, 1 + number_in_name(other.substr(0, dash), "", ""));
  }
  for (;; ++number) {  // another process may take a number first
    const Path path = outdir / (zero_padded(number, 5) + "-" + name);
    if (fs::create_directory(path, failed)) return RunDirectory(path);
    if (failed)
      throw Error("cannot make the run directory (" + failed.message() + ")", path.string());
  }
}

RunDirectory RunDirectory::open(const Path& given) {
  const Path path = run_by_number(given);
  if (!fs::exists(path) && number_in_name(path.filename().string(), "", "") >= 0)
    throw Error("no run has this number", path.string(), "`gannet runs list` shows them");
  if (!fs::is_directory(path))
    throw Error("there is no run directory here", path.string(), "`gannet runs list` shows them");
  RunDirectory run(path);
  if (run.path_.filename().empty()) run.path_ = run.path_.parent_path();  // a trailing slash
  if (!fs::exists(run.options()))
    throw Error("not a run directory: it has no options.json", path.string());
  return run;
}

Path RunDirectory::best() const { return file(kBestNetwork); }
Path RunDirectory::stopped_network() const { return file(kStoppedNetwork); }
Path RunDirectory::network(const std::string& number) const {
  return file(network_file_name(number));
}
Path RunDirectory::fakes(const std::string& number) const {
  return file("fakes-" + number + ".png");
}

Path RunDirectory::events() const {
  constexpr std::string_view prefix = "events.out.tfevents.", suffix = ".gannet";
  int64_t started = std::time(nullptr);
  if (const std::vector<int64_t> there = numbered_files(path_, prefix, suffix); !there.empty())
    started = there.front();
  return file(std::string(prefix) + zero_padded(started, 10) + std::string(suffix));
}

std::string RunDirectory::number_of(const Path& file) {
  const std::string stem = file.stem().string();
  return stem.substr(stem.find('-') + 1);
}
double RunDirectory::kimg_of(const Path& file) {
  return static_cast<double>(images_in_name(number_of(file), "", "")) / 1000;
}

Path RunDirectory::state(int64_t step) const {
  return file("state-" + zero_padded(step, 8) + ".safetensors");
}

std::vector<int64_t> RunDirectory::states() const {
  return numbered_files(path_, "state-", ".safetensors");
}
std::vector<Path> RunDirectory::networks() const {
  std::vector<Path> all;
  for (const std::string& name : network_files(path_)) all.push_back(file(name));
  return all;
}

std::vector<Path> RunDirectory::grids() const {
  std::vector<std::pair<int64_t, Path>> found;
  for (const auto& entry : fs::directory_iterator(path_))
    if (const int64_t images = images_in_name(entry.path().filename().string(), "fakes-", ".png");
        images >= 0)
      found.emplace_back(images, entry.path());
  std::ranges::sort(found);
  std::vector<Path> all;
  for (auto& [images, path] : found) all.push_back(std::move(path));
  return all;
}

Path RunDirectory::best_network() const { return gannet::best_network(path_); }

void RunDirectory::cut(int64_t step, int64_t kimg, int64_t stats_step) const {
  remove_stale_temporaries(path_);
  const int64_t last = step == 0 ? -1 : step;  // a run of no steps repeats its first snapshot
  cut_json_lines(stats(), std::min(last, stats_step));
  cut_json_lines(metrics(), last);
  cut_snapshots(last, kimg);
  if (fs::exists(events())) {
    const Bytes bytes = read_file(events());
    truncate_file(events(), tensorboard_cut(bytes, std::min(step, stats_step)));
  }
  for (const int64_t number : states())
    if (number > step) fs::remove(state(number));
  if (!fs::exists(best())) fs::remove(best());  // a link to a network that was just removed
  fs::remove(done());
  fs::remove(failed());
}

// Files that snapshots.jsonl does not name are of before it was written, or of a snapshot that was
// not completed; their names tell their kimg.
void RunDirectory::cut_snapshots(int64_t step, int64_t kimg) const {
  std::set<std::string> kept, cut;
  for (const nlohmann::json& line : read_json_lines(snapshots()))
    for (const char* key : {"network", "fakes"})
      if (line.contains(key) && line[key].is_string() && line.contains("step") &&
          line["step"].is_number_integer())
        (line["step"].get<int64_t>() <= step ? kept : cut).insert(line[key].get<std::string>());
  cut_json_lines(snapshots(), step);
  const auto clear = [&](const std::vector<Path>& files, std::string_view prefix,
                         std::string_view suffix) {
    for (const Path& path : files) {
      const std::string name = path.filename().string();
      const bool later = step < 0 || images_in_name(name, prefix, suffix) / 1000 > kimg;
      if (!cut.contains(name) && (!later || kept.contains(name))) continue;
      // The link first: a kill in between leaves none that leads nowhere.
      if (fs::exists(best()) && fs::equivalent(best(), path)) fs::remove(best());
      fs::remove(path);
    }
  };
  clear(networks(), "network-", ".safetensors");
  clear(grids(), "fakes-", ".png");
}

}  // namespace gannet
