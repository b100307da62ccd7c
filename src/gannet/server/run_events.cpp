#include "gannet/server/run_events.h"

#include <filesystem>
#include <set>

#include "gannet/runs/directory.h"
#include "gannet/server/run_json.h"

namespace gannet::server {
namespace {

constexpr uint64_t kMostAtOnce = uint64_t{1} << 18;  // bytes of a file in one poll

// Calls take(line) for each line.
template <class Take>
void for_lines(const std::string& text, const Take& take) {
  for (size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
    take(text.substr(at, end - at));
}

class RunEvents : public EventStream {
 public:
  RunEvents(const Path& path, int64_t after) : run_(path), after_(after) {
    for (const Json& grid : grids_json(path)) grids_.insert(grid["url"].get<std::string>());
    std::error_code failed;
    const auto size = std::filesystem::file_size(run_.log(), failed);
    log_ = failed ? 0 : size;
  }

  std::string poll() override {
    if (!std::filesystem::exists(run_.options())) {
      ended_ = true;
      return event_text("state", R"({"state":"deleted"})");
    }
    std::string text = figures();
    text += grids();
    text += log();
    const std::string state = state_name(summary_state());
    if (state != state_) text += event_text("state", Json{{"state", state_ = state}}.dump());
    return text;
  }
  bool ended() const override { return ended_; }

 private:
  std::string summary_state() const {
    if (is_locked(run_.lock())) return "running";
    return summarize(run_.path()).state;
  }

  std::string figures() {
    std::string text;
    const Lines stats = read_lines(run_.stats(), stats_, kMostAtOnce);
    if (stats.end < stats_) {  // a resume cut them
      stats_ = metrics_ = 0;
      after_ = -1;
      return event_text("reset", "{}");
    }
    stats_ = stats.end;
    for_lines(stats.text, [&](const std::string& line) {
      const Json json = Json::parse(line, nullptr, false);
      const int64_t step = json.is_object() ? json.value("step", int64_t{-1}) : -1;
      if (step > after_) text += event_text("stats", line, std::to_string(step));
    });
    const Lines metrics = read_lines(run_.metrics(), metrics_, kMostAtOnce);
    metrics_ = metrics.end;
    for_lines(metrics.text, [&](const std::string& line) {
      const Json json = Json::parse(line, nullptr, false);
      if (json.is_object() && json.value("step", int64_t{0}) > after_)
        text += event_text("metrics", line);
    });
    return text;
  }

  std::string grids() {
    std::string text;
    for (const Json& grid : grids_json(run_.path()))
      if (grids_.insert(grid["url"].get<std::string>()).second)
        text += event_text("grid", grid.dump());
    return text;
  }

  std::string log() {
    std::string text;
    const Lines lines = read_lines(run_.log(), log_, kMostAtOnce);
    log_ = lines.end;
    for_lines(lines.text, [&](const std::string& line) {
      text += event_text("log",
                         Json{{"line", line}}.dump(-1, ' ', false, Json::error_handler_t::replace));
    });
    return text;
  }

  RunDirectory run_;
  int64_t after_;
  uint64_t stats_ = 0, metrics_ = 0, log_ = 0;
  std::set<std::string> grids_;
  std::string state_;
  bool ended_ = false;
};

}  // namespace

std::shared_ptr<EventStream> run_events(const Path& run, int64_t after) {
  return std::make_shared<RunEvents>(run, after);
}

}  // namespace gannet::server
