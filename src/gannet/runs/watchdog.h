// The watchdog of a training: signs that the game goes wrong, each by a stated rule
// (docs/watchdog.md). It reads what ticks and snapshots have written already, so it is a function
// of the run's files, and watching changes no bit of the training. No torch in here.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace gannet {

struct Finding {
  std::string rule;       // "saturated D", "vanishing gradient", ...
  std::string saw;        // with its figures
  double since_kimg = 0;  // the first figure of the row that led to it
  int64_t since_step = 0;
  std::string advice;  // what to try

  // "D is saturated: D(x) 1.000, D(G(z)) 0.000 since 3.1 kimg; try ..."
  std::string text() const;
};

class Watchdog {
 public:
  // `options`: as in options.json; loss, kimg and rates are read.
  explicit Watchdog(const nlohmann::json& options);

  // Lines of stats.jsonl, snapshots.jsonl and metrics.jsonl, in the order of their steps; of
  // metrics all lines of one snapshot at once. `last`: the run ends here, and signs that need two
  // snapshots need one, and of ticks fewer.
  void tick(const nlohmann::json& line, bool last = false);
  void snapshot(const nlohmann::json& line, bool last);
  void metrics(const std::vector<nlohmann::json>& lines);

  // What was found, or is over, since the last call.
  std::vector<Finding> new_findings();
  std::vector<Finding> ended_findings();

  std::vector<Finding> active() const;  // those that still hold, the earliest first
  // Of a run that ended before its samples became unlike each other: no collapse, but too early.
  // Else "".
  const std::string& alike() const { return alike_; }
  // The step where the earliest sign began that holds now, found or still in doubt; none: all is
  // well.
  std::optional<int64_t> suspect_since() const;

 private:
  // Consecutive figures that a rule calls bad.
  struct Row {
    int64_t count = 0, since_step = 0;
    double since_kimg = 0;
    Finding finding = {};
    bool found = false;
  };
  struct Figure {
    bool bad;
    std::string saw, advice;
  };
  void judge(const std::string& rule, const nlohmann::json& line, int64_t wanted,
             const Figure& figure);
  void saturated_d(const nlohmann::json& line, int64_t wanted);
  void gradients(const nlohmann::json& line, int64_t wanted);
  void diversity(const nlohmann::json& line, bool last);
  void classes(const nlohmann::json& line, bool last);
  void copies(const nlohmann::json& line, bool last);
  void modes(const nlohmann::json& line, double quality);
  void recall(const nlohmann::json& line, double precision, double recall);
  int64_t wanted(bool last, bool young) const;
  bool young(const nlohmann::json& line) const;
  bool early(const nlohmann::json& line) const;
  std::string rate_advice(const char* option) const;

  std::string loss_, rates_;
  double kimg_ = 0;
  std::map<std::string, double> rate_;
  std::map<std::string, Row> rows_;
  std::map<std::string, std::vector<double>> norms_;  // of gradients, by net, without bad rows
  double best_diversity_ = 0, most_modes_ = 0, most_recall_ = 0, most_precision_ = 0;
  int64_t snapshots_ = 0;
  std::vector<Finding> new_, ended_;
  std::string alike_;
};

}  // namespace gannet
