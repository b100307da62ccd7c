#include <unistd.h>

#include <cmath>
#include <cstring>

#include "support/runs.h"

namespace gannet::test {
namespace {

namespace fs = std::filesystem;

using Resume = RunTest;

// Interrupts after each of these steps in turn, then lets it end.
Path train_interrupted(Config config, const std::vector<int64_t>& stops) {
  config.run.desc = "interrupted";
  const Path outdir = config.run.outdir;
  Path run;
  for (size_t i = 0; i <= stops.size(); ++i) {
    TestScreen listener;
    if (i < stops.size()) listener.stop_after = stops[i];
    try {
      if (run.empty())
        run = train(std::move(config), listener);
      else
        run = resume(run, listener);
      EXPECT_EQ(i, stops.size());
    } catch (const Interrupted& stopped) {
      EXPECT_LT(i, stops.size());
      EXPECT_NE(stopped.hint().find("gannet resume "), std::string::npos);
      run = stopped.where();
    }
  }
  return run;
}

TEST_F(Resume, ContinuesBitForBitAfterInterruptsInTheMiddleOfATick) {
  TestScreen listener;
  const Path whole = train(tiny(), listener);
  expect_same_run(whole, train_interrupted(tiny(), {3, 1, 8, 13}));
}

TEST_F(Resume, ContinuesBitForBitWithSgdRepeatsAndAccumulation) {
  const auto config = [&] {
    Config c = tiny();
    c.options->optimizer = "sgd";
    c.options->momentum = 0.9;
    c.options->lr = 0.01;
    c.options->n_critic = 3;
    c.options->accumulate = 2;
    return c;
  };
  TestScreen listener;
  const Path whole = train(config(), listener);
  expect_same_run(whole, train_interrupted(config(), {7, 11}));
}

TEST_F(Resume, ContinuesBitForBitWithThePoolAveragesAndSchedules) {
  TestScreen listener;
  const auto config = [&] {
    Config c = tiny();
    Options& o = *c.options;
    o.pool = 24;
    o.lecam = 0.3;
    o.pl = 1;
    o.pack = 2;
    o.noise = 0.5;
    o.noise_end = 0;
    o.lr_end = 1e-5;
    o.gamma = 1;
    o.gamma_end = 0.1;
    o.top_k = 0.5;
    return c;
  };
  const Path whole = train(config(), listener);
  expect_same_run(whole, train_interrupted(config(), {7, 11}));
}

TEST_F(Resume, ContinuesBitForBitWithConvolutionsLabelsAndDropout) {
  for (const char* arch : {"conv", "mlp"}) {
    const auto config = [&] {
      Config c = tiny("cgan", "shapes");
      set_field(*c.options, "arch", arch);
      c.options->kimg = 0.16;
      c.options->mirror = true;
      return c;
    };
    TestScreen listener;
    const Path whole = train(config(), listener);
    expect_same_run(whole, train_interrupted(config(), {4, 3}));
  }
}

TEST_F(Resume, ContinuesBitForBitWithSentences) {
  const auto config = [&] {
    Config c = tiny("text2image", "shapes");
    set_field(*c.options, "text-width", "8");
    c.options->kimg = 0.16;
    return c;
  };
  TestScreen listener;
  const Path whole = train(config(), listener);
  expect_same_run(whole, train_interrupted(config(), {4, 3}));
}

TEST_F(Resume, RefusesWeightsThatLearntWithOtherTokens) {
  const auto config = [&](const char* vocabulary) {
    Config c = tiny("text2image", "shapes");
    set_field(*c.options, "text-width", "8");
    set_field(*c.options, "vocabulary", vocabulary);
    c.options->kimg = 0.016;
    return c;
  };
  TestScreen listener;
  const RunDirectory run(train(config("300"), listener));
  Config other = config("290");
  other.run.resume = run.networks().back().string();
  try {
    train(std::move(other), listener);
    FAIL() << "other tokens were taken";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("its tokens are not those of these captions"),
              std::string::npos)
        << error.what();
  }
}

// Every write, flush and rename of a run fails once with a full disk; the run then goes on to the
// same end, but for plots and report, which are no part of it.
TEST_F(Resume, LosesNothingToAFullDiskAtAnyWrite) {
  TestScreen listener;
  const auto config = [&] {
    Config c = tiny();
    c.options->kimg = 0.16;
    c.options->snap = 1;
    return c;
  };
  const Path whole = train(config(), listener);
  int64_t writes = 0;
  inject_write_failure([&](int64_t number) {
    writes = number;
    return false;
  });
  train(config(), listener);
  ASSERT_GT(writes, 30);
  int64_t begun = 0;
  for (int64_t fail = 0; fail <= writes; ++fail) {
    Config c = config();
    c.run.outdir = (folder_ / ("full" + std::to_string(fail))).string();
    inject_write_failure(
        [&](int64_t number) { return number >= fail; });  // full for the rest of that process
    bool failed = false;
    try {
      train(std::move(c), listener);
    } catch (const Error&) {
      failed = true;
    }
    inject_write_failure({});
    const Path run = folder_ / ("full" + std::to_string(fail)) / whole.filename();
    // Without room for its plots and report a run is whole.
    EXPECT_TRUE(failed || fs::exists(run / "DONE")) << fail;
    if (!fs::exists(run / "options.json")) continue;  // nothing had begun
    ++begun;
    expect_same_run(whole, resume(run, listener));
    fs::remove_all(run.parent_path());
  }
  EXPECT_GT(begun, 20);
}

TEST_F(Resume, TakesTheStateBeforeWhenTheNewestDoesNotOpen) {
  TestScreen listener;
  const Path whole = train(tiny(), listener);
  const Path run = train_interrupted(tiny(), {});
  RunDirectory directory(run);
  const std::vector<int64_t> states = directory.states();
  ASSERT_EQ(states.size(), 2u);
  const Path newest = directory.state(states.back());
  truncate_file(newest, fs::file_size(newest) / 2);
  fs::remove(directory.done());
  listener.warnings.clear();
  resume(run, listener);
  std::erase_if(listener.warnings, [](const std::string& text) {
    return text.starts_with("watchdog: ");  // 40 steps make no diverse samples
  });
  ASSERT_EQ(listener.warnings.size(), 1u);
  EXPECT_NE(listener.warnings[0].find("truncated"), std::string::npos) << listener.warnings[0];
  expect_same_run(whole, run);
}

TEST_F(Resume, StartsOverWhereNoStateWasWritten) {
  TestScreen listener;
  const Path whole = train(tiny(), listener);
  const Path run = train_interrupted(tiny(), {});
  RunDirectory directory(run);
  for (const int64_t step : directory.states()) fs::remove(directory.state(step));
  fs::remove(directory.done());
  resume(run, listener);
  expect_same_run(whole, run);
}

TEST_F(Resume, RefusesARunThatAnotherHolds) {
  const Path run = train_interrupted(tiny(), {});
  const FileLock held(run / ".lock");
  TestScreen listener;
  try {
    resume(run, listener);
    FAIL() << "a held run was resumed";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("in use"), std::string::npos) << error.what();
  }
}

