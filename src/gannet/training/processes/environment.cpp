// Which process this is, by the variables of the launchers.
#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "gannet/training/processes.h"

namespace gannet {
namespace {

std::string variable(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? "" : text;
}

int64_t number(const char* name, int64_t least, int64_t most) {
  const std::string text = variable(name);
  const bool digits = !text.empty() && text.size() < 10 &&
                      std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  const int64_t value = digits ? std::stoll(text) : -1;
  if (value < least || value > most)
    throw UsageError("expected a number from " + std::to_string(least) + " to " +
                         std::to_string(most) + ", found '" + text + "'",
                     name, "unset WORLD_SIZE trains in one process");
  return value;
}

constexpr int64_t kMost = 65536;  // processes

// The names of one launcher's variables; "" where it has none.
struct Launcher {
  const char *rank, *size, *local_rank;
};
constexpr Launcher kTorch = {"RANK", "WORLD_SIZE", "LOCAL_RANK"};
constexpr Launcher kOpenMpi = {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE",
                               "OMPI_COMM_WORLD_LOCAL_RANK"};
constexpr Launcher kPmi = {"PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID"};
// Tasks of srun: sbatch's script has SLURM_PROCID and SLURM_NTASKS too, and is a process alone.
constexpr Launcher kSlurm = {"SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID"};

ProcessPlace place_by(const Launcher& of) {
  ProcessPlace place;
  place.size = number(of.size, 1, kMost);
  if (place.size == 1) return place;
  if (variable(of.rank).empty())
    throw UsageError(std::string(of.size) + " is " + std::to_string(place.size) +
                         ", and which of them this process is, is not said",
                     of.rank, std::string(of.rank) + "=0 and so on, or torchrun");
  place.rank = number(of.rank, 0, place.size - 1);
  if (!variable(of.local_rank).empty()) place.local_rank = number(of.local_rank, 0, kMost);
  return place;
}

// "node[003-009,12],other" -> "node003"
std::string first_node(const std::string& list) {
  const size_t bracket = list.find_first_of("[,");
  std::string name = list.substr(0, bracket);
  if (bracket != std::string::npos && list[bracket] == '[') {
    const size_t end = list.find_first_of("-,]", bracket);
    name += list.substr(bracket + 1, end - bracket - 1);
  }
  return name;
}

std::string address_of_slurm() {
  for (const char* name : {"SLURM_STEP_NODELIST", "SLURM_NODELIST", "SLURM_JOB_NODELIST"})
    if (const std::string list = variable(name); !list.empty()) return first_node(list);
  return variable("SLURM_LAUNCH_NODE_IPADDR");
}

bool all_on_this_machine(const ProcessPlace& place) {
  const std::string size = std::to_string(place.size);
  return variable("OMPI_COMM_WORLD_LOCAL_SIZE") == size || variable("MPI_LOCALNRANKS") == size;
}

}  // namespace

std::optional<ProcessPlace> place_in_environment() {
  const Launcher* launcher = nullptr;
  for (const Launcher* each : {&kTorch, &kOpenMpi, &kPmi, &kSlurm})
    if (launcher == nullptr && !variable(each->size).empty()) launcher = each;
  if (launcher == nullptr) return std::nullopt;
  ProcessPlace place = place_by(*launcher);
  if (place.size == 1) return std::nullopt;

  place.address = variable("MASTER_ADDR");
  if (place.address.empty() && launcher != &kTorch) place.address = address_of_slurm();
  if (place.address.empty() && launcher != &kTorch && all_on_this_machine(place))
    place.address = "127.0.0.1";
  if (place.address.empty())
    throw UsageError(
        std::to_string(place.size) + " processes, and the machine of the first is not said",
        "MASTER_ADDR", "MASTER_ADDR=127.0.0.1 where all are on this one");
  if (!variable("MASTER_PORT").empty())
    place.port = static_cast<uint16_t>(number("MASTER_PORT", 1, 65535));
  else if (launcher == &kSlurm && !variable("SLURM_JOB_ID").empty())  // jobs may share a machine
    place.port = static_cast<uint16_t>(20000 + number("SLURM_JOB_ID", 0, 999999999) % 10000);
  place.agent_store = launcher == &kTorch && variable("TORCHELASTIC_USE_AGENT_STORE") == "True";
  place.attempt = variable("TORCHELASTIC_RESTART_COUNT");
  return place;
}

}  // namespace gannet
