// gannet runs list | show RUN | compare RUN RUN... | plot RUN... | report RUN | rm RUN
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/format.h"
#include "cli/run_comparison.h"
#include "cli/run_plots.h"
#include "gannet/base/error.h"
#include "gannet/runs/directory.h"
#include "gannet/runs/list.h"
#include "gannet/runs/plots.h"

namespace gannet::cli {
namespace {

using Json = nlohmann::json;

struct JsonOption : Fields {
  bool json = false;
  void fields(FieldVisitor& visitor) override {
    visitor.field("json", json, {.help = "print one JSON document"});
  }
};

struct ListOptions : JsonOption {
  std::string runs = "runs";
  void fields(FieldVisitor& visitor) override {
    visitor.field("runs", runs, {.help = "the folder of runs"});
    JsonOption::fields(visitor);
  }
};

std::string age(double seconds) {
  if (seconds < 90) return number(std::max(0.0, std::round(seconds))) + " s";
  if (seconds < 5400) return number(std::round(seconds / 60)) + " min";
  if (seconds < 48 * 3600) return number(std::round(seconds / 3600)) + " h";
  return number(std::round(seconds / 86400)) + " days";
}

std::string four_digits(double value) { return number(value, "%.4g"); }

// "fd2k 8.213 ±0.1, recall2k 0.41 at 40 kimg": one network's own figures, the first metric first.
std::string figures_text(const MetricHistory& history, const NetworkMetrics* network) {
  if (network == nullptr) return "";
  std::string text;
  for (const std::string& metric : history.metrics)
    if (const MetricFigure* figure = network->find(metric))
      text += (text.empty() ? "" : ", ") + metric + " " +
              (figure->value ? four_digits(*figure->value) : "not finite") +
              (figure->error ? " +-" + four_digits(*figure->error) : "");
  return text + " at " + number(network->kimg) + " kimg";
}

Json figures_json(const NetworkMetrics* network) {
  if (network == nullptr) return nullptr;
  Json figures = Json::object();
  for (const MetricFigure& figure : network->figures)
    figures[figure.metric] = figure.value ? Json(*figure.value) : Json();
  return {{"network", network->network}, {"kimg", network->kimg}, {"figures", figures}};
}

Json as_json(const RunSummary& run) {
  const Json best = figures_json(run.metrics.best());
  return {{"path", run.path.string()},
          {"name", run.name},
          {"cfg", run.cfg},
          {"data", run.data},
          {"state", run.state},
          {"why", run.why},
          {"age_seconds", run.age_seconds},
          {"kimg", run.kimg},
          {"kimg_total", run.kimg_total},
          {"last", run.last},
          {"best", best.is_null() ? Json::object() : best["figures"]},
          {"best_network", best},
          {"last_network", figures_json(run.metrics.last())}};
}

Json options_of(const RunSummary& run) {
  return Json::parse(read_text(RunDirectory(run.path).options()));
}

int list(const Arguments& arguments) {
  ListOptions options;
  if (!parse({.program = "gannet runs list",
              .summary = "The runs of a folder: how each stands, and its best figures.",
              .groups = {{"Options", &options}}},
             arguments)) {
    return 0;
  }
  Json array = Json::array();
  std::vector<std::vector<std::string>> rows = {
      {"run", "state", "age", "kimg", "best network", "last"}};
  for (const RunSummary& run : list_runs(options.runs)) {
    array.push_back(as_json(run));
    if (run.state == "unreadable") {
      rows.push_back({run.name, run.state, "", "", run.why, ""});
      continue;
    }
    rows.push_back({run.name, run.state, age(run.age_seconds),
                    number(run.kimg) + "/" + number(run.kimg_total),
                    figures_text(run.metrics, run.metrics.best()),
                    run.metrics.best() == run.metrics.last() && run.metrics.last() != nullptr
                        ? "the same"
                        : figures_text(run.metrics, run.metrics.last())});
  }
  if (options.json) {
    print(array.dump(2) + "\n");
  } else {
    print(array.empty() ? "no runs in " + options.runs + "\n" : table(rows));
  }
  return 0;
}

std::string short_number(double value) {
  return number(value, std::abs(value) >= 1000 ? "%.0f" : "%.4g");
}

std::string as_text(const RunSummary& run) {
  std::vector<std::vector<std::string>> rows = {
      {"run", run.path.string()},
      {"state", run.state + (run.why.empty() ? "" : ": " + run.why)},
      {"recipe", run.cfg},
      {"data", run.data},
      {"kimg", number(run.kimg) + " of " + number(run.kimg_total)},
      {"last figures", age(run.age_seconds) + " ago"}};
  if (const NetworkMetrics* best = run.metrics.best()) {
    rows.push_back({"best", figures_text(run.metrics, best) + ": " + best->network});
    rows.push_back({"last", figures_text(run.metrics, run.metrics.last()) + ": " +
                                run.metrics.last()->network});
  }
  if (run.last.is_object()) {
    const Json figures = run.last.flatten();
    for (const auto& [key, value] : figures.items()) {
      rows.push_back(
          {"  " + key.substr(1), value.is_number_float() ? short_number(value) : value.dump()});
    }
  }
  rows.push_back({"options", ""});
  const Json options = options_of(run);
  for (const auto& [key, value] : options.items()) {
    if (value.is_primitive()) rows.push_back({"  " + key, value.dump()});
  }
  return table(rows);
}

int show(const Arguments& arguments) {
  JsonOption options;
  std::vector<std::string> run;
  if (!parse({.program = "gannet runs show",
              .summary = "One run: state, last figures, options.",
              .groups = {{"Options", &options}},
              .positionals = {{"RUN", "the run directory, or its number in runs/", &run}}},
             arguments)) {
    return 0;
  }
  const RunSummary summary = summarize(run[0]);
  if (options.json) {
    Json document = as_json(summary);
    document["options"] = options_of(summary);
    print(document.dump(2) + "\n");
  } else {
    print(as_text(summary));
  }
  return 0;
}

int compare(const Arguments& arguments) {
  struct : JsonOption {
    std::string at = "best", csv, out;
    void fields(FieldVisitor& visitor) override {
      visitor.field("at", at,
                    {.help = "which network of each run: its best, or its last",
                     .choices = {"best", "last"}});
      visitor.field("csv", csv, {.help = "also write the figures there, a row a run"});
      visitor.field("out", out,
                    {.help = "also draw the metrics over kimg, all runs in one plot: curves.png or "
                             "curves.svg, of several metrics curves-NAME.png each; without an "
                             "ending as both"});
      JsonOption::fields(visitor);
    }
  } options;
  std::vector<std::string> names;
  constexpr int kMost = 1000;
  if (!parse(
          {.program = "gannet runs compare",
           .summary = "What runs differ in: options, and the metrics of their best networks with "
                      "mean, spread and a rank test over runs that differ in the seed alone.",
           .groups = {{"Options", &options}},
           .positionals = {{"RUN", "two run directories, or their numbers in runs/, or more",
                            &names, 2, kMost}},
           .not_empty = {"csv", "out"}},
          arguments)) {
    return 0;
  }
  const std::vector<Path> runs(names.begin(), names.end());
  if (!options.out.empty()) check_plot_name(options.out);
  const RunComparison result = compare_runs(runs, options.at);
  const auto plot = [&] {
    return options.out.empty() ? std::vector<Path>() : write_metric_plots(runs, options.out);
  };
  if (!options.csv.empty()) write_file(options.csv, comparison_csv(result));
  if (options.json) {
    Json document = comparison_json(result);
    document["plots"] = Json::array();
    for (const Path& file : plot()) document["plots"].push_back(file.string());
    print(document.dump(2) + "\n");
    return 0;
  }
  print(options_text(result) + "\n" + runs_text(result) + "\n" + groups_text(result));
  for (const Path& file : plot()) print(file.string() + "\n");
  return 0;
}

int report(const Arguments& arguments) {
  struct : Fields {
    std::string out;
    void fields(FieldVisitor& visitor) override {
      visitor.field("out", out, {.help = "the page; without: report.html in the run directory"});
    }
  } options;
  std::vector<std::string> run;
  if (!parse(
          {.program = "gannet runs report",
           .summary = "One page of a run that needs nothing else: how it stands, grids over time, "
                      "curves, metrics with their protocols, options.",
           .groups = {{"Options", &options}},
           .positionals = {{"RUN", "the run directory, or its number in runs/", &run}},
           .not_empty = {"out"}},
          arguments)) {
    return 0;
  }
  const Path out =
      options.out.empty() ? RunDirectory::open(run[0]).file("report.html") : Path(options.out);
  write_file(out, run_report(run[0]));
  print(out.string() + "\n");
  return 0;
}

// Asks on the terminal; anything but yes is no.
bool agrees(const Path& run) {
  uintmax_t bytes = 0, files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(run))
    if (entry.is_regular_file() && !entry.is_symlink()) bytes += entry.file_size(), ++files;
  print("remove " + run.string() + " (" + std::to_string(files) + " files, " +
        number(static_cast<double>(bytes) / 1e6, "%.1f") + " MB)? [y/N] ");
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

int remove(const Arguments& arguments) {
  struct : Fields {
    bool yes = false;
    void fields(FieldVisitor& visitor) override {
      visitor.field("yes", yes, {.help = "without a question, which is asked on a terminal"});
    }
  } options;
  std::vector<std::string> run;
  if (!parse({.program = "gannet runs rm",
              .summary = "Removes a run directory with all that is in it.",
              .groups = {{"Options", &options}},
              .positionals = {{"RUN", "the run directory, or its number in runs/", &run}}},
             arguments)) {
    return 0;
  }
  const Path path = RunDirectory::open(run[0]).path();
  if (!options.yes && isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && !agrees(path)) {
    print("nothing was removed\n");
    return 0;
  }
  remove_run(path);
  print("removed " + path.string() + "\n");
  return 0;
}

}  // namespace

int run_runs(const Arguments& arguments) {
  constexpr Command commands[] = {{"list", "all runs of a folder", list},
                                  {"show", "one run: state, figures, options", show},
                                  {"compare", "what two runs differ in", compare},
                                  {"plot", "losses, scores and metrics as PNG and SVG", plot_runs},
                                  {"report", "one page of a run", report},
                                  {"rm", "remove a run", remove}};
  return dispatch("gannet runs", "Runs: what `gannet train` has written.", commands, arguments);
}

}  // namespace gannet::cli
