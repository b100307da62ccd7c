#include "gannet/base/nvidia_driver.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "gannet/base/files.h"

namespace gannet {
namespace {

namespace fs = std::filesystem;

class NvidiaDriverTest : public testing::Test {
 protected:
  NvidiaDriverTest() {
    std::string name = (fs::temp_directory_path() / "gannet-nvidia-XXXXXX").string();
    root_ = mkdtemp(name.data());
    fs::create_directories(root_ / "dev");
    fs::create_directories(root_ / "proc/driver/nvidia");
  }
  ~NvidiaDriverTest() override {
    fs::remove_all(root_);
    for (const char* name : {"FAKE_CUDA", "FAKE_GPUS", "FAKE_ERROR"}) unsetenv(name);
  }
  fs::path root_;
};

TEST_F(NvidiaDriverTest, AMachineWithoutOne) {
  EXPECT_FALSE(has_nvidia_device_files(root_));
  const NvidiaDriver driver = read_nvidia_driver(root_, "libgannet-none.so.1");
  EXPECT_FALSE(driver.found);
  EXPECT_FALSE(driver.device_files);
  EXPECT_EQ(driver.version, "");
  EXPECT_TRUE(driver.gpus.empty());
}

TEST_F(NvidiaDriverTest, AWindowsGpuOfAnotherMakerIsNone) {
  std::ofstream(root_ / "dev/dxg") << "";
  EXPECT_FALSE(has_nvidia_device_files(root_));
  std::filesystem::create_directories(root_ / "usr/lib/wsl/lib");
  std::ofstream(root_ / "usr/lib/wsl/lib/libcuda.so.1") << "";
  EXPECT_TRUE(has_nvidia_device_files(root_));
}

TEST_F(NvidiaDriverTest, ReadsGpusAndVersions) {
  std::ofstream(root_ / "dev/nvidiactl") << "";
  std::ofstream(root_ / "proc/driver/nvidia/version")
      << "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.65.06  Sun Jul 27 07:20:05 UTC "
         "2025\n";
  setenv("FAKE_CUDA", "13000", 1);
  setenv("FAKE_GPUS", "2", 1);
  const NvidiaDriver driver = read_nvidia_driver(root_, GANNET_FAKE_DRIVER);
  EXPECT_TRUE(driver.device_files);
  EXPECT_TRUE(driver.found);
  EXPECT_EQ(driver.cuda, 13000);
  EXPECT_EQ(driver.version, "580.65.06");
  EXPECT_EQ(driver.problem, "");
  ASSERT_EQ(driver.gpus.size(), 2u);
  EXPECT_EQ(driver.gpus[1].name, "Fake GPU 1");
  EXPECT_EQ(driver.gpus[1].memory_mb, 8000);
  EXPECT_EQ(driver.gpus[1].capability, 90);
}

TEST_F(NvidiaDriverTest, TellsWhyItHasNoGpu) {
  setenv("FAKE_CUDA", "12080", 1);
  setenv("FAKE_ERROR", "100", 1);
  const NvidiaDriver driver = read_nvidia_driver(root_, GANNET_FAKE_DRIVER);
  EXPECT_TRUE(driver.found);
  EXPECT_EQ(driver.cuda, 12080);
  EXPECT_EQ(driver.problem, "no device (error 100)");
  EXPECT_TRUE(driver.gpus.empty());
}

TEST_F(NvidiaDriverTest, ALibraryThatIsNoDriver) {
  EXPECT_NE(read_nvidia_driver(root_, "libz.so.1").problem, "");
}

TEST_F(NvidiaDriverTest, VersionsAsText) {
  EXPECT_EQ(cuda_version_text(13000), "13.0");
  EXPECT_EQ(cuda_version_text(12080), "12.8");
}

}  // namespace
}  // namespace gannet
