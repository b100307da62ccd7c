#include "gannet/base/machine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace gannet {
namespace {

// A machine made of files.
class FakeRoot {
 public:
  FakeRoot() {
    std::string name = (std::filesystem::temp_directory_path() / "machine_test.XXXXXX").string();
    root_ = mkdtemp(name.data());
    put("proc/cpuinfo",
        "processor\t: 0\nmodel name\t: Test CPU 9000\nflags\t\t: fpu sse4_2 avx avx2 fma avx512f\n"
        "processor\t: 1\nmodel name\t: Test CPU 9000\n");
    put("proc/meminfo", "MemTotal:       16000000 kB\nMemFree: 1 kB\nMemAvailable:   8000000 kB\n");
  }
  ~FakeRoot() { std::filesystem::remove_all(root_); }

  void put(const std::string& path, const std::string& text) {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  void cpu(int number, int package, int core) {
    const std::string folder = "sys/devices/system/cpu/cpu" + std::to_string(number) + "/topology/";
    put(folder + "physical_package_id", std::to_string(package) + "\n");
    put(folder + "core_id", std::to_string(core) + "\n");
  }
  Machine read() const { return read_machine(root_); }

 private:
  std::filesystem::path root_;
};

TEST(Machine, CountsHyperthreadsOnce) {
  FakeRoot root;
  for (int cpu = 0; cpu < 8; ++cpu) root.cpu(cpu, cpu / 4, cpu % 2);  // 2 sockets x 2 cores x 2
  const Machine machine = root.read();
  EXPECT_EQ(machine.logical_cpus, 8);
  EXPECT_EQ(machine.physical_cores, 4);
  EXPECT_EQ(machine.threads(), 4);
  EXPECT_EQ(machine.cpu, "Test CPU 9000");
  EXPECT_EQ(machine.instruction_sets,
            (std::vector<std::string>{"sse4_2", "avx", "fma", "avx2", "avx512f"}));
  EXPECT_NEAR(machine.memory_mb, 16384, 1e-6);
  EXPECT_NEAR(machine.memory_available_mb, 8192, 1e-6);
}

TEST(Machine, KeepsToTheQuotaOfItsControlGroups) {
  FakeRoot root;
  for (int cpu = 0; cpu < 8; ++cpu) root.cpu(cpu, 0, cpu);
  root.put("proc/self/cgroup", "0::/outer/inner\n");
  root.put("sys/fs/cgroup/outer/inner/cpu.max", "max 100000\n");
  EXPECT_EQ(root.read().threads(), 8);
  root.put("sys/fs/cgroup/outer/cpu.max", "250000 100000\n");
  EXPECT_EQ(root.read().cpu_quota, 2.5);
  EXPECT_EQ(root.read().threads(), 3);
}

TEST(Machine, KeepsToTheQuotaOfVersionOneToo) {
  FakeRoot root;
  for (int cpu = 0; cpu < 4; ++cpu) root.cpu(cpu, 0, cpu);
  root.put("proc/self/cgroup", "3:cpuset:/\n1:cpu,cpuacct:/docker/abc\n");
  root.put("sys/fs/cgroup/cpu/cpu.cfs_quota_us",
           "100000\n");  // as a container sees it: at the root
  root.put("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(root.read().threads(), 1);
  root.put("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  EXPECT_EQ(root.read().threads(), 4);
}

TEST(Machine, KeepsToTheMemoryOfItsControlGroups) {
  FakeRoot root;
  root.cpu(0, 0, 0);
  root.put("proc/self/cgroup", "0::/box\n");
  root.put("sys/fs/cgroup/box/memory.max", "4000000000\n");
  root.put("sys/fs/cgroup/box/memory.current", "3000000000\n");
  root.put("sys/fs/cgroup/box/memory.stat", "anon 1\ninactive_file 500000000\n");
  EXPECT_NEAR(root.read().memory_mb, 4000, 1e-6);
  EXPECT_NEAR(root.read().memory_available_mb, 1500, 1e-6);
  root.put("sys/fs/cgroup/box/memory.max", "max\n");
  EXPECT_NEAR(root.read().memory_mb, 16384, 1e-6);
}

TEST(Machine, VersionOneMemoryWithoutALimitIsTheMachines) {
  FakeRoot root;
  root.cpu(0, 0, 0);
  root.put("proc/self/cgroup", "4:memory:/box\n");
  root.put("sys/fs/cgroup/memory/box/memory.limit_in_bytes", "9223372036854771712\n");
  root.put("sys/fs/cgroup/memory/box/memory.usage_in_bytes", "1000\n");
  EXPECT_NEAR(root.read().memory_mb, 16384, 1e-6);
  root.put("sys/fs/cgroup/memory/box/memory.limit_in_bytes", "1000000000\n");
  root.put("sys/fs/cgroup/memory/box/memory.stat", "total_inactive_file 400\n");
  EXPECT_NEAR(root.read().memory_mb, 1000, 1e-6);
  EXPECT_NEAR(root.read().memory_available_mb, 1000 - 0.0006, 1e-6);
}

TEST(Machine, WithoutATopologyEveryCpuIsACore) {
  FakeRoot root;
  root.put("sys/devices/system/cpu/cpu0/online", "1");
  root.put("sys/devices/system/cpu/cpu1/online", "1");
  EXPECT_EQ(root.read().physical_cores, 2);
}

TEST(Machine, ReadsThisOne) {
  const Machine machine = read_machine();
  EXPECT_GE(machine.logical_cpus, machine.physical_cores);
  EXPECT_GE(machine.threads(), 1);
  EXPECT_GT(machine.memory_mb, machine.memory_available_mb);
  EXPECT_GT(machine.memory_available_mb, 0);
}

TEST(ResidentMemory, SeesWhatIsTouched) {
  const ResidentMemory before = resident_memory();
  std::vector<char> block(64 << 20, 1);
  const ResidentMemory after = resident_memory();
  EXPECT_GT(after.now_mb, before.now_mb + 50);
  EXPECT_GE(after.peak_mb, after.now_mb - 1);
  EXPECT_EQ(block[12345], 1);
}

TEST(Machine, KnowsBfloat16ByItsInstructions) {
  Machine machine;
  for (const char* set : {"avx512f", "avx512_fp16", "amx_tile"})
    machine.instruction_sets.emplace_back(set);
  EXPECT_FALSE(machine.has_bf16());
  for (const char* set : {"avx512_bf16", "amx_bf16", "bf16"}) {
    Machine able = machine;
    able.instruction_sets.emplace_back(set);
    EXPECT_TRUE(able.has_bf16()) << set;
  }
}

}  // namespace
}  // namespace gannet
