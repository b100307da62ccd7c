// gannet bench: time per training step of the tasks that bench/peers has in PyTorch.
#include "bench/tasks.h"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/commands.h"
#include "cli/device.h"
#include "cli/threads.h"

namespace gannet::cli {
namespace {

struct BenchOptions : Fields {
  std::string cfg;
  int64_t batch = -1, steps = -1, threads = -1;
  std::string device = "auto", precision = "f32";
  bool json = false;

  void fields(FieldVisitor& v) override {
    v.field(
        "cfg", cfg,
        {.help =
             "the task: dcgan28, mlp28, toy2d, dcgan64, resnet32_r3, sample; all where it is left "
             "out"});
    v.field(
        "batch", batch,
        {.help = "samples in a step; auto: the task's", .min = 1, .max = 65536, .automatic = true});
    v.field("steps", steps,
            {.help = "timed steps, after a tenth of them and 3 to warm up; auto: the task's",
             .min = 1,
             .max = 1e7,
             .automatic = true});
    v.field("threads", threads,
            {.help = "threads of tensor operators", .min = 1, .max = 1024, .automatic = true});
    device_field(v, device);
    v.field("precision", precision,
            {.help = "of convolutions and matrix products; tf32 is a GPU's",
             .choices = {"f32", "bf16", "tf32"}});
    v.field("json", json, {.help = "print one JSON document"});
  }
};

std::string fixed(double value, const char* format) {
  char text[32];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

}  // namespace

int run_bench(const Arguments& arguments) {
  BenchOptions options;
  const Usage usage{
      .program = "gannet bench",
      .summary =
          "Time of a training step, or of sampling, for networks that bench/peers has in PyTorch.",
      .groups = {{"Options", &options}},
      .not_empty = {"cfg"}};
  if (!parse(usage, arguments)) return 0;
  set_threads(chosen_threads(options.threads));
  const std::string device = chosen_device(options.device, options.json);
  const std::vector<std::string> tasks =
      options.cfg.empty() ? bench::names() : std::vector{options.cfg};
  nlohmann::json results = nlohmann::json::array();
  std::vector<std::vector<std::string>> rows = {
      {"task", "batch", "ms/step", "fastest", "images/s", "MB", "GFLOP/s", "of peak"}};
  std::optional<double> peak;  // measured after the first task's memory was
  for (const std::string& task : tasks) {
    const int64_t batch = options.batch < 1 ? bench::default_batch(task) : options.batch;
    const int64_t steps = options.steps < 1 ? bench::default_steps(task) : options.steps;
    const bench::Result r = bench::run(task, batch, steps, device, options.precision);
    if (!peak) peak = bench::measured_peak(device, options.precision);
    results.push_back({{"task", task},
                       {"batch", r.batch},
                       {"steps", r.steps},
                       {"step_ms_median", r.step_ms_median},
                       {"step_ms_min", r.step_ms_min},
                       {"images_per_s", r.images_per_s},
                       {"peak_rss_mb", r.peak_rss_mb},
                       {"gflop", r.gflop},
                       {"gflop_per_s", r.gflop_per_s},
                       {"peak_gflop_per_s", *peak},
                       {"peak_share", r.gflop_per_s / *peak}});
    if (device != "cpu")
      results.back().update({{"device", device},
                             {"precision", options.precision},
                             {"peak_device_mb", r.peak_device_mb}});
    rows.push_back({task, std::to_string(r.batch), fixed(r.step_ms_median, "%.3f"),
                    fixed(r.step_ms_min, "%.3f"), fixed(r.images_per_s, "%.0f"),
                    fixed(device == "cpu" ? r.peak_rss_mb : r.peak_device_mb, "%.0f"),
                    fixed(r.gflop_per_s, "%.1f"), fixed(100 * r.gflop_per_s / *peak, "%.0f%%")});
  }
  if (options.json)
    print((options.cfg.empty() ? results : results[0]).dump() + "\n");
  else
    print(table(rows));
  return 0;
}

}  // namespace gannet::cli
