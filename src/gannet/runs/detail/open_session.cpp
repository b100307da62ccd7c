#include "gannet/runs/detail/open_session.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/base/nvidia_driver.h"
#include "gannet/data/registry.h"
#include "gannet/evaluation/metric_table.h"
#include "gannet/runs/detail/snapshot_metrics.h"
#include "gannet/runs/metric_history.h"
#include "gannet/tensor/on_device.h"
#include "gannet/training/option_checks.h"

namespace gannet {
namespace {

// The data; its decisions become a part of the config, so that a resume takes none.
std::shared_ptr<const Dataset> open_data(Config& config) {
  std::shared_ptr<const Dataset> data = dataset_of(config);
  for (const Decision& d : data->decisions()) {
    if (d.name == "image-size" || d.name == "rate" || d.name == "length") {
      set_field(config.run, d.name, d.value);
      config.opened.options = config.run.source;  // which make the same set
    }
    config.decisions.push_back(d);
  }
  return data;
}

// The metrics of each snapshot, by their names. Throws UsageError for --metrics.
std::vector<std::string> measured_metrics(const Config& config, const Dataset& data) {
  std::vector<std::string> names;
  const std::string asked = snapshot_metric_names(config, data);
  if (!asked.empty())
    for (const MetricRequest& request : parse_metrics(asked, data.info().dims))
      names.push_back(request.name);
  const std::string& metrics = config.run.metrics;
  if (!known_modes(config.run.data).centres.empty() &&
      (metrics == "default" || metrics.find("modes") != std::string::npos))
    for (const char* counted : {"modes", "high_quality", "reverse_kl", "mode_spread"})
      if (std::ranges::find(names, counted) == names.end()) names.emplace_back(counted);
  return names;
}

// Not only at the first snapshot, which may be hours away.
void check_stop(const Config& config, const Dataset& data,
                const std::vector<std::string>& measured) {
  const auto when = parse_stop_condition(config.run.stop_when);
  if (when ? std::ranges::any_of(measured, [&](const auto& name) { return when->is_of(name); })
           : config.run.patience <= 0 || !measured.empty())
    return;
  const std::string option =
      when ? "--stop-when '" + config.run.stop_when + "'" : std::string("--patience");
  if (when) try {  // is there such a metric?
      (void)parse_metrics(when->metric, data.info().dims);
    } catch (const UsageError& error) {
      throw UsageError(error.what(), option, error.hint());
    }
  std::string names;
  for (const std::string& name : measured) names += (names.empty() ? "" : ", ") + name;
  throw UsageError(names.empty() ? "this run would measure no metric"
                                 : "this run would not measure it, but " + names,
                   option,
                   "--metrics " + (when ? when->metric : "NAME,...") +
                       " measures it at each snapshot, where this data has it");
}

void check_run_options(const Config& config, const Dataset& data) {
  if (config.options->mirror && !data.info().is_image())
    throw UsageError("--mirror is for images", config.run.data);
  check_stop(config, data, measured_metrics(config, data));
}

// Each process of a machine has a GPU of its own, where there are GPUs.
ChosenDevice device_of(const std::string& name, const Processes* group) {
  if (group == nullptr || name != "auto" || !has_nvidia_device_files()) return choose_device(name);
  try {
    return choose_device("cuda:" + std::to_string(group->local_rank()));
  } catch (const Error&) {  // auto takes what there is, and says why
    return choose_device(name);
  }
}

}  // namespace

Session open_session(Config config, bool fresh, Processes* group) {
  if (config.run.data.empty())
    throw UsageError("no data: --data is missing", "",
                     "`gannet data list` shows the built-in sets");
  resolve(config);
  at::set_num_threads(static_cast<int>(config.run.threads));
  at::globalContext().setFlushDenormal(true);
  Session s{.config = std::move(config), .group = group};
  s.device = device_of(s.config.run.device, group);
  s.config.run.device = s.device.name;
  const at::TensorOptions tensor = tensors_on(s.device.name);
  s.recipe = &find_recipe(s.config.cfg);
  const Options& o = *s.config.options;
  s.data = prepared(*s.recipe, open_data(s.config), o);
  check_run_options(s.config, *s.data);
  check_shares(o, group == nullptr ? 1 : group->size());
  if (fresh && s.recipe->check) s.recipe->check(o, s.data->info());
  s.gan = make_gan(*s.recipe, o, s.data->info(), {.seed = o.seed, .tensor = tensor});
  s.loader = std::make_unique<Loader>(
      s.data, Loader::Options{.seed = o.seed,
                              .batch = o.batch / std::max<int64_t>(1, o.accumulate),
                              .mirror = o.mirror,
                              .rank = group == nullptr ? 0 : group->rank(),
                              .ranks = group == nullptr ? 1 : group->size(),
                              .device = tensor.device()});
  s.trainer = std::make_unique<Trainer>(*s.gan, *s.loader, o, group);
  return s;
}

std::string data_summary(const Dataset& data) {
  const DatasetInfo& shape = data.info();
  std::string text = data.name() + ": " + std::to_string(data.size()) +
                     (data.size() == 1 ? " sample of " : " samples of ") + to_string(shape.dims);
  if (!shape.input_image.empty()) text += ", input images " + to_string(shape.input_image);
  if (!shape.classes.empty()) text += ", " + std::to_string(shape.classes_count()) + " classes";
  if (shape.attributes > 0) text += ", " + std::to_string(shape.attributes) + " attributes";
  if (!data.caption(0).empty()) text += ", with captions";
  return text;
}

}  // namespace gannet
