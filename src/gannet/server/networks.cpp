#include "gannet/server/networks.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "gannet/base/error.h"
#include "gannet/runs/directory.h"

namespace gannet::server {
namespace {

namespace fs = std::filesystem;

// A network in memory to its file: its weights, and once it has drawn those of its convolutions as
// the kernels read them.
constexpr int64_t kMemoryOfFile = 2;

std::string kimg_text(const Path& file) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", RunDirectory::kimg_of(file));
  return text;
}

bool is_run(const Path& runs, const std::string& id) {
  if (id.empty() || id[0] == '.' ||
      id.find_first_of(std::string_view("/\0", 2)) != std::string::npos)
    return false;
  std::error_code failed;
  return fs::exists(runs / id / "options.json", failed);
}

ListedNetwork of_zoo(const std::string& id) {
  return {.id = id, .name = id.substr(id.find(':') + 1) + ", of the zoo", .file = id};
}

}  // namespace

Path run_folder(const Path& runs, const std::string& id) {
  if (!is_run(runs, id)) throw HttpError(404, "there is no run '" + id + "'");
  return runs / id;
}

Networks::Networks(Path runs, std::vector<Path> files, int64_t memory, int64_t threads,
                   std::string device)
    : runs_(std::move(runs)),
      files_(std::move(files)),
      memory_(memory / threads),
      device_(std::move(device)) {}

void Networks::add_run(const Path& path, std::vector<ListedNetwork>& all) const {
  const RunDirectory run(path);
  std::vector<Path> numbered = run.networks();
  std::ranges::reverse(numbered);
  const bool any = !numbered.empty() || fs::exists(run.stopped_network());
  if (!any) return;
  const Path best = run.best_network();
  const std::string name = run.name();
  const bool by_metric = fs::exists(run.best());
  all.push_back({.id = name,
                 .name = name + (by_metric ? ", its best network" : ", its newest network"),
                 .file = best,
                 .run = name,
                 .newest = true});
  for (const Path& file : numbered)
    all.push_back({.id = name + "@" + RunDirectory::number_of(file),
                   .name = name + ", " + kimg_text(file) + " kimg",
                   .file = file,
                   .run = name});
}

std::vector<ListedNetwork> Networks::list() const {
  std::vector<ListedNetwork> all;
  for (const Path& file : files_)
    all.push_back({.id = file.stem().string(), .name = file.stem().string(), .file = file});
  std::vector<Path> runs;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(runs_, failed))
    if (fs::exists(entry.path() / "options.json", failed)) runs.push_back(entry.path());
  std::ranges::sort(runs, std::greater());
  for (const Path& run : runs) add_run(run, all);
  for (const std::string& id : zoo_networks()) all.push_back(of_zoo(id));
  return all;
}

ListedNetwork Networks::find(const std::string& id) const {
  for (const Path& file : files_)
    if (file.stem() == id) return {.id = id, .name = id, .file = file};
  std::vector<ListedNetwork> all;
  // A run's name may have an '@' too.
  for (const std::string& run : {id, id.substr(0, id.rfind('@'))})
    if (is_run(runs_, run)) add_run(runs_ / run, all);
  if (const std::vector<std::string> zoo = zoo_networks(); std::ranges::count(zoo, id) > 0)
    all.push_back(of_zoo(id));
  const auto found = std::ranges::find(all, id, &ListedNetwork::id);
  if (found == all.end())
    throw HttpError(404, "there is no network '" + id + "'", "GET /api/v1/networks lists them");
  return *found;
}

Networks::Stamp Networks::stamp(const Path& file) {
  std::error_code failed;
  const auto time = fs::last_write_time(file, failed).time_since_epoch().count();
  return {.time = static_cast<int64_t>(time), .bytes = network_file_size(file)};
}

NetworkAbout Networks::about(const Path& file) {
  const Stamp now = stamp(file);
  {
    const std::lock_guard lock(mutex_);
    const auto found = abouts_.find(file);
    if (found != abouts_.end() && found->second.first == now) return found->second.second;
  }
  NetworkAbout about = network_about(file);
  for (const char* key : {"tokenizer", "metrics"}) about.metadata.erase(key);
  const std::lock_guard lock(mutex_);
  if (abouts_.size() > 10000) abouts_.clear();
  abouts_[file] = {now, about};
  return about;
}

std::shared_ptr<Sampler> Networks::open(const ListedNetwork& network) {
  const auto thread = std::this_thread::get_id();
  std::list<OpenNetwork>& open = [&]() -> std::list<OpenNetwork>& {
    const std::lock_guard lock(mutex_);
    return open_[thread];
  }();
  const Stamp now = stamp(network.file);
  const auto found = std::ranges::find(open, network.file, &OpenNetwork::file);
  if (found != open.end() && found->stamp == now) {
    open.splice(open.begin(), open, found);
    return found->sampler;
  }
  if (found != open.end()) open.erase(found);
  int64_t bytes = now.bytes;
  for (const OpenNetwork& each : open) bytes += each.stamp.bytes;
  int64_t evicted = 0;
  for (; kMemoryOfFile * bytes > memory_ && !open.empty(); ++evicted) {
    bytes -= open.back().stamp.bytes;
    open.pop_back();
  }
  open.push_front({network.file, now, std::make_shared<Sampler>(network.file, device_)});
  const std::lock_guard lock(mutex_);
  Kept& kept = kept_[thread];
  kept = {static_cast<int64_t>(open.size()), bytes, kept.evicted + evicted};
  return open.front().sampler;
}

Networks::Kept Networks::kept() const {
  const std::lock_guard lock(mutex_);
  Kept all;
  for (const auto& [thread, kept] : kept_) {
    all.networks += kept.networks;
    all.bytes += kept.bytes;
    all.evicted += kept.evicted;
  }
  return all;
}

}  // namespace gannet::server
