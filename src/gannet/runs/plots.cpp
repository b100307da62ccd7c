#include "gannet/runs/plots.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "gannet/base/error.h"
#include "gannet/formats/png.h"
#include "gannet/runs/detail/json_lines.h"
#include "gannet/runs/directory.h"
#include "gannet/runs/metric_history.h"

namespace gannet {
namespace {

using nlohmann::json;

constexpr Colour kReal = {160, 160, 160};
constexpr size_t kEnoughForOutliers = 40;
constexpr std::string_view kMetric = "metric-";  // of the names of such plots
constexpr std::string_view kEndings[] = {".png", ".svg"};

// Curves of one plot by name, in the order in which they came.
class Curves {
 public:
  void add(const std::string& name, double x, double y) {
    auto found = std::ranges::find(curves_, name, &Curve::name);
    if (found == curves_.end()) {
      curves_.push_back({.name = name, .x = {}, .y = {}, .colour = curve_colour(curves_.size())});
      found = curves_.end() - 1;
    }
    found->x.push_back(x);
    found->y.push_back(y);
  }
  std::vector<Curve>& all() { return curves_; }

 private:
  std::vector<Curve> curves_;
};

// Where a few values would press the others flat, the axis is of the middle 98%.
void without_outliers(RunPlot& plot) {
  std::vector<double> values;
  for (const Curve& curve : plot.curves)
    for (const double y : curve.y)
      if (std::isfinite(y)) values.push_back(y);
  if (values.size() < kEnoughForOutliers) return;
  std::ranges::sort(values);
  const auto at = [&](double share) {
    return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1))];
  };
  const double low = at(0.01), high = at(0.99), room = high - low;
  if (!(room > 0) || (values.front() >= low - 3 * room && values.back() <= high + 3 * room)) return;
  plot.y.from = low - 0.05 * room;
  plot.y.to = high + 0.05 * room;
  plot.y.name += " (without the outermost 1%)";
}

// Ends of an axis whose five parts are round numbers.
void round_ends(Axis& axis, double low, double high) {
  if (axis.logarithmic || !(low < high)) return;
  const double power = std::pow(10, std::floor(std::log10((high - low) / 5)));
  for (const double factor :
       {1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0}) {
    const double step = factor * power, from = std::floor(low / step + 1e-9) * step;
    if (from + 5 * step < high - 1e-9 * step) continue;
    axis.from = from;
    axis.to = from + 5 * step;
    return;
  }
}

// Round axes from kimg 0 on.
void settle_axes(RunPlot& plot) {
  double low = INFINITY, high = -INFINITY, last = 0;
  for (const Curve& curve : plot.curves) {
    for (const double x : curve.x) last = std::max(last, x);
    for (const double y : curve.y)
      if (std::isfinite(y)) low = std::min(low, y), high = std::max(high, y);
  }
  plot.x.from = 0;
  round_ends(plot.x, 0, last);
  if (plot.y.from != plot.y.to) low = plot.y.from, high = plot.y.to;
  round_ends(plot.y, low, high);
}

// What the runs' names share at their front is left out.
std::vector<std::string> short_names(const std::vector<Path>& runs) {
  std::vector<std::string> names;
  for (const Path& run : runs) names.push_back(RunDirectory::open(run).name());
  if (runs.size() < 2) return {""};
  const auto after_number = [](const std::string& name) {
    const size_t dash = name.find('-');
    return dash == std::string::npos ? name : name.substr(dash + 1);
  };
  std::string common = after_number(names[0]);
  for (const std::string& name : names) {
    const std::string rest = after_number(name);
    size_t same = 0;
    while (same < std::min(common.size(), rest.size()) && common[same] == rest[same]) ++same;
    common.resize(same);
  }
  common.resize(common.find_last_of("-,") == std::string::npos ? 0 : common.find_last_of("-,") + 1);
  for (std::string& name : names)
    name = name.substr(0, name.find('-') + 1) + after_number(name).substr(common.size()) + " ";
  // Of several folders: 00000 of each of them is a run of its own.
  if (std::set<std::string>(names.begin(), names.end()).size() < names.size())
    for (size_t i = 0; i < runs.size(); ++i) {
      const Path folder =
          std::filesystem::absolute(RunDirectory::open(runs[i]).path()).lexically_normal();
      names[i] = folder.parent_path().filename().string() + "/" + names[i];
    }
  return names;
}

void add_numbers(Curves& to, const std::string& prefix, const json& line, const char* key) {
  const json object = line.value(key, json::object());
  for (const auto& [name, value] : object.items())
    if (value.is_number()) to.add(prefix + name, line.value("kimg", 0.0), value.get<double>());
}

