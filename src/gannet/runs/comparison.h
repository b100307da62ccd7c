// What runs differ in: options, and the metrics of a network of each, with their error. No torch in
// here.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "gannet/runs/list.h"

namespace gannet {

// Runs whose options differ in the seed alone. Where a budget in time set a run's length, the
// budget is the option, in minutes, and the length a figure.
struct RunGroup {
  std::string name;          // what its options have that another group's don't: "gamma=1 lr=0.001"
  std::vector<size_t> runs;  // numbers in RunComparison::runs
};

struct GroupFigure {
  size_t n = 0;  // runs that measured it
  double mean = 0;
  std::optional<double> deviation;  // the sample's standard deviation; none of one run
  std::optional<double> error;      // of the mean: over seeds, or of one run the metric's own
};

// Of a group against the best one of this metric.
struct GroupDifference {
  double difference = 0;            // its mean minus that of the best
  std::optional<double> error;      // standard error
  std::optional<double> low, high;  // 95% interval, by the bootstrap over seeds
  std::optional<double> p_value;    // of the rank test, two-sided
};

struct ComparedMetric {
  std::string metric;
  Better better = Better::higher;
  std::vector<std::optional<double>> values;            // by run
  std::vector<GroupFigure> groups;                      // by group
  size_t best = 0;                                      // the group with the best mean
  std::vector<std::optional<GroupDifference>> against;  // by group; none of the best
};

struct RunComparison {
  std::vector<RunSummary> runs;
  std::vector<std::string> networks;  // whose figures are compared, by run; "" where it has none
  std::vector<RunGroup> groups;
  std::vector<std::pair<std::string, std::vector<nlohmann::json>>> options;  // that differ, by run
  std::vector<ComparedMetric> metrics;  // that all runs with a network have measured
  std::vector<std::string> notes;       // of metrics that are left out, a line each
};

// Do runs that differ in this option of `train` make groups of their own? Not where it is the seed,
// or makes no other game: a name, a folder, threads, metrics.
bool tells_groups_apart(const std::string& option);

// `at`: "best" or "last", the network of each run. Throws Error for figures of unlike protocols,
// also where all metrics that these runs share are of unlike numbers of samples, UsageError for
// another `at`.
RunComparison compare_runs(const std::vector<Path>& runs, const std::string& at = "best");

// Two-sided p-value of the rank-sum test (Mann and Whitney 1947), exact up to 20 values (also with
// ties), else by the normal approximation. Each of at least one value.
double rank_test(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace gannet
