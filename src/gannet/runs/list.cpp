#include "gannet/runs/list.h"

#include <algorithm>
#include <chrono>

#include "gannet/base/error.h"
#include "gannet/runs/detail/json_lines.h"
#include "gannet/runs/directory.h"

namespace gannet {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string first_line(const Path& path) {
  const std::string text = read_text(path);
  return text.substr(0, text.find('\n'));
}

std::string text_at(const json& object, const char* key) {
  return object.contains(key) && object[key].is_string() ? object[key].get<std::string>()
                                                         : std::string();
}

double number_at(const json& object, const char* key) {
  return object.contains(key) && object[key].is_number() ? object[key].get<double>() : 0;
}

double age_of(const Path& file) {
  return std::chrono::duration<double>(fs::file_time_type::clock::now() - fs::last_write_time(file))
      .count();
}

void add_state(const RunDirectory& run, bool over, const std::string& end, RunSummary& s) {
  if (!over && is_locked(run.lock()))
    s.state = "running";
  else if (!end.empty() || fs::exists(run.done()))
    s.state = "done", s.why = end.empty() ? first_line(run.done()) : end;
  else if (fs::exists(run.failed()))
    s.state = "failed", s.why = first_line(run.failed());
  else
    s.state = "stopped";
  for (const std::string state : {"collapsed", "alike"})
    if (s.why.starts_with(state + ": ")) s.state = state, s.why.erase(0, state.size() + 2);
}

}  // namespace

RunSummary summarize(const Path& path, bool over, const std::string& end) {
  const RunDirectory run = RunDirectory::open(path);
  RunSummary s{.path = run.path(), .name = run.name()};
  const json options = json::parse(read_text(run.options()), nullptr, false);
  if (!options.is_object()) throw Error("not JSON", run.options().string());
  s.cfg = text_at(options, "cfg");
  s.data = text_at(options, "data");
  s.kimg_total = number_at(options, "kimg");
  if (const std::vector<json> stats = read_json_lines(run.stats()); !stats.empty()) {
    s.last = stats.back();
    s.kimg = number_at(s.last, "kimg");
  }
  s.metrics = read_metric_history(run.metrics());
  s.age_seconds = age_of(fs::exists(run.stats()) ? run.stats() : run.options());
  add_state(run, over, end, s);
  return s;
}

namespace {

RunSummary summary_or_why_not(const Path& path) {
  try {
    return summarize(path);
  } catch (const std::exception& error) {
    return {
        .path = path, .name = path.filename().string(), .state = "unreadable", .why = error.what()};
  }
}

}  // namespace

std::vector<RunSummary> list_runs(const Path& outdir) {
  std::vector<RunSummary> all;
  if (!fs::exists(outdir)) return all;
  if (!fs::is_directory(outdir)) throw Error("not a folder of runs", outdir.string());
  for (const auto& entry : fs::directory_iterator(outdir))
    if (entry.is_directory() && fs::exists(RunDirectory(entry.path()).options()))
      all.push_back(summary_or_why_not(entry.path()));
  std::ranges::sort(all, {}, &RunSummary::name);
  return all;
}

void remove_run(const Path& path) {
  const RunDirectory run = RunDirectory::open(path);
  const FileLock lock(run.lock());
  fs::remove_all(run.path());
}

}  // namespace gannet
