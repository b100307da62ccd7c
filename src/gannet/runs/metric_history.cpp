#include "gannet/runs/metric_history.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "gannet/base/error.h"
#include "gannet/runs/detail/figure_text.h"
#include "gannet/runs/detail/json_lines.h"

namespace gannet {
namespace {

using nlohmann::json;

std::optional<double> number_at(const json& line, const char* key) {
  if (!line.contains(key) || !line[key].is_number()) return {};
  return line[key].get<double>();
}

bool is_figure(const json& line) {
  return line.contains("metric") && line["metric"].is_string() && line.contains("network") &&
         line["network"].is_string() && line.contains("step") && line["step"].is_number_integer();
}

}  // namespace

std::string table_name(const std::string& metric) {
  for (const Metric& row : metric_table())
    if (metric.starts_with(row.name) &&
        (metric.size() == row.name.size() || std::isdigit(metric[row.name.size()]) != 0 ||
         metric.substr(row.name.size()).starts_with("_k")))
      return std::string(row.name);
  return metric;
}

const MetricFigure* NetworkMetrics::find(const std::string& metric) const {
  const auto found = std::ranges::find(figures, metric, &MetricFigure::metric);
  return found == figures.end() ? nullptr : &*found;
}
std::optional<double> NetworkMetrics::value(const std::string& metric) const {
  const MetricFigure* figure = find(metric);
  return figure == nullptr ? std::nullopt : figure->value;
}

Better better_of(const std::string& metric, const json& line) {
  if (line.is_object() && line.contains("better"))
    for (const Better better : {Better::lower, Better::higher, Better::half, Better::one})
      if (line["better"] == better_text(better)) return better;
  const std::string name = table_name(metric);
  for (const Metric& row : metric_table())
    if (row.name == name) return row.better;
  return Better::higher;
}

bool is_better(Better better, double a, double b) {
  if (better == Better::half || better == Better::one) {
    const double ideal = better == Better::half ? 0.5 : 1;
    return std::abs(a - ideal) < std::abs(b - ideal);
  }
  return better == Better::lower ? a < b : a > b;
}

MetricHistory read_metric_history(const Path& metrics) {
  std::map<std::pair<int64_t, std::string>, NetworkMetrics> networks;
  std::map<std::string, Better> better;
  for (const json& line : read_json_lines(metrics)) {
    if (!is_figure(line)) continue;
    const auto step = line["step"].get<int64_t>();
    const std::string name = line["network"].get<std::string>(),
                      metric = line["metric"].get<std::string>();
    NetworkMetrics& network = networks[{step, name}];
    network.network = name;
    network.step = step;
    network.kimg = number_at(line, "kimg").value_or(0);
    network.figures.push_back({.metric = metric,
                               .value = number_at(line, "value"),
                               .error = number_at(line, "error"),
                               .real = number_at(line, "real"),
                               .protocol = line.value("protocol", json::object())});
    better[metric] = better_of(metric, line);
  }
  MetricHistory history;
  for (auto& [key, network] : networks) history.networks.push_back(std::move(network));
  for (auto network = history.networks.rbegin(); network != history.networks.rend(); ++network)
    for (const MetricFigure& figure : network->figures)
      if (std::ranges::find(history.metrics, figure.metric) == history.metrics.end()) {
        history.metrics.push_back(figure.metric);
        history.better.push_back(better[figure.metric]);
      }
  return history;
}

const NetworkMetrics* MetricHistory::best() const {
  const auto beats = [&](const NetworkMetrics& a, const NetworkMetrics& b) {
    for (size_t i = 0; i < metrics.size(); ++i) {
      const auto x = a.value(metrics[i]), y = b.value(metrics[i]);
      if (x && (!y || is_better(better[i], *x, *y))) return true;
      if (y && (!x || is_better(better[i], *y, *x))) return false;
    }
    return true;  // the newer one
  };
  const NetworkMetrics* best = nullptr;
  for (const NetworkMetrics& network : networks)
    if (network.value(metrics[0]) && (best == nullptr || beats(network, *best))) best = &network;
  return best;
}

bool StopCondition::holds(double value) const {
  return (below ? value < bound : value > bound) || (or_equal && value == bound);
}
// gan_train is gan-train.
bool StopCondition::is_of(const std::string& name) const {
  const auto plain = [](std::string text) {
    std::ranges::replace(text, '_', '-');
    return text;
  };
  return plain(name) == plain(metric) || plain(std::string(table_name(name))) == plain(metric);
}

std::optional<StopCondition> parse_stop_condition(const std::string& text) {
  if (text.empty()) return {};
  const UsageError wrong("expected a metric, < or >, and a number, found '" + text + "'",
                         "--stop-when", "--stop-when 'fd < 8'");
  const size_t at = text.find_first_of("<>");
  if (at == std::string::npos) throw wrong;
  StopCondition condition{.below = text[at] == '<'};
  size_t after = at + 1;
  if (after < text.size() && text[after] == '=') condition.or_equal = true, ++after;
  const auto trimmed = [](std::string part) {
    part.erase(0, part.find_first_not_of(' '));
    part.erase(part.find_last_not_of(' ') + 1);
    return part;
  };
  condition.metric = trimmed(text.substr(0, at));
  const std::string number = trimmed(text.substr(after));
  const auto [end, error] =
      std::from_chars(number.data(), number.data() + number.size(), condition.bound);
  if (condition.metric.empty() || error != std::errc() || end != number.data() + number.size() ||
      !std::isfinite(condition.bound))
    throw wrong;
  return condition;
}

std::string stop_reason(const MetricHistory& history, const std::optional<StopCondition>& when,
                        double patience) {
  const NetworkMetrics* last = history.last();
  if (!when && patience <= 0) return "";
  std::string measured;
  for (const std::string& name : history.metrics) measured += (measured.empty() ? "" : ", ") + name;
  const bool known =
      last != nullptr &&
      (!when || std::ranges::any_of(history.metrics, [&](auto& m) { return when->is_of(m); }));
  if (!known)
    throw UsageError(measured.empty() ? "this run measures no metric"
                                      : "this run does not measure it, but " + measured,
                     when ? "--stop-when, of " + when->metric : "--patience",
                     "--metrics names what is measured at each snapshot");
  if (when)
    for (const MetricFigure& figure : last->figures)
      if (when->is_of(figure.metric) && figure.value && when->holds(*figure.value))
        return figure.metric + " " + figure_text(*figure.value) + (when->below ? " <" : " >") +
               (when->or_equal ? "= " : " ") + figure_text(when->bound);
  // The first of equals: to be as good again is no progress.
  const NetworkMetrics* best = nullptr;
  for (const NetworkMetrics& network : history.networks)
    if (const auto value = network.value(history.metrics[0]);
        value &&
        (best == nullptr || is_better(history.better[0], *value, *best->value(history.metrics[0]))))
      best = &network;
  if (patience > 0 && best != nullptr && last->kimg - best->kimg >= patience - 1e-9)
    return "no better " + history.metrics[0] + " than " +
           figure_text(*best->value(history.metrics[0])) + " (of " + figure_text(best->kimg) +
           " kimg) in " + figure_text(patience) + " kimg";
  return "";
}

}  // namespace gannet
