#include "gannet/runs/directory.h"

#include <algorithm>
#include <cstdio>

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

RunDirectory RunDirectory::open(const Path& path) {
  if (!fs::is_directory(path))
    throw Error("there is no run directory here", path.string(), "`gannet runs list` shows them");
  RunDirectory run(path);
  if (run.path_.filename().empty()) run.path_ = run.path_.parent_path();  // a trailing slash
  if (!fs::exists(run.options()))
    throw Error("not a run directory: it has no options.json", path.string());
  return run;
}

Path RunDirectory::best() const { return file(kBestNetwork); }
Path RunDirectory::network(int64_t kimg) const { return file(network_file_name(kimg)); }
Path RunDirectory::fakes(int64_t kimg) const {
  return file("fakes-" + zero_padded(kimg, 6) + ".png");
}
Path RunDirectory::state(int64_t step) const {
  return file("state-" + zero_padded(step, 8) + ".safetensors");
}

std::vector<int64_t> RunDirectory::states() const {
  return numbered_files(path_, "state-", ".safetensors");
}
std::vector<int64_t> RunDirectory::networks() const { return network_files(path_); }
Path RunDirectory::best_network() const { return gannet::best_network(path_); }

void RunDirectory::cut(int64_t step, int64_t kimg) const {
  remove_stale_temporaries(path_);
  const int64_t last = step == 0 ? -1 : step;  // a run of no steps repeats its first snapshot
  cut_json_lines(stats(), last);
  cut_json_lines(metrics(), last);
  if (fs::exists(events())) {
    const Bytes bytes = read_file(events());
    truncate_file(events(), tensorboard_cut(bytes, step));
  }
  for (const int64_t number : numbered_files(path_, "fakes-", ".png"))
    if (step == 0 || number > kimg) fs::remove(fakes(number));
  for (const int64_t number : networks())
    if (step == 0 || number > kimg) fs::remove(network(number));
  for (const int64_t number : states())
    if (number > step) fs::remove(state(number));
  if (!fs::exists(best())) fs::remove(best());  // a link to a network that was just removed
  fs::remove(done());
  fs::remove(failed());
}

}  // namespace gannet
