// Training steps of a device as graphs: on a GPU a step of small networks takes as long as the CPU
// needs to start its operations, and a graph is started at once.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gannet/tensor/recording.h"
#include "gannet/training/schedule.h"

namespace gannet {

// Steps that do the same operations, such as those with lazy regularization and those without, have
// a key in common. Its first steps are done, and warm the device's libraries up; the next is
// recorded, in parts between which the host has its say (updates of weights), and from then on they
// are replayed.
class RecordedSteps {
 public:
  // Not usable where the device has no graphs.
  explicit RecordedSteps(at::Device device);

  bool usable() const { return usable_; }
  // What stands in the way of graphs, once a step with this key could not be recorded; else "".
  std::string why_not(const std::string& key) const;

  // The parts of a step, in their order, none of which is done here: record(part) calls work that
  // Graphs can record.
  using Parts =
      std::function<void(const std::function<void(const std::function<void()>&)>& record)>;
  // Begins a step. True: it is to be replayed, by replay(0), replay(1), ...; false: it is to be
  // done.
  bool begin(const std::string& key, int64_t step, const ScheduledValues& scheduled,
             const Parts& parts);
  void replay(size_t part);

 private:
  struct Steps {
    int seen = 0;
    std::unique_ptr<Graphs> graphs;
    std::string why_not;
  };
  void set_values(int64_t step, const ScheduledValues& scheduled);
  void record(Steps& steps, uint32_t step, const Parts& parts);

  at::Device device_;
  bool usable_ = false;
  Tensor host_;  // int64 [1 + n]: what steps read of the host, with the bits of float64 numbers
  std::map<std::string, Steps> steps_;
  Steps* now_ = nullptr;
  int recorded_ = 0;
};

}  // namespace gannet
