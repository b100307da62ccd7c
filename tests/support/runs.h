// Tiny runs for the tests of this folder, and comparing what they wrote.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "gannet/base/error.h"
#include "gannet/base/files.h"
#include "gannet/formats/safetensors.h"
#include "gannet/runs/directory.h"
#include "gannet/runs/session.h"

namespace gannet::test {

// Stops the run after a number of steps (0: never), and keeps what was said.
struct TestScreen : ProgressListener {
  int64_t stop_after = 0, steps = 0;
  std::vector<std::string> warnings, lines;
  void warning(const std::string& text) override { warnings.push_back(text); }
  void line(const std::string& text) override { lines.push_back(text); }
  bool interrupted() override { return ++steps == stop_after; }
};

class RunTest : public testing::Test {
 protected:
  RunTest()
      : folder_(std::filesystem::temp_directory_path() /
                ("gannet-runs-" + std::to_string(::getpid()) + "-" +
                 testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~RunTest() override { std::filesystem::remove_all(folder_); }

  // 40 steps; a tick every 5, a snapshot every 10.
  Config tiny(const std::string& cfg = "vanilla", const std::string& data = "ring-8") const {
    Config config = default_config(cfg);
    config.run.data = data;
    config.run.outdir = (folder_ / "runs").string();
    config.run.threads = 1;
    Options& o = *config.options;
    o.nz = 4;
    o.ngf = o.ndf = 8;
    o.batch = 16;
    o.kimg = 0.64;
    o.tick = 0.08;
    o.snap = 2;
    config.run.snap_first = 0;  // no snapshots by the clock
    o.ema = 0.1;
    return config;
  }

  Path folder_;
};

// Everything of a run that must not depend on how often it was interrupted: figures without times,
// metrics, grids, networks, and the last state's tensors and progress.
inline std::map<std::string, std::string> fingerprint(const Path& path) {
  std::map<std::string, std::string> parts;
  const RunDirectory run(path);
  std::string stats;
  const std::string text = read_text(run.stats());
  for (size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
    auto line = nlohmann::json::parse(text.substr(at, end - at));
    for (const char* key : {"seconds", "img_per_s", "memory_mb"}) line.erase(key);
    stats += line.dump() + "\n";
  }
  parts["stats"] = stats;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    const std::string name = entry.path().filename().string();
    if ((name.ends_with(".png") && !name.starts_with("plot-")) || name == "metrics.jsonl" ||
        name == "snapshots.jsonl" || name == "DONE" || name.starts_with("network-"))
      parts[name] = read_text(entry.path());
  }
  const Path last = run.state(run.states().back());
  const Bytes bytes = read_file(last);
  const SafetensorsFile file = read_safetensors(bytes, last.string(), Checksum::required);
  parts["progress"] = file.metadata.at("progress");
  for (const TensorView& tensor : file.tensors)
    parts["state " + tensor.name] = std::string(as_text(tensor.bytes));
  return parts;
}

inline void expect_same_run(const Path& a, const Path& b) {
  const auto first = fingerprint(a), second = fingerprint(b);
  ASSERT_GT(first.size(), 10u);
  for (const auto& [name, value] : first) {
    ASSERT_TRUE(second.contains(name)) << name;
    EXPECT_TRUE(value == second.at(name)) << name << " differs";
  }
  EXPECT_EQ(first.size(), second.size());
}

}  // namespace gannet::test
