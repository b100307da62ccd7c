#include "gannet/runs/comparison.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>
#include <set>

#include "gannet/base/error.h"
#include "gannet/base/spelling.h"
#include "gannet/runs/detail/options_file.h"
#include "gannet/runs/detail/run_groups.h"
#include "gannet/runs/directory.h"

namespace gannet {
namespace {

using nlohmann::json;

constexpr int kBootstrap = 10000;
const char* const kSameMetrics =
    "gannet eval --network RUN with the same --metrics, --features and --data for each";

// Of a protocol that may differ: draws, and the network itself.
const std::set<std::string> kOwn = {"seed", "fake", "fake_hash"};

void refuse_unlike(const std::string& metric, const json& a, const json& b, const Path& run_a,
                   const Path& run_b) {
  std::set<std::string> keys;
  for (const json* protocol : {&a, &b})
    for (const auto& [key, value] : protocol->items())
      if (!kOwn.contains(key)) keys.insert(key);
  for (const std::string& key : keys)
    if (a.value(key, json()) != b.value(key, json()))
      throw Error("the protocols of " + metric + " differ: " + key + " is " +
                      value_text(a.value(key, json("not there"))) + " in " +
                      run_a.filename().string() + " and " +
                      value_text(b.value(key, json("not there"))),
                  run_b.string(), kSameMetrics);
}

// "fd2k in 00000-x, fd5k in 00001-x" of the metrics that are one in the table but not in their
// names;
// "" where there are none.
std::string unlike_names(const std::string& base,
                         const std::vector<const NetworkMetrics*>& networks,
                         const std::vector<RunSummary>& runs) {
  std::string text;
  std::set<std::string> names;
  for (size_t i = 0; i < networks.size(); ++i) {
    if (networks[i] == nullptr) continue;
    const auto& figures = networks[i]->figures;
    const auto found = std::ranges::find_if(
        figures, [&](const MetricFigure& figure) { return table_name(figure.metric) == base; });
    if (found == figures.end()) return "";
    if (names.insert(found->metric).second)
      text += (text.empty() ? "" : ", ") + found->metric + " in " + runs[i].name;
  }
  return names.size() > 1 ? text : "";
}

// Throws Error where there is nothing to compare but figures of unlike numbers of samples.
void tell_left_out(RunComparison& c, const std::vector<const NetworkMetrics*>& networks,
                   const NetworkMetrics& first) {
  std::set<std::string> told;
  for (const MetricFigure& figure : first.figures) {
    const std::string base = table_name(figure.metric);
    const bool compared = std::ranges::any_of(
        c.metrics, [&](const ComparedMetric& m) { return table_name(m.metric) == base; });
    const std::string unlike = unlike_names(base, networks, c.runs);
    if (unlike.empty() || compared || !told.insert(base).second) continue;
    c.notes.push_back(
        base + " is not compared, its samples or neighbours are of unlike numbers: " + unlike);
  }
  if (c.metrics.empty() && !c.notes.empty())
    throw Error(c.notes[0] + (c.notes.size() == 1 ? ""
                                                  : ", and " + std::to_string(c.notes.size() - 1) +
                                                        " metrics more like it"),
                "gannet runs compare", kSameMetrics);
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double deviation_of(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

// Means of resampled groups, a minus b; by a fixed generator: the same answer each time.
void bootstrap(const std::vector<double>& a, const std::vector<double>& b, GroupDifference& d) {
  std::mt19937_64 random(0);
  const auto resampled = [&](const std::vector<double>& values) {
    double sum = 0;
    for (size_t i = 0; i < values.size(); ++i) sum += values[random() % values.size()];
    return sum / static_cast<double>(values.size());
  };
  std::vector<double> differences;
  for (int i = 0; i < kBootstrap; ++i) differences.push_back(resampled(a) - resampled(b));
  std::ranges::sort(differences);
  d.low = differences[static_cast<size_t>(0.025 * kBootstrap)];
  d.high = differences[static_cast<size_t>(0.975 * kBootstrap) - 1];
}

GroupDifference difference(const std::vector<double>& a, const std::vector<double>& b,
                           const GroupFigure& of_a, const GroupFigure& of_b) {
  GroupDifference d{.difference = of_a.mean - of_b.mean};
  if (of_a.error && of_b.error) d.error = std::hypot(*of_a.error, *of_b.error);
  if (a.size() < 2 || b.size() < 2) return d;
  bootstrap(a, b, d);
  d.p_value = rank_test(a, b);
  return d;
}

ComparedMetric compare_metric(const std::string& metric, Better better,
                              const std::vector<const NetworkMetrics*>& networks,
                              const std::vector<RunGroup>& groups) {
  ComparedMetric result{.metric = metric, .better = better};
  for (const NetworkMetrics* network : networks)
    result.values.push_back(network == nullptr ? std::nullopt : network->value(metric));
  std::vector<std::vector<double>> values(groups.size());
  for (size_t g = 0; g < groups.size(); ++g) {
    GroupFigure figure;
    for (const size_t run : groups[g].runs)
      if (result.values[run]) values[g].push_back(*result.values[run]);
    figure.n = values[g].size();
    if (figure.n > 0) figure.mean = mean_of(values[g]);
    if (figure.n > 1) {
      figure.deviation = deviation_of(values[g]);
      figure.error = *figure.deviation / std::sqrt(static_cast<double>(figure.n));
    } else if (figure.n == 1) {
      for (const size_t run : groups[g].runs)
        if (result.values[run]) figure.error = networks[run]->find(metric)->error;
    }
    result.groups.push_back(figure);
  }
  for (size_t g = 0; g < groups.size(); ++g)
    if (values[g].size() > 0 &&
        (values[result.best].empty() ||
         is_better(better, result.groups[g].mean, result.groups[result.best].mean)))
      result.best = g;
  for (size_t g = 0; g < groups.size(); ++g)
    result.against.push_back(
        g == result.best || values[g].empty()
            ? std::nullopt
            : std::optional(difference(values[g], values[result.best], result.groups[g],
                                       result.groups[result.best])));
  return result;
}

void compare_options(RunComparison& c, const std::vector<json>& options) {
  std::set<std::string> keys;
  std::vector<json> flat;
  for (const json& one : options) flat.push_back(one.flatten());
  for (const json& one : flat)
    for (const auto& [key, value] : one.items()) keys.insert(key);
  for (const std::string& key : keys) {
    if (key.starts_with("/decisions/")) continue;  // reasons of options that are listed themselves
    std::vector<json> values;
    for (const json& one : flat) values.push_back(one.value(key, json()));
    if (std::ranges::any_of(values, [&](const json& value) { return value != values[0]; }))
      c.options.emplace_back(key.substr(1), values);
  }
}

}  // namespace

RunComparison compare_runs(const std::vector<Path>& runs, const std::string& at) {
  if (at != "best" && at != "last")
    throw UsageError("expected best or last", "--at " + at, "--at best");
  RunComparison c;
  std::vector<json> options, settings;
  std::vector<const NetworkMetrics*> networks;
  for (const Path& path : runs) c.runs.push_back(summarize(path));
  for (size_t i = 0; i < c.runs.size(); ++i)
    for (size_t other = 0; other < i; ++other)
      if (std::filesystem::equivalent(c.runs[i].path, c.runs[other].path))
        throw UsageError("a run is named twice", c.runs[i].path.string(),
                         "each run once: the same figures again are no second measurement");
  for (const RunSummary& run : c.runs) {
    options.push_back(read_options(RunDirectory(run.path)));
    settings.push_back(settings_of(options.back()));
    networks.push_back(at == "best" ? run.metrics.best() : run.metrics.last());
    c.networks.push_back(networks.back() == nullptr ? "" : networks.back()->network);
  }
  compare_options(c, options);
  c.groups = groups_of(settings);
  const auto first = std::ranges::find_if(networks, [](const auto* n) { return n != nullptr; });
  if (first == networks.end()) return c;
  const size_t at_first = static_cast<size_t>(first - networks.begin());
  const MetricHistory& history = c.runs[at_first].metrics;
  for (size_t m = 0; m < history.metrics.size(); ++m) {
    const std::string& metric = history.metrics[m];
    const MetricFigure* base = (*first)->find(metric);
    bool everywhere = base != nullptr;
    for (size_t i = 0; i < networks.size() && everywhere; ++i) {
      if (networks[i] == nullptr) continue;
      const MetricFigure* figure = networks[i]->find(metric);
      everywhere = figure != nullptr;
      if (everywhere)
        refuse_unlike(metric, base->protocol, figure->protocol, c.runs[at_first].path,
                      c.runs[i].path);
    }
    if (everywhere)
      c.metrics.push_back(compare_metric(metric, history.better[m], networks, c.groups));
  }
  tell_left_out(c, networks, **first);
  return c;
}

double rank_test(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> pooled = a;
  pooled.insert(pooled.end(), b.begin(), b.end());
  const size_t n = a.size(), all = pooled.size();
  std::vector<double> ranks;
  for (const double value : pooled) {
    const auto below = std::ranges::count_if(pooled, [&](double v) { return v < value; });
    const auto equal = std::ranges::count(pooled, value);
    ranks.push_back(static_cast<double>(below) + (static_cast<double>(equal) + 1) / 2);
  }
  const double expected = static_cast<double>(n * (all + 1)) / 2;
  const double observed =
      std::abs(std::accumulate(ranks.begin(), ranks.begin() + static_cast<std::ptrdiff_t>(n), 0.0) -
               expected);
  if (all > 20) {
    double ties = 0;
    for (const double value : std::set<double>(pooled.begin(), pooled.end())) {
      const auto t = static_cast<double>(std::ranges::count(pooled, value));
      ties += t * t * t - t;
    }
    const auto x = static_cast<double>(all), p = static_cast<double>(n * (all - n));
    const double variance = p / 12 * (x + 1 - ties / (x * (x - 1)));
    return variance <= 0 ? 1 : std::erfc(std::max(0.0, observed - 0.5) / std::sqrt(2 * variance));
  }
  int64_t extreme = 0, total = 0;
  const std::function<void(size_t, size_t, double)> choose = [&](size_t from, size_t left,
                                                                 double sum) {
    if (left == 0) {
      ++total;
      extreme += std::abs(sum - expected) >= observed - 1e-9;
      return;
    }
    for (size_t i = from; i + left <= all; ++i) choose(i + 1, left - 1, sum + ranks[i]);
  };
  choose(0, n, 0);
  return static_cast<double>(extreme) / static_cast<double>(total);
}

}  // namespace gannet
