#include "gannet/base/machine.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>

namespace gannet {
namespace {

using Path = std::filesystem::path;

constexpr double mb = 1e6;

std::string read_small(const Path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  return text.str();
}

// The first number of a file; nothing when there is none ("max").
std::optional<double> read_number(const Path& path) {
  std::istringstream text(read_small(path));
  double number = 0;
  if (text >> number) return number;
  return {};
}

// The rest of the first line "KEY<space, colon or tab>... REST" of a file of such lines.
std::string value_of(const std::string& text, std::string_view key) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(key) || line.size() == key.size()) continue;
    const size_t start = line.find_first_not_of(" \t:", key.size());
    if (start == key.size() || start == std::string::npos) continue;
    return line.substr(start);
  }
  return "";
}

double number_of(const std::string& text, std::string_view key) {
  std::istringstream value(value_of(text, key));
  double number = 0;
  value >> number;
  return number;
}

// The CPUs this process may run on; under another root, all that are listed there.
std::vector<int> allowed_cpus(const Path& root) {
  std::vector<int> cpus;
  cpu_set_t set;
  if (root == "/" && sched_getaffinity(0, sizeof set, &set) == 0) {
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
      if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
    }
    return cpus;
  }
  for (int cpu = 0;
       std::filesystem::exists(root / "sys/devices/system/cpu" / ("cpu" + std::to_string(cpu)));
       ++cpu) {
    cpus.push_back(cpu);
  }
  return cpus;
}

int64_t count_cores(const Path& root, const std::vector<int>& cpus) {
  std::set<std::pair<double, double>> cores;
  for (int cpu : cpus) {
    const Path topology =
        root / "sys/devices/system/cpu" / ("cpu" + std::to_string(cpu)) / "topology";
    // Without a topology (some containers) every CPU counts as a core.
    cores.emplace(read_number(topology / "physical_package_id").value_or(-1),
                  read_number(topology / "core_id").value_or(-2.0 - cpu));
  }
  return static_cast<int64_t>(cores.size());
}

std::vector<std::string> instruction_sets(const std::string& cpuinfo) {
  constexpr std::string_view worth_naming[] = {
      "sse4_2",      "avx",      "f16c",     "fma",      "avx2",        "avx_vnni",  // x86-64
      "avx512f",     "avx512bw", "avx512dq", "avx512vl", "avx512_vnni", "avx512_bf16",
      "avx512_fp16", "amx_tile", "amx_bf16", "amx_int8", "asimd",       "asimdhp",
      "bf16",        "i8mm",     "sve",      "sve2"};  // aarch64
  std::istringstream words(value_of(cpuinfo, "flags") + " " + value_of(cpuinfo, "Features"));
  std::set<std::string> flags;
  for (std::string word; words >> word;) flags.insert(word);
  std::vector<std::string> sets;
  for (std::string_view name : worth_naming) {
    if (flags.contains(std::string(name))) sets.emplace_back(name);
  }
  return sets;
}

// The folders of this process's control group, innermost first, up to the mount point: a limit of
// any of them holds. `controller` is version 1's name; its folder is tried before version 2's tree.
std::vector<Path> group_folders(const Path& root, const std::string& controller) {
  std::istringstream lines(read_small(root / "proc/self/cgroup"));
  std::vector<Path> folders;
  const auto climb = [&](const Path& mount, const std::string& group) {
    for (Path path = Path(group).relative_path();; path = path.parent_path()) {
      if (std::filesystem::is_directory(mount / path)) folders.push_back(mount / path);
      if (path.empty()) return;
    }
  };
  for (std::string line; std::getline(lines, line);) {  // "4:cpu,cpuacct:/path", "0::/path"
    const size_t first = line.find(':'), second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string names = "," + line.substr(first + 1, second - first - 1) + ",";
    const std::string group = line.substr(second + 1);
    const Path mount = root / "sys/fs/cgroup";
    if (names == ",,") climb(mount, group);
    if (names.find("," + controller + ",") != std::string::npos) climb(mount / controller, group);
  }
  return folders;
}

double cpu_quota(const Path& root) {
  double quota = 0;
  for (const Path& folder : group_folders(root, "cpu")) {
    double time = -1, period = -1;
    std::istringstream(read_small(folder / "cpu.max")) >> time >>
        period;  // version 2; "max 100000"
    if (period <= 0) {
      time = read_number(folder / "cpu.cfs_quota_us").value_or(-1);
      period = read_number(folder / "cpu.cfs_period_us").value_or(-1);
    }
    if (time > 0 && period > 0 && (quota == 0 || time / period < quota)) quota = time / period;
  }
  return quota;
}

// Narrows the machine's memory to what its control groups leave. File pages that the kernel would
// drop on demand do not count as used.
void limit_memory(const Path& root, Machine& machine) {
  for (const Path& folder : group_folders(root, "memory")) {
    std::optional<double> limit = read_number(folder / "memory.max");
    std::optional<double> used = read_number(folder / "memory.current");
    std::string_view droppable = "inactive_file";
    if (!limit && !used) {
      limit = read_number(folder / "memory.limit_in_bytes");
      used = read_number(folder / "memory.usage_in_bytes");
      droppable = "total_inactive_file";
    }
    if (!limit || !used || *limit / mb >= machine.memory_mb) continue;
    const double held = *used - number_of(read_small(folder / "memory.stat"), droppable);
    machine.memory_mb = *limit / mb;
    machine.memory_available_mb =
        std::clamp((*limit - held) / mb, 0.0, machine.memory_available_mb);
  }
}

}  // namespace

int64_t Machine::threads() const {
  int64_t count = std::max<int64_t>(physical_cores, 1);
  if (cpu_quota > 0) count = std::min(count, static_cast<int64_t>(std::ceil(cpu_quota)));
  return count;
}

bool Machine::has_bf16() const {
  return std::ranges::any_of(instruction_sets, [](const std::string& set) {
    return set == "avx512_bf16" || set == "amx_bf16" || set == "bf16";
  });
}

Machine read_machine(const Path& root) {
  Machine machine;
  const std::string cpuinfo = read_small(root / "proc/cpuinfo");
  machine.cpu = value_of(cpuinfo, "model name");
  machine.instruction_sets = instruction_sets(cpuinfo);
  const std::vector<int> cpus = allowed_cpus(root);
  machine.logical_cpus = static_cast<int64_t>(cpus.size());
  machine.physical_cores = count_cores(root, cpus);
  machine.cpu_quota = cpu_quota(root);
  constexpr double kib = 1024;
  const std::string meminfo = read_small(root / "proc/meminfo");
  machine.memory_mb = number_of(meminfo, "MemTotal") * kib / mb;
  machine.memory_available_mb = number_of(meminfo, "MemAvailable") * kib / mb;
  limit_memory(root, machine);
  return machine;
}

ResidentMemory resident_memory() {
  constexpr double kib = 1024;
  const std::string status = read_small("/proc/self/status");
  return {.now_mb = number_of(status, "VmRSS") * kib / mb,
          .peak_mb = number_of(status, "VmHWM") * kib / mb};
}

}  // namespace gannet
