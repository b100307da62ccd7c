// The metrics of a run's snapshots (metrics.jsonl): which network is the best, and whether the run
// should stop. No torch in here.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/evaluation/metric_table.h"

namespace gannet {

struct MetricFigure {
  std::string metric;           // as asked for: "fd2k"
  std::optional<double> value;  // none: not finite
  std::optional<double> error, real;
  nlohmann::json protocol;
};

// All metrics of one network.
struct NetworkMetrics {
  std::string network;  // the file's name
  int64_t step = 0;
  double kimg = 0;
  std::vector<MetricFigure> figures;

  const MetricFigure* find(const std::string& metric) const;  // null: not measured
  std::optional<double> value(const std::string& metric) const;
};

// Of metric_table(), without sample count and k: fd of fd2k.
std::string table_name(const std::string& metric);

// Which values of a metric are better; by the line's own "better", else by metric_table(). More is
// better where neither knows it.
Better better_of(const std::string& metric, const nlohmann::json& line = {});
bool is_better(Better better, double a, double b);  // a than b

struct MetricHistory {
  std::vector<std::string> metrics;      // those of the newest snapshot first, in their order
  std::vector<Better> better;            // of each
  std::vector<NetworkMetrics> networks;  // by step

  // The network with the best value of the first metric, among equals of the second, ..., among
  // equals the newest. Null where none has the first.
  const NetworkMetrics* best() const;
  const NetworkMetrics* last() const { return networks.empty() ? nullptr : &networks.back(); }
};

MetricHistory read_metric_history(const Path& metrics);

// `--stop-when`: "fd < 8", of a metric by its whole name or by the table's.
struct StopCondition {
  std::string metric;
  bool below = true, or_equal = false;
  double bound = 0;
  bool holds(double value) const;
  bool is_of(const std::string& name) const;  // "fd" is of "fd2k" too
};
// "" is none. Throws UsageError naming --stop-when.
std::optional<StopCondition> parse_stop_condition(const std::string& text);

// Why a run stops after its newest snapshot, or "": "fd2k 7.9 < 8", "no better fd2k than 8.21 (of
// 40 kimg) in 50 kimg". patience in kimg, 0: none. Throws UsageError where the run does not measure
// what is asked for.
std::string stop_reason(const MetricHistory& history, const std::optional<StopCondition>& when,
                        double patience);

}  // namespace gannet
