#include "gannet/models/network_path.h"

#include "gannet/base/numbered_files.h"
#include "support/error_of.h"
#include "support/runs.h"

namespace gannet::test {
namespace {

class NetworkPath : public RunTest {
 protected:
  Path touched(const std::string& name) const {
    write_file(folder_ / name, std::string("x"));
    return folder_ / name;
  }
};

TEST_F(NetworkPath, IsTheFileItselfOrTheBestElseTheNewestOfARun) {
  EXPECT_EQ(network_path("any.safetensors"), "any.safetensors");
  EXPECT_EQ(error_of([&] { network_path(folder_); }),
            "not a run directory: it has no options.json: " + folder_.string());
  touched("options.json");
  EXPECT_EQ(error_of([&] { network_path(folder_); }),
            "this run has no network yet: " + folder_.string());
  const Path first = touched(network_file_name(snapshot_number(25'000))),
             further = touched(network_file_name(snapshot_number(25'512, /*exact=*/true))),
             second = touched(network_file_name(snapshot_number(1'000'000'064)));
  touched("network-x.safetensors");
  touched("network-000025_.safetensors");
  EXPECT_EQ(network_files(folder_), (std::vector<std::string>{"network-000025.safetensors",
                                                              "network-000025_512.safetensors",
                                                              "network-1000000.safetensors"}));
  EXPECT_EQ(network_path(folder_), second);
  const Path stopped = touched(std::string(kStoppedNetwork));
  EXPECT_EQ(network_path(folder_), stopped) << "newer than all snapshots";
  EXPECT_EQ(network_path(folder_.string() + "/"), stopped);
  replace_link(folder_ / kBestNetwork, first.filename().string());
  EXPECT_EQ(network_path(folder_), std::filesystem::canonical(first));
}

TEST(NumberedFiles, HaveDigitsAlone) {
  EXPECT_EQ(zero_padded(25, 6), "000025");
  EXPECT_EQ(zero_padded(1234567, 6), "1234567");
  EXPECT_EQ(number_in_name("state-00012.bin", "state-", ".bin"), 12);
  for (const char* name : {"state-.bin", "state-1x.bin", "state-1.txt", "a", "state--1.bin",
                           "state-1234567890123456789.bin"})
    EXPECT_EQ(number_in_name(name, "state-", ".bin"), -1) << name;
}

}  // namespace
}  // namespace gannet::test
