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

}  // namespace

RunSummary summarize(const Path& path) {
  const RunDirectory run = RunDirectory::open(path);
  RunSummary s{.path = run.path(), .name = run.name()};
  const json options = json::parse(read_text(run.options()), nullptr, false);
  if (!options.is_object()) throw Error("not JSON", run.options().string());
  const auto text = [&](const char* key) {
    return options.contains(key) && options[key].is_string() ? options[key].get<std::string>()
                                                             : std::string();
  };
  s.cfg = text("cfg");
  s.data = text("data");
  s.kimg_total =
      options.contains("kimg") && options["kimg"].is_number() ? options["kimg"].get<double>() : 0;

  const std::vector<json> stats = read_json_lines(run.stats());
  if (!stats.empty()) {
    s.last = stats.back();
    if (s.last.contains("kimg") && s.last["kimg"].is_number())
      s.kimg = s.last["kimg"].get<double>();
  }
  for (const json& line : read_json_lines(run.metrics())) {
    if (!line.contains("metric") || !line.contains("value") || !line["value"].is_number()) continue;
    const std::string metric = line["metric"].get<std::string>();
    const double value = line["value"].get<double>();
    const auto found = std::ranges::find(s.best, metric, &std::pair<std::string, double>::first);
    if (found == s.best.end())
      s.best.emplace_back(metric, value);
    else
      found->second = std::max(found->second, value);  // of modes and shares more is better
  }

  const auto age = [](const Path& file) {
    return std::chrono::duration<double>(fs::file_time_type::clock::now() -
                                         fs::last_write_time(file))
        .count();
  };
  s.age_seconds = age(fs::exists(run.stats()) ? run.stats() : run.options());
  if (is_locked(run.lock()))
    s.state = "running";
  else if (fs::exists(run.done()))
    s.state = "done", s.why = first_line(run.done());
  else if (fs::exists(run.failed()))
    s.state = "failed", s.why = first_line(run.failed());
  else
    s.state = "stopped";
  return s;
}

std::vector<RunSummary> list_runs(const Path& outdir) {
  std::vector<RunSummary> all;
  if (!fs::exists(outdir)) return all;
  if (!fs::is_directory(outdir)) throw Error("not a folder of runs", outdir.string());
  for (const auto& entry : fs::directory_iterator(outdir))
    if (entry.is_directory() && fs::exists(RunDirectory(entry.path()).options()))
      all.push_back(summarize(entry.path()));
  std::ranges::sort(all, {}, &RunSummary::name);
  return all;
}

void remove_run(const Path& path) {
  const RunDirectory run = RunDirectory::open(path);
  const FileLock lock(run.lock());
  fs::remove_all(run.path());
}

}  // namespace gannet
