// The tasks of `gannet bench`: the networks, batch and step of the PyTorch programs in bench/peers,
// trained by Gannet's own loop. Recipes stay the papers'; these stay the peers'.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gannet::bench {

struct Result {
  double step_ms_median, step_ms_min, images_per_s, peak_rss_mb, peak_device_mb;
  int64_t batch, steps;
  // Of the arithmetic that a step needs (multiply and add count as two), not of what an engine
  // does: no gradients of frozen weights, nor of the first layer's input where nobody reads them.
  double gflop;        // of a step
  double gflop_per_s;  // at the median
};

std::vector<std::string> names();
int64_t default_batch(const std::string& task);
int64_t default_steps(const std::string& task);

// `steps` timed steps, of training or, of the task sample, of drawing a batch, after steps / 10 + 3
// to warm up. Throws UsageError for an unknown task. On a GPU each step is waited for. device:
// gannet/tensor/device.h.
Result run(const std::string& task, int64_t batch, int64_t steps,
           const std::string& device = "auto", const std::string& precision = "f32");

// GFLOP/s of square matrix products of this precision and these threads, measured: the best of
// some, by the library's kernels and by ours.
double measured_peak(const std::string& device, const std::string& precision);

}  // namespace gannet::bench