TEST_F(Resume, RefusesOtherData) {
  const Path points = folder_ / "points.csv";
  std::string text = "a,b\n";
  for (int i = 0; i < 64; ++i) text += std::to_string(i) + "," + std::to_string(i * i) + "\n";
  write_file(points, text);
  Config config = tiny("vanilla", points.string());
  TestScreen listener;
  listener.stop_after = 5;
  EXPECT_THROW(train(std::move(config), listener), Interrupted);
  write_file(points, text + "1,1\n");
  const Path run = fs::directory_iterator(folder_ / "runs")->path();
  try {
    resume(run, listener);
    FAIL() << "other data were taken";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("the data is not what this run began with"),
              std::string::npos);
  }
}

TEST_F(Resume, FindsItsDataFromAnotherFolder) {
  std::string text;
  for (int i = 0; i < 64; ++i) text += std::to_string(i) + "," + std::to_string(i % 5) + "\n";
  write_file(folder_ / "points.csv", text);
  const Path before = fs::current_path();
  fs::current_path(folder_);
  TestScreen listener;
  listener.stop_after = 5;
  EXPECT_THROW(train(tiny("vanilla", "points.csv"), listener), Interrupted);
  fs::current_path(before);
  TestScreen to_the_end;
  resume(fs::directory_iterator(folder_ / "runs")->path(), to_the_end);
}

TEST_F(Resume, ADivergedRunKeepsItsLastGoodStateAndSaysWhatWentWrong) {
  Config config = tiny();
  config.options->optimizer = "sgd";
  config.options->lr = 1e-3;
  config.options->momentum = 0.99;
  TestScreen listener;
  listener.stop_after = 12;
  EXPECT_THROW(train(std::move(config), listener), Interrupted);
  const Path run = fs::directory_iterator(folder_ / "runs")->path();
  // From here on each step overflows.
  auto options = nlohmann::json::parse(read_text(run / "options.json"));
  options["lr"] = options["glr"] = options["dlr"] = 10.0;
  options["kimg"] = 100.0;
  options["loss"] = "wgan";
  write_file(run / "options.json", options.dump());
  RunDirectory directory(run);
  try {
    resume(run, listener);
    FAIL() << "no divergence";
  } catch (const Error& error) {
    EXPECT_TRUE(fs::exists(directory.failed()));
    EXPECT_EQ(read_text(directory.failed()), std::string(error.what()) + "\n");
  }
  // Every state that is there opens and is finite.
  for (const int64_t step : directory.states()) {
    const Bytes bytes = read_file(directory.state(step));
    const SafetensorsFile file = read_safetensors(bytes, "state", Checksum::required);
    for (const TensorView& tensor : file.tensors) {
      ASSERT_EQ(tensor.dtype, Dtype::F32);
      for (size_t at = 0; at < tensor.bytes.size(); at += 4) {
        float value;
        std::memcpy(&value, tensor.bytes.data() + at, 4);
        ASSERT_TRUE(std::isfinite(value)) << tensor.name << " at step " << step;
      }
    }
  }
}

}  // namespace
}  // namespace gannet::test
