#include "cli/run_comparison.h"

#include <algorithm>
#include <numeric>

#include "cli/command.h"
#include "cli/format.h"
#include "gannet/runs/directory.h"

namespace gannet::cli {
namespace {

using Json = nlohmann::json;
using Rows = std::vector<std::vector<std::string>>;

std::string four(double value) { return number(value, "%.4g"); }

std::string figure_text(const GroupFigure& figure) {
  if (figure.n == 0) return "not measured";
  std::string text = four(figure.mean);
  if (figure.deviation) return text + " (sd " + four(*figure.deviation) + ")";
  return figure.error ? text + " +-" + four(*figure.error) : text;
}

// Of a metric without an error of its own, a group of one run has none.
std::string without_error(const RunComparison& c, const ComparedMetric& metric, size_t group) {
  const bool alone = metric.groups[group].n < 2, best_alone = metric.groups[metric.best].n < 2;
  if (alone && best_alone) return "one run each: no error";
  return "one run of " + c.groups[alone ? group : metric.best].name + ": no error";
}

std::string difference_text(const RunComparison& c, const ComparedMetric& metric, size_t group) {
  const std::optional<GroupDifference>& d = metric.against[group];
  std::string text = number(d->difference, "%+.4g");
  text += d->error ? " +-" + four(*d->error) : ", " + without_error(c, metric, group);
  if (d->low) text += ", 95% " + four(*d->low) + " to " + four(*d->high);
  if (d->p_value) text += ", rank test p " + number(*d->p_value, "%.3g");
  return text;
}

// Groups by their mean of the first metric, the best first.
std::vector<size_t> ranking(const RunComparison& c) {
  std::vector<size_t> order(c.groups.size());
  std::iota(order.begin(), order.end(), size_t{0});
  if (c.metrics.empty()) return order;
  const ComparedMetric& first = c.metrics[0];
  std::ranges::stable_sort(order, [&](size_t a, size_t b) {
    if (first.groups[a].n == 0 || first.groups[b].n == 0)
      return first.groups[a].n > first.groups[b].n;
    return is_better(first.better, first.groups[a].mean, first.groups[b].mean);
  });
  return order;
}

std::string seed_of(const RunSummary& run) {
  const Json options = Json::parse(read_text(RunDirectory(run.path).options()));
  return options.contains("seed") ? options["seed"].dump() : "";
}

std::string ends_of(const RunComparison& c, const RunGroup& group) {
  std::vector<std::pair<std::string, int>> counts;
  for (const size_t run : group.runs) {
    const std::string& state = c.runs[run].state;
    const auto found = std::ranges::find(counts, state, &std::pair<std::string, int>::first);
    found == counts.end() ? counts.emplace_back(state, 1), void() : void(++found->second);
  }
  std::string text;
  for (const auto& [state, count] : counts)
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + state;
  return text;
}

}  // namespace

std::string groups_text(const RunComparison& c) {
  Rows means = {{"runs of", "ended"}}, differences = {{"against the best", "difference"}};
  for (const ComparedMetric& metric : c.metrics)
    means[0].push_back(metric.metric + " (" + std::string(better_text(metric.better)) +
                       " is better)");
  for (const size_t g : ranking(c)) {
    means.push_back({c.groups[g].name, ends_of(c, c.groups[g])});
    for (const ComparedMetric& metric : c.metrics) {
      means.back().push_back(figure_text(metric.groups[g]));
      if (metric.against[g])
        differences.push_back(
            {metric.metric + ": " + c.groups[g].name + " against " + c.groups[metric.best].name,
             difference_text(c, metric, g)});
    }
  }
  std::string text = table(means);
  if (c.metrics.empty()) text += "no metric that all of these runs have measured\n";
  for (const std::string& note : c.notes) text += note + "\n";
  if (differences.size() > 1) text += "\n" + table(differences);
  return text;
}

std::string options_text(const RunComparison& c) {
  Rows rows = {{""}};
  for (const RunSummary& run : c.runs) rows[0].push_back(run.name);
  for (const auto& [key, values] : c.options) {
    rows.push_back({key});
    for (const Json& value : values) rows.back().push_back(value.dump());
  }
  return table(rows);
}

std::string runs_text(const RunComparison& c) {
  Rows rows = {{"run", "state", "kimg", "network"}};
  for (const ComparedMetric& metric : c.metrics) rows[0].push_back(metric.metric);
  for (size_t i = 0; i < c.runs.size(); ++i) {
    rows.push_back({c.runs[i].name, c.runs[i].state, number(c.runs[i].kimg), c.networks[i]});
    for (const ComparedMetric& metric : c.metrics)
      rows.back().push_back(metric.values[i] ? four(*metric.values[i]) : "-");
  }
  return table(rows);
}

Json comparison_json(const RunComparison& c) {
  Json runs = Json::array(), options = Json::object(), metrics = Json::array();
  for (const RunSummary& run : c.runs) runs.push_back(run.path.string());
  for (const auto& [key, values] : c.options) options[key] = values;
  const auto optional = [](const std::optional<double>& value) {
    return value ? Json(*value) : Json();
  };
  for (const ComparedMetric& metric : c.metrics) {
    Json values = Json::array(), groups = Json::array();
    for (const auto& value : metric.values) values.push_back(optional(value));
    for (size_t g = 0; g < c.groups.size(); ++g) {
      const GroupFigure& figure = metric.groups[g];
      Json group = {{"group", c.groups[g].name},
                    {"runs", c.groups[g].runs},
                    {"n", figure.n},
                    {"mean", figure.mean},
                    {"deviation", optional(figure.deviation)},
                    {"error", optional(figure.error)}};
      if (const auto& d = metric.against[g])
        group["against_best"] = {
            {"best", c.groups[metric.best].name}, {"difference", d->difference},
            {"error", optional(d->error)},        {"low", optional(d->low)},
            {"high", optional(d->high)},          {"p_value", optional(d->p_value)}};
      groups.push_back(std::move(group));
    }
    metrics.push_back({{"metric", metric.metric},
                       {"better", better_text(metric.better)},
                       {"values", values},
                       {"groups", groups}});
  }
  return {{"runs", runs},
          {"networks", c.networks},
          {"differences", options},
          {"metrics", metrics},
          {"notes", c.notes}};
}

std::string comparison_csv(const RunComparison& c) {
  const auto cell = [](std::string text) {
    if (text.find_first_of(",\"\n") == std::string::npos) return text;
    for (size_t at = 0; (at = text.find('"', at)) != std::string::npos; at += 2)
      text.insert(at, "\"");
    return '"' + text + '"';
  };
  std::string csv = "run,group,seed,state,kimg,network";
  for (const ComparedMetric& metric : c.metrics) csv += "," + cell(metric.metric);
  csv += "\n";
  for (size_t i = 0; i < c.runs.size(); ++i) {
    const auto group = std::ranges::find_if(
        c.groups, [&](const RunGroup& g) { return std::ranges::count(g.runs, i) > 0; });
    csv += cell(c.runs[i].name) + "," + cell(group->name) + "," + seed_of(c.runs[i]) + "," +
           c.runs[i].state + "," + number(c.runs[i].kimg, "%.10g") + "," + c.networks[i];
    for (const ComparedMetric& metric : c.metrics)
      csv += "," + (metric.values[i] ? number(*metric.values[i], "%.10g") : "");
    csv += "\n";
  }
  return csv;
}

}  // namespace gannet::cli
