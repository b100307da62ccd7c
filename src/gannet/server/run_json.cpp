#include "gannet/server/run_json.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "gannet/runs/directory.h"
#include "gannet/server/http/url.h"

namespace gannet::server {
namespace {

namespace fs = std::filesystem;

Json options_of(const Path& run) {
  Json options = Json::parse(read_text(RunDirectory(run).options()), nullptr, false);
  return options.is_object() ? options : Json::object();
}

Json metric_json(const MetricHistory& history) {
  const NetworkMetrics* best = history.best();
  if (best == nullptr || history.metrics.empty()) return nullptr;
  const std::string& metric = history.metrics[0];
  const MetricFigure* figure = best->find(metric);
  if (figure == nullptr || !figure->value) return nullptr;
  return {{"name", metric},
          {"value", *figure->value},
          {"kimg", best->kimg},
          {"better", better_of(metric) == Better::lower    ? "lower"
                     : better_of(metric) == Better::higher ? "higher"
                                                           : "nearer to that of real samples"}};
}

// What the watchdog said, from the log.
Json watchdog_json(const Path& run) {
  Json all = Json::array();
  constexpr uint64_t kMost = uint64_t{1} << 22;
  const Lines log = read_lines(RunDirectory(run).log(), 0, kMost);
  constexpr std::string_view kWord = "watchdog: ";
  for (size_t at = 0, end; (end = log.text.find('\n', at)) != std::string::npos; at = end + 1) {
    if (!log.text.substr(at, end - at).starts_with(kWord)) continue;
    const std::string message = log.text.substr(at + kWord.size(), end - at - kWord.size());
    const size_t since = message.rfind(" since ");
    const double kimg = since == std::string::npos ? -1 : std::atof(message.c_str() + since + 7);
    all.push_back({{"message", message},
                   {"kimg", kimg < 0 ? Json() : Json(kimg)},
                   {"state", message.starts_with("over: ") ? "over" : "warning"}});
  }
  return all;
}

Json networks_json(const RunDirectory& run) {
  Json all = Json::array();
  const std::vector<Path> numbered = run.networks();
  const Path best = fs::exists(run.best()) ? run.best_network() : Path();
  for (const Path& file : numbered) {
    all.push_back({{"id", run.name() + "@" + RunDirectory::number_of(file)},
                   {"kimg", RunDirectory::kimg_of(file)},
                   {"best", file == best},
                   {"last", file == numbered.back()}});
  }
  return all;
}

double seconds_since_1970(const Path& file) {
  std::error_code failed;
  const auto time = fs::last_write_time(file, failed);
  const auto age = fs::file_time_type::clock::now() - time;
  const auto then = std::chrono::system_clock::now() -
                    std::chrono::duration_cast<std::chrono::system_clock::duration>(age);
  return failed ? 0 : std::floor(std::chrono::duration<double>(then.time_since_epoch()).count());
}

}  // namespace

std::string state_name(const std::string& state) { return state == "done" ? "finished" : state; }

std::vector<std::string> picture_names(const Path& run) {
  std::vector<std::string> names;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(run, failed)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".png") &&
        (name.starts_with("fakes-") || name == "reals.png" || name.starts_with("plot-")))
      names.push_back(name);
  }
  std::ranges::sort(names);
  return names;
}

std::string picture_url(const std::string& run, const std::string& name) {
  return "/api/v1/runs/" + percent_encoded(run) + "/files/" + percent_encoded(name);
}

Json grids_json(const Path& path) {
  const RunDirectory run(path);
  Json all = Json::array();
  const auto add = [&](double kimg, const Path& file) {
    all.push_back({{"kimg", kimg}, {"url", picture_url(run.name(), file.filename().string())}});
  };
  if (fs::exists(run.file("fakes-init.png"))) add(0, run.file("fakes-init.png"));
  for (const Path& grid : run.grids()) add(RunDirectory::kimg_of(grid), grid);
  return all;
}

Json run_json(const RunSummary& run) {
  const Json options = options_of(run.path), grids = grids_json(run.path);
  const double seconds = run.last.is_object() ? run.last.value("seconds", 0.0) : 0;
  return {{"id", run.name},
          {"recipe", run.cfg},
          {"data", Path(run.data).filename().string()},
          {"state", state_name(run.state)},
          {"why", run.why},
          {"kimg", run.kimg},
          {"kimg_total", run.kimg_total},
          {"seconds", seconds},
          {"age_seconds", run.age_seconds},
          {"started", seconds_since_1970(RunDirectory(run.path).file("reals.png"))},
          {"note", options.value("desc", "")},
          {"metric", metric_json(run.metrics)},
          {"thumbnail", grids.empty() ? Json() : grids.back()["url"]}};
}

Json whole_run_json(const RunSummary& summary) {
  const Path& path = summary.path;
  const RunDirectory run(path);
  Json json = run_json(summary);
  Json options = options_of(path);
  for (const char* key : {"changes", "machine", "decisions", "dataset", "gannet"}) {
    json[key] = options.contains(key) ? options[key] : Json();
    options.erase(key);
  }
  json["options"] = options;
  json["watchdog"] = watchdog_json(path);
  json["grids"] = grids_json(path);
  json["reals"] =
      fs::exists(run.file("reals.png")) ? Json(picture_url(run.name(), "reals.png")) : Json();
  json["networks"] = networks_json(run);
  json["pictures"] = Json::array();
  for (const std::string& name : picture_names(path))
    if (name.starts_with("plot-")) json["pictures"].push_back(picture_url(run.name(), name));
  json["live"] = summary.state == "running";
  return json;
}

Lines read_lines(const Path& file, uint64_t from, uint64_t most) {
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in) return {"", from};
  const auto size = static_cast<uint64_t>(in.tellg());
  if (size < from) return {"", 0};
  Lines lines;
  lines.text.resize(std::min(most, size - from));
  in.seekg(static_cast<std::streamoff>(from));
  in.read(lines.text.data(), static_cast<std::streamsize>(lines.text.size()));
  lines.text.resize(static_cast<size_t>(in.gcount()));
  lines.text.resize(lines.text.rfind('\n') + 1);  // npos + 1 is 0
  lines.end = from + lines.text.size();
  return lines;
}

}  // namespace gannet::server