void add_metrics(std::map<std::string, Curves>& to, const std::string& prefix,
                 const MetricHistory& history) {
  for (const std::string& metric : history.metrics)
    for (const NetworkMetrics& network : history.networks)
      if (const MetricFigure* figure = network.find(metric); figure != nullptr && figure->value) {
        to[metric].add(prefix + metric, network.kimg, *figure->value);
        if (figure->real && prefix.empty())
          to[metric].add("real samples", network.kimg, *figure->real);
      }
}

// As PNG or SVG, by the file's name.
void write_plot(const RunPlot& plot, const Path& file) {
  if (file.extension() == ".svg")
    write_file(file, svg_curves(plot.curves, plot.x, plot.y));
  else
    write_file(file,
               write_png(draw_curves(plot.curves, plot.x, plot.y, Legend::outside, 720, 420)));
}

}  // namespace

std::vector<RunPlot> run_plots(const std::vector<Path>& runs) {
  Curves loss, score, norms, diversity;
  std::map<std::string, Curves> metrics;
  const std::vector<std::string> names = short_names(runs);
  for (size_t i = 0; i < runs.size(); ++i) {
    const RunDirectory run = RunDirectory::open(runs[i]);
    const std::string& prefix = names[i];
    for (const json& line : read_json_lines(run.stats())) {
      add_numbers(loss, prefix, line, "loss");
      add_numbers(score, prefix, line, "score");
      add_numbers(norms, prefix, line, "grad_norm");
    }
    for (const json& line : read_json_lines(run.snapshots()))
      if (line.contains("diversity") && line["diversity"].is_number())
        diversity.add(prefix + "diversity", line.value("kimg", 0.0),
                      line["diversity"].get<double>());
    add_metrics(metrics, prefix, read_metric_history(run.metrics()));
  }
  const Axis kimg{.name = "kimg"};
  std::vector<RunPlot> plots = {
      {"loss", loss.all(), kimg, {.name = "loss"}},
      {"score", score.all(), kimg, {.name = "mean of sigmoid(logit)", .from = 0, .to = 1}},
      {"gradient", norms.all(), kimg, {.name = "gradient norm", .logarithmic = true}},
      {"diversity",
       diversity.all(),
       kimg,
       {.name = "diversity of the grid", .from = 0, .to = 1.2}}};
  without_outliers(plots[0]);
  for (auto& [metric, curves] : metrics) {
    for (Curve& curve : curves.all())
      if (curve.name == "real samples") curve.colour = kReal;
    plots.push_back({std::string(kMetric) + metric, curves.all(), kimg, {.name = metric}});
  }
  std::erase_if(plots, [](const RunPlot& plot) { return plot.curves.empty(); });
  for (RunPlot& plot : plots) settle_axes(plot);
  return plots;
}

std::vector<std::string> write_plots(const std::vector<Path>& runs, const Path& folder) {
  const std::vector<RunPlot> plots = run_plots(runs);
  if (plots.empty()) throw Error("there is nothing to plot yet", runs.at(0).string());
  std::filesystem::create_directories(folder);
  std::vector<std::string> names;
  for (const RunPlot& plot : plots) {
    const std::string name = "plot-" + plot.name;
    for (const std::string_view ending : kEndings)
      write_plot(plot, folder / (name + std::string(ending)));
    names.push_back(name);
  }
  return names;
}

void check_plot_name(const Path& out) {
  const std::string ending = out.extension().string();
  if (out.stem().empty() || !(ending.empty() || std::ranges::count(kEndings, ending) > 0))
    throw UsageError("expected a name that ends in .png or .svg, or in neither for both, found '" +
                         out.string() + "'",
                     "--out", "--out curves.png");
}

std::vector<Path> write_metric_plots(const std::vector<Path>& runs, const Path& out) {
  check_plot_name(out);
  const std::string ending = out.extension().string();
  std::vector<RunPlot> plots = run_plots(runs);
  std::erase_if(plots, [](const RunPlot& plot) { return !plot.name.starts_with(kMetric); });
  if (plots.empty())
    throw Error("these runs measured no metric that could be drawn", runs.at(0).string());
  if (out.has_parent_path()) std::filesystem::create_directories(out.parent_path());
  std::vector<Path> files;
  for (const RunPlot& plot : plots) {
    std::string name = out.stem().string();
    if (plots.size() > 1) name += "-" + plot.name.substr(kMetric.size());
    for (const std::string_view each : kEndings) {
      if (!ending.empty() && each != ending) continue;
      files.push_back(out.parent_path() / (name + std::string(each)));
      write_plot(plot, files.back());
    }
  }
  return files;
}

}  // namespace gannet
