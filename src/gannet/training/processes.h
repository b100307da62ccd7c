// Several processes that train together, started by torchrun, srun, mpirun or by hand: how this one
// finds the others, talks to them, and ends where one of them does. By PyTorch's c10d: a TCPStore,
// where they meet, and Gloo. Neither authenticates nor encrypts: for trusted networks
// (docs/scale.md).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "gannet/base/error.h"
#include "gannet/tensor/process_group.h"

namespace gannet {

// This process among those that were started together.
struct ProcessPlace {
  int64_t rank = 0, size = 1;
  int64_t local_rank = 0;    // among those of its machine
  std::string address;       // of rank 0's machine, a name or a number
  uint16_t port = 29500;     // where the store is
  bool agent_store = false;  // the launcher (torchrun) runs the store; else rank 0 does
  std::string attempt;       // the launcher's: keys of earlier ones are another's
};

// What the environment says: torchrun's variables (RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR,
// MASTER_PORT), Open MPI's, PMI's (MPICH, Intel MPI), Slurm's (of srun), looked for in this order.
// None for a process alone. Throws UsageError where they contradict each other or one is missing.
std::optional<ProcessPlace> place_in_environment();

// Another process says what went wrong.
class SaidElsewhere : public Error {
 public:
  using Error::Error;
};

class Processes : public ProcessGroup {
 public:
  // Meets the others. GLOO_SOCKET_IFNAME names the network interface to listen on; else it is the
  // one that leads to place.address. Throws Error: who did not come in five minutes, or where this
  // build has no Gloo.
  static std::unique_ptr<Processes> join(const ProcessPlace& place);

  virtual int64_t local_rank() const = 0;  // among the processes of this machine

  // Rank 0's on every rank.
  virtual std::string broadcast(const std::string& text) const = 0;
  virtual void broadcast(const Tensor& x) const = 0;  // contiguous, in place

  // This process ends by an error of its own ("" where it lost another process): tells the others,
  // and waits for them, but not longer than seconds. Returns what this process has to say: its own
  // error, or who is gone, or "" where another process says it; called again, the same. No other
  // function may be called then.
  virtual std::string leave(const std::string& error) = 0;
};

// A process of the group is gone, or does not answer for half an hour (the longest evaluation of
// rank 0 that the others wait for).
class LostProcess : public Error {
 public:
  using Error::Error;
};

}  // namespace gannet
