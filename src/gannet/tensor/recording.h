// A training step that is recorded once and replayed: what its work may take from the host.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace gannet {

using at::Tensor;

// Work of a device as graphs: recorded in parts, without being done, and replayed in the order of
// recording. A replay does the same operations on the same memory, with the same numbers of the
// host. Their own memory stays taken while the graphs live.
class Graphs {
 public:
  virtual ~Graphs() = default;
  // Throws c10::Error for work that cannot be recorded: that waits for a value, or copies from the
  // CPU. Nothing was done then, and no part added.
  virtual void record(const std::function<void()>& work) = 0;
  virtual void replay(size_t part) = 0;
};

// Null where the device has none: the CPU, a GPU without the library libgannet_cuda.so
// (docs/gpu.md), GANNET_GRAPHS=0.
std::unique_ptr<Graphs> make_graphs(at::Device device);
// "" where a GPU has graphs, else why not.
std::string why_no_graphs();

// Of a device that a program brings itself.
void set_graphs(c10::DeviceType type, std::unique_ptr<Graphs> (*make)());

// While one is alive, this thread's work is being recorded. Values of the host that change from
// step to step are read from the device's memory instead.
class Recording {
 public:
  struct Values {
    uint32_t step;            // its number now
    Tensor step_on_device;    // that of the step that replays: int64, the first element
    Tensor values_on_device;  // float64 [n]: further values
  };
  explicit Recording(Values values);
  ~Recording();
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  static Recording* current();  // of this thread; null: none

  const Values values;
  // What the work took from the host that a replay would not take anew; "": nothing.
  std::string from_host;
};

// Says that the work takes `what` from the host, which is different at the next step.
void takes_from_host(const char* what);

}  // namespace gannet
