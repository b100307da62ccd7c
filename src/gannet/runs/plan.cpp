#include "gannet/runs/plan.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "gannet/base/error.h"
#include "gannet/base/machine.h"
#include "gannet/data/registry.h"
#include "gannet/runs/detail/open_session.h"
#include "gannet/runs/detail/orders.h"
#include "gannet/runs/detail/run_writer.h"
#include "gannet/runs/detail/step_times.h"
#include "gannet/runs/detail/unused_labels.h"
#include "gannet/tensor/on_device.h"

namespace gannet {
namespace {

std::vector<NetTable> net_tables(Gan& gan) {
  std::vector<NetTable> all;
  for (const Gan::Member& member : gan.members()) {
    const NetSpec& spec = member.net->spec();
    NetTable table{
        .name = spec.name(), .parameters = spec.parameter_count(), .flops = spec.flops()};
    for (const NetSpec::Row& row : spec.table())
      table.rows.push_back({row.layer, row.kind, to_string(row.shape), row.parameters, row.flops,
                            row.settings, row.inputs});
    all.push_back(std::move(table));
  }
  return all;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// A folder for files that only their cost is wanted of.
class TemporaryFolder {
 public:
  TemporaryFolder()
      : path(std::filesystem::temp_directory_path() /
             ("gannet-plan-" + std::to_string(::getpid()))) {}
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const Path path;
};

// Of the run's first grids, and of one snapshot with its metrics and files.
struct SnapshotCost {
  double start = 0, snapshot = 0;
};
SnapshotCost measure_snapshot(Session& s) {
  const TemporaryFolder folder;
  const RunDirectory run = RunDirectory::create(folder.path, "plan");
  ProgressListener silent;
  const auto start = std::chrono::steady_clock::now();
  RunWriter writer(run, *s.recipe, s.config, *s.data, silent, {});
  writer.start(*s.trainer);
  SnapshotCost cost{.start = seconds_since(start)};
  writer.on_snapshot(*s.trainer);
  writer.finish();
  cost.snapshot = seconds_since(start) - cost.start;
  return cost;
}

double interval_of(const Options& o) { return static_cast<double>(o.snap) * o.tick; }  // kimg

// Snapshots of a run of so many seconds besides those of --snap: the early ones, and the end's.
double early_snapshots(double seconds) { return 2 + std::log2(std::max(1.0, seconds / 12)); }

Config copy(Config& config) {
  Config other = config_from_json(to_json(config), "options");
  other.opened = config.opened;
  other.run.device = config.run.device;
  return other;
}

std::string text(double value, const char* format) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

// Three digits say all that a measured speed does.
double rounded(double value) {
  const double unit = std::pow(10, std::floor(std::log10(value)) - 2);
  return std::stod(text(std::floor(value / unit) * unit, "%.3g"));
}

std::string value_of(Options& options, std::string_view name) {
  for (const FieldText& field : list_fields(options))
    if (field.name == name) return field.value;
  return "";
}

}  // namespace

std::vector<NetTable> net_tables(const Config& config) {
  const std::string source =
      config.run.data.empty() ? std::string(find_recipe(config.cfg).try_data) : config.run.data;
  const Recipe& recipe = find_recipe(config.cfg);
  const auto data = prepared(recipe, open_dataset(source, config.run.source), *config.options);
  const auto gan = make_gan(recipe, *config.options, data->info(), Setup{});
  return net_tables(*gan);
}

void check_config(Config config) { (void)open_session(std::move(config), /*fresh=*/true); }

Plan plan(Config& config, Processes* group) {
  fit_to_budget(config, group);
  Session s = open_session(std::move(config), /*fresh=*/true, group);
  Plan result{
      .nets = net_tables(*s.gan), .data = data_summary(*s.data), .steps = s.trainer->steps_total()};
  if (const auto unused = unused_labels(*s.recipe, *s.config.options, *s.gan, *s.data))
    result.data += "\nlabels: " + *unused;
  // A few real steps tell more than any formula.
  const SnapshotCost cost = measure_snapshot(s);
  order_to_measure(s, 1);
  const StepTimes step_times = measure_step_times(*s.trainer, 1);
  result.seconds = step_times.seconds(0, result.steps);
  const double kimg = static_cast<double>(result.steps * s.config.options->batch) / 1000;
  result.seconds += cost.start + cost.snapshot * (early_snapshots(result.seconds) +
                                                  kimg / interval_of(*s.config.options));
  result.memory_mb = memory_use(s.gan->setup().tensor.device()).peak_mb;
  result.device = s.device.text();
  result.device_warning = s.device.warning();
  config = std::move(s.config);
  return result;
}

void fit_to_budget(Config& config, Processes* group) {
  const double budget = config.run.budget_seconds();
  if (budget <= 0) return;
  const auto start = std::chrono::steady_clock::now();
  Session s = open_session(copy(config), /*fresh=*/true, group);
  config.opened = s.config.opened;
  const Options& o = *s.config.options;
  const SnapshotCost cost = measure_snapshot(s);
  const double seconds = std::clamp(budget / 60, 1.0, 10.0);
  order_to_measure(s, seconds);
  const StepTimes step_times = measure_step_times(*s.trainer, seconds);
  const int64_t steps = std::max<int64_t>(1, s.trainer->steps_total());
  const double step = step_times.seconds(0, steps) / static_cast<double>(steps);
  // The start, what is measured here, and all snapshots are of the budget too.
  const double spent = config.opened.seconds + seconds_since(start) + cost.start +
                       cost.snapshot * early_snapshots(budget);
  const double of_kimg =
      step * 1000 / static_cast<double>(o.batch) + cost.snapshot / interval_of(o);
  const double kimg = 0.97 * (budget - spent) / of_kimg;
  if (kimg * 1000 < static_cast<double>(o.batch))
    throw UsageError("the budget is over before the first step: a step takes " +
                         text(step, "%.2g s") + ", start and snapshots " + text(spent, "%.2g s"),
                     config.run.minutes > 0 ? "--minutes" : "--hours", "a longer one, or --kimg");
  config.options->kimg = rounded(kimg);
  std::erase_if(config.decisions, [](const Decision& d) { return d.name == "kimg"; });
  config.decisions.push_back(
      {"kimg", value_of(*config.options, "kimg"),
       text(budget / 60, budget == 60 ? "%.4g minute" : "%.4g minutes") + " at a measured " +
           text(rounded(static_cast<double>(o.batch) / step), "%.7g") + " samples a second"});
}

}  // namespace gannet
