// gannet sweep FILE.toml: a grid of options and seeds as runs of their own, and a table at the end.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <set>
#include <sstream>

#include "cli/commands.h"
#include "cli/format.h"
#include "cli/run_comparison.h"
#include "cli/signals.h"
#include "cli/sweep_file.h"
#include "gannet/base/error.h"
#include "gannet/base/machine.h"
#include "gannet/runs/directory.h"

namespace gannet::cli {
namespace {

namespace fs = std::filesystem;

struct SweepFields : Fields {
  int64_t jobs = -1;
  bool dry_run = false, table = false;
  std::string csv, at = "best";
  void fields(FieldVisitor& v) override {
    v.field(
        "jobs", jobs,
        {.help = "runs at once (auto: as many as there are cores for their --threads, which are "
                 "one each unless the file says more)",
         .min = 1,
         .max = 1024,
         .automatic = true});
    v.field("dry-run", dry_run, {.help = "print the commands of the runs that are left"});
    v.field("table", table, {.help = "print the table of the runs that are there, and train none"});
    v.field("at", at,
            {.help = "which network of each run the table is of", .choices = {"best", "last"}});
    v.field("csv", csv, {.help = "also write the figures there, a row a run"});
  }
};

std::string option_of(const SweepRun& run, const std::string& name) {
  for (const auto& [key, value] : run.options)
    if (key == name) return value;
  return "";
}

// What the grid chooses: "gamma=1,lr=0.001".
std::string setting_of(const SweepRun& run) {
  const size_t seed = run.name.rfind("seed=");
  return run.name.substr(0, seed > 0 ? seed - 1 : 0);
}

bool is_over(const Path& path) {
  const RunDirectory run(path);
  return fs::exists(run.done()) || fs::exists(run.failed());
}

// The command that begins a run, or goes on with it; empty where it is over.
Arguments command_of(const Sweep& sweep, const SweepRun& run) {
  if (const auto there = find_sweep_run(sweep.outdir, run.name))
    return is_over(*there) ? Arguments{} : Arguments{"resume", there->string()};
  Arguments arguments = {"train"};
  for (const auto& [key, value] : run.options) arguments.push_back("--" + key + "=" + value);
  if (option_of(run, "threads").empty()) arguments.emplace_back("--threads=1");
  arguments.push_back("--outdir=" + sweep.outdir.string());
  arguments.push_back("--desc=" + run.name);
  return arguments;
}

// Throws UsageError where `train` would refuse a setting, naming all such ones, so that a sweep
// does not find out after hours. One seed of each is enough.
void check_settings(const Sweep& sweep, const std::string& file) {
  constexpr size_t kMostNamed = 4;
  std::set<std::string> seen;
  std::vector<std::pair<std::string, std::vector<std::string>>> wrong;  // errors and their settings
  size_t count = 0;
  std::string hint;
  for (const SweepRun& run : sweep.runs) {
    const std::string setting = setting_of(run);
    if (!seen.insert(setting).second) continue;
    const Arguments command = command_of(sweep, run);
    if (command.empty() || command[0] != "train") continue;
    try {
      check_train({command.begin() + 1, command.end()});
    } catch (const Error& error) {
      const std::string what = error.what();
      auto known = std::ranges::find(wrong, what, [](const auto& one) { return one.first; });
      if (known == wrong.end()) known = wrong.insert(known, {what, {}});
      known->second.push_back(setting);
      if (count++ == 0) hint = error.hint();
    }
  }
  if (wrong.empty()) return;
  std::string all;
  for (size_t i = 0; i < std::min(wrong.size(), kMostNamed); ++i) {
    const auto& [error, settings] = wrong[i];
    all += (i > 0 ? "; " : "") + error;
    if (settings[0].empty()) continue;  // a sweep of seeds alone
    all += " (" + settings[0] +
           (settings.size() == 1 ? ")" : " and " + std::to_string(settings.size() - 1) + " more)");
  }
  if (wrong.size() > kMostNamed)
    all += "; and " + std::to_string(wrong.size() - kMostNamed) + " more";
  throw UsageError(std::to_string(count) + " of " + std::to_string(seen.size()) +
                       (seen.size() == 1 ? " setting" : " settings") + " cannot be trained: " + all,
                   file, hint);
}

// A sweep that was killed leaves runs that go on by themselves: they are waited for.
void wait_for_living(const Sweep& sweep) {
  const auto living = [&] {
    std::vector<std::string> names;
    for (const SweepRun& run : sweep.runs)
      if (const auto there = find_sweep_run(sweep.outdir, run.name))
        if (is_locked(RunDirectory(*there).lock())) names.push_back(run.name);
    return names;
  };
  std::vector<std::string> names = living();
  if (names.empty()) return;
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : "; ") + name;
  print("waiting for " + std::to_string(names.size()) +
        (names.size() == 1 ? " run that another process trains: "
                           : " runs that other processes train: ") +
        all + "\n");
  while (!was_interrupted() && !names.empty()) {
    usleep(300'000);
    names = living();
  }
}

// Starts this program anew with these arguments; what it prints goes to the file.
pid_t start(const Arguments& arguments, const Path& log) {
  std::vector<std::string> words = {"gannet"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t child = fork();
  if (child < 0) throw Error("cannot start a process", "gannet sweep");
  if (child > 0) return child;
  if (std::freopen(log.c_str(), "a", stdout) == nullptr || dup2(fileno(stdout), STDERR_FILENO) < 0)
    _exit(1);
  execv("/proc/self/exe", argv.data());
  _exit(127);
}

// The error that a command ended with, from what it printed.
std::string reason_in(const Path& log) {
  std::istringstream lines(read_text(log));
  std::string reason = "see " + log.string();
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("gannet: ") && !line.starts_with("gannet: warning"))
      reason = line.substr(std::string_view("gannet: ").size());
    else if (line.starts_with("hint: ") && !reason.empty())
      reason += " (" + line + ")";
  return reason;
}

// How a run stands, in a line: "done 3 of 12: gamma=1,seed=0: done, fd2k 8.2 at 20 kimg".
std::string line_of(const Sweep& sweep, const SweepRun& run, int status, size_t over) {
  std::string text =
      std::to_string(over) + " of " + std::to_string(sweep.runs.size()) + ": " + run.name + ": ";
  const auto there = find_sweep_run(sweep.outdir, run.name);
  if (!there)
    return text + "did not begin (exit status " + std::to_string(status) +
           "): " + reason_in(sweep.outdir / (run.name + ".log"));
  const RunSummary summary = summarize(*there);
  text += summary.state;
  if (!summary.why.empty() && summary.state != "done") text += ": " + summary.why;
  if (const NetworkMetrics* best = summary.metrics.best())
    text += ", " + summary.metrics.metrics[0] + " " +
            number(best->value(summary.metrics.metrics[0]).value_or(0), "%.4g") + " at " +
            number(best->kimg) + " kimg";
  return text;
}

// All runs that are left, `jobs` at once. Returns the names of those that did not end well.
std::vector<std::string> run_all(const Sweep& sweep, int64_t jobs) {
  std::map<pid_t, size_t> children;
  std::vector<std::string> failed;
  size_t next = 0, over = 0;
  bool told = false;
  while (next < sweep.runs.size() || !children.empty()) {
    while (!was_interrupted() && next < sweep.runs.size() &&
           static_cast<int64_t>(children.size()) < jobs) {
      const SweepRun& run = sweep.runs[next];
      const Arguments arguments = command_of(sweep, run);
      if (arguments.empty())
        ++over;
      else
        children[start(arguments, sweep.outdir / (run.name + ".log"))] = next;
      ++next;
    }
    if (was_interrupted() && !told) {
      told = true;  // a terminal's Ctrl-C reaches them by itself, SIGTERM does not
      for (const auto& [child, run] : children) kill(child, SIGTERM);
    }
    if (children.empty()) break;
    int status = 0;
    const pid_t child = waitpid(-1, &status, WNOHANG);
    const auto found = children.find(child);
    if (found == children.end()) {
      usleep(100'000);
      continue;
    }
    const SweepRun& run = sweep.runs[found->second];
    children.erase(found);
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (code == 130 && was_interrupted()) continue;
    ++over;
    if (code != 0) failed.push_back(run.name);
    print(line_of(sweep, run, code, over) + "\n");
  }
  return failed;
}

void print_table(const Sweep& sweep, const SweepFields& options) {
  std::vector<Path> runs;
  for (const SweepRun& run : sweep.runs)
    if (const auto there = find_sweep_run(sweep.outdir, run.name)) runs.push_back(*there);
  if (runs.empty()) throw Error("no run of this sweep has begun", sweep.outdir.string());
  const RunComparison result = compare_runs(runs, options.at);
  if (!options.csv.empty()) write_file(options.csv, comparison_csv(result));
  print("\n" + groups_text(result));
}

int64_t jobs_of(const Sweep& sweep, int64_t asked) {
  if (asked > 0) return asked;
  const std::string threads = option_of(sweep.runs[0], "threads");
  const int64_t each = threads.empty() || threads == "auto" ? 1 : std::atoll(threads.c_str());
  return std::max<int64_t>(1, read_machine().threads() / std::max<int64_t>(1, each));
}

void print_commands(const Sweep& sweep) {
  for (const SweepRun& run : sweep.runs) {
    std::string line;
    for (const std::string& word : command_of(sweep, run)) line += " " + word;
    print(line.empty() ? run.name + ": over\n" : "gannet" + line + "\n");
  }
}

}  // namespace

int run_sweep(const Arguments& arguments) {
  SweepFields options;
  std::vector<std::string> file;
  if (!parse({.program = "gannet sweep",
              .summary = "Trains a grid of options and seeds, as many runs at once as cores allow, "
                         "and ends with a table: mean, spread, a rank test. The same command goes "
                         "on where it was stopped.",
              .groups = {{"Options", &options}},
              .positionals = {{"FILE.toml", "seeds, [options], [grid] (docs/sweep.md)", &file}},
              .footer = "Example file: seeds = \"0-2\"\n[options]\ncfg = \"r3gan\"\ndata = "
                        "\"shapes\"\nkimg = 20\n[grid]\ngamma = [1, 2]",
              .not_empty = {"csv"}},
             arguments)) {
    return 0;
  }
  const Sweep sweep = read_sweep(read_text(file[0]), file[0]);
  if (options.table) return print_table(sweep, options), 0;
  check_settings(sweep, file[0]);
  if (options.dry_run) return print_commands(sweep), 0;
  begin_sweep(sweep);
  const FileLock lock(sweep.outdir / ".lock");
  const int64_t jobs = jobs_of(sweep, options.jobs);
  print(std::to_string(sweep.runs.size()) + " runs in " + sweep.outdir.string() + ", " +
        std::to_string(jobs) + " at once\n");
  watch_signals();
  wait_for_living(sweep);
  const std::vector<std::string> failed = run_all(sweep, jobs);
  if (was_interrupted())
    throw Interrupted("interrupted, the runs' states are saved", sweep.outdir.string(),
                      "the same command goes on: gannet sweep " + file[0]);
  print_table(sweep, options);
  if (!failed.empty())
    throw Error(std::to_string(failed.size()) + " of " + std::to_string(sweep.runs.size()) +
                    " runs failed, the first: " + failed[0],
                sweep.outdir.string(),
                "its messages are in " + (sweep.outdir / (failed[0] + ".log")).string());
  return 0;
}

}  // namespace gannet::cli
