// gannet runs list | show RUN | compare RUN RUN | rm RUN
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/format.h"
#include "gannet/base/error.h"
#include "gannet/runs/directory.h"
#include "gannet/runs/list.h"

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

std::string best(const RunSummary& run) {
  std::string text;
  for (const auto& [metric, value] : run.best) {
    text += (text.empty() ? "" : ", ") + metric + " " + number(value);
  }
  return text;
}

Json as_json(const RunSummary& run) {
  Json best = Json::object();
  for (const auto& [metric, value] : run.best) best[metric] = value;
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
          {"best", best}};
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
  std::vector<std::vector<std::string>> rows = {{"run", "state", "age", "kimg", "best"}};
  for (const RunSummary& run : list_runs(options.runs)) {
    array.push_back(as_json(run));
    rows.push_back({run.name, run.state, age(run.age_seconds),
                    number(run.kimg) + "/" + number(run.kimg_total), best(run)});
  }
  if (options.json) {
    print(array.dump(2) + "\n");
  } else {
    print(array.empty() ? "no runs in " + options.runs + "\n" : table(rows));
  }
  return 0;
}

std::string as_text(const RunSummary& run) {
  std::vector<std::vector<std::string>> rows = {
      {"run", run.path.string()},
      {"state", run.state + (run.why.empty() ? "" : ": " + run.why)},
      {"recipe", run.cfg},
      {"data", run.data},
      {"kimg", number(run.kimg) + " of " + number(run.kimg_total)},
      {"last figures", age(run.age_seconds) + " ago"}};
  if (!run.best.empty()) rows.push_back({"best", best(run)});
  if (run.last.is_object()) {
    const Json figures = run.last.flatten();
    for (const auto& [key, value] : figures.items()) {
      rows.push_back({"  " + key.substr(1), value.dump()});
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
              .positionals = {{"RUN", "the run directory", &run}}},
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
  JsonOption options;
  std::vector<std::string> runs;
  if (!parse({.program = "gannet runs compare",
              .summary = "What two runs differ in: options and last figures.",
              .groups = {{"Options", &options}},
              .positionals = {{"RUN", "two run directories", &runs, 2, 2}}},
             arguments)) {
    return 0;
  }
  std::vector<std::vector<std::string>> rows = {{"", runs[0], runs[1]}};
  Json differences = Json::object();
  const auto gather = [&](Json a, Json b) {
    a = a.flatten(), b = b.flatten();
    Json keys = a;
    keys.update(b);
    for (const auto& [key, value] : keys.items()) {
      const Json left = a.value(key, Json()), right = b.value(key, Json());
      if (left == right) continue;
      rows.push_back({key.substr(1), left.dump(), right.dump()});
      differences[key.substr(1)] = {left, right};
    }
  };
  const RunSummary a = summarize(runs[0]), b = summarize(runs[1]);
  gather(options_of(a), options_of(b));
  gather(a.last.is_object() ? a.last : Json::object(),
         b.last.is_object() ? b.last : Json::object());
  print(options.json ? Json{{"runs", runs}, {"differences", differences}}.dump(2) + "\n"
                     : table(rows));
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
              .positionals = {{"RUN", "the run directory", &run}}},
             arguments)) {
    return 0;
  }
  if (!options.yes && isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 &&
      !agrees(RunDirectory::open(run[0]).path())) {
    print("nothing was removed\n");
    return 0;
  }
  remove_run(run[0]);
  print("removed " + run[0] + "\n");
  return 0;
}

}  // namespace

int run_runs(const Arguments& arguments) {
  constexpr Command commands[] = {{"list", "all runs of a folder", list},
                                  {"show", "one run: state, figures, options", show},
                                  {"compare", "what two runs differ in", compare},
                                  {"rm", "remove a run", remove}};
  return dispatch("gannet runs", "Runs: what `gannet train` has written.", commands, arguments);
}

}  // namespace gannet::cli
