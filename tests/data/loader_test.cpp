// The loader: its order, that it can start anywhere, and that its thread never gets in the way.
#include "gannet/data/loader.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <set>
#include <thread>

#include "gannet/base/error.h"
#include "gannet/data/registry.h"

namespace gannet {
namespace {

// Sample i is an image [1, 2, 3] of the numbers 10 i ... 10 i + 5, with every kind of condition.
class Numbers : public Dataset {
 public:
  explicit Numbers(int64_t size) : size_(size) {
    info_.dims = {1, 2, 3};
    info_.classes = {"even", "odd"};
    info_.attributes = 2;
    info_.tokens = 4;
    info_.input_image = {1, 1, 2};
  }
  int64_t size() const override { return size_; }
  const DatasetInfo& info() const override { return info_; }
  std::string hash() const override { return ""; }
  std::string name() const override { return "numbers"; }
  void get(int64_t index, Sample& into) const override {
    ++reads;
    if (index == fails_at) throw Error("sample is broken", "numbers");
    if (pause.count() > 0) std::this_thread::sleep_for(pause);
    const auto v = static_cast<float>(10 * index);
    into.values = {v, v + 1, v + 2, v + 3, v + 4, v + 5};
    into.label = index % 2;
    into.attributes = {v, -v};
    into.tokens = {index, index + 1, 0, 0};
    into.input_image = {v + 7, v + 8};
  }

  DatasetInfo info_;
  int64_t fails_at = -1;
  std::chrono::microseconds pause{0};
  mutable std::atomic<int64_t> reads = 0;

 private:
  int64_t size_;
};

std::shared_ptr<Numbers> numbers(int64_t size) { return std::make_shared<Numbers>(size); }

std::vector<int64_t> indices(const Batch& batch) {  // which samples it holds
  std::vector<int64_t> found;
  for (int64_t n = 0; n < batch.size(); ++n)
    found.push_back(static_cast<int64_t>(batch.real.const_data_ptr<float>()[n * 6]) / 10);
  return found;
}

TEST(Loader, FillsImagesAndEveryCondition) {
  Loader loader(numbers(20), {.seed = 1, .batch = 4});
  const Batch batch = loader.get(0);
  ASSERT_EQ(batch.real.sizes(), (at::IntArrayRef{4, 1, 2, 3}));
  ASSERT_EQ(batch.cond.labels.sizes(), (at::IntArrayRef{4}));
  ASSERT_EQ(batch.cond.attributes.sizes(), (at::IntArrayRef{4, 2}));
  ASSERT_EQ(batch.cond.tokens.sizes(), (at::IntArrayRef{4, 4}));
  ASSERT_EQ(batch.cond.input_image.sizes(), (at::IntArrayRef{4, 1, 1, 2}));
  EXPECT_EQ(batch.real.scalar_type(), at::kFloat);
  EXPECT_EQ(batch.cond.labels.scalar_type(), at::kLong);
  EXPECT_EQ(batch.cond.tokens.scalar_type(), at::kLong);
  const std::vector<int64_t> which = indices(batch);
  for (int64_t n = 0; n < 4; ++n) {
    const auto i = which[static_cast<size_t>(n)];
    for (int64_t k = 0; k < 6; ++k)
      EXPECT_EQ(batch.real.const_data_ptr<float>()[6 * n + k], 10 * i + k);
    EXPECT_EQ(batch.cond.labels.const_data_ptr<int64_t>()[n], i % 2);
    EXPECT_EQ(batch.cond.attributes.const_data_ptr<float>()[2 * n + 1], -10 * i);
    EXPECT_EQ(batch.cond.tokens.const_data_ptr<int64_t>()[4 * n + 1], i + 1);
    EXPECT_EQ(batch.cond.input_image.const_data_ptr<float>()[2 * n + 1], 10 * i + 8);
  }
}

TEST(Loader, LeavesAbsentConditionsUndefined) {
  const auto data = numbers(20);
  data->info_ = {.dims = {1, 2, 3}};
  Loader loader(data, {.batch = 4});
  const Batch batch = loader.get(0);
  EXPECT_FALSE(batch.cond.labels.defined());
  EXPECT_FALSE(batch.cond.attributes.defined());
  EXPECT_FALSE(batch.cond.tokens.defined());
  EXPECT_FALSE(batch.cond.input_image.defined());
}

TEST(Loader, ShowsEachSampleOnceAnEpochAndDropsTheTail) {
  Loader loader(numbers(23), {.seed = 9, .batch = 5});
  EXPECT_EQ(loader.batches_per_epoch(), 4);
  std::vector<std::vector<int64_t>> epochs(3);
  for (int64_t b = 0; b < 12; ++b)
    for (const int64_t i : indices(loader.get(b))) epochs[static_cast<size_t>(b / 4)].push_back(i);
  std::set<int64_t> dropped;
  for (const auto& epoch : epochs) {
    EXPECT_EQ(epoch.size(), 20u);
    EXPECT_EQ(std::set<int64_t>(epoch.begin(), epoch.end()).size(), 20u);
    for (int64_t i = 0; i < 23; ++i)
      if (std::find(epoch.begin(), epoch.end(), i) == epoch.end()) dropped.insert(i);
  }
  EXPECT_NE(epochs[0], epochs[1]);
  EXPECT_NE(epochs[1], epochs[2]);
  EXPECT_GT(dropped.size(), 3u);  // not always the same ones
}

TEST(Loader, AnyBatchIsTheSameWhateverWasReadBefore) {
  const auto data = numbers(50);
  Loader straight(data, {.seed = 3, .batch = 8}), jumping(data, {.seed = 3, .batch = 8});
  std::vector<std::vector<int64_t>> expected;
  for (int64_t b = 0; b < 40; ++b) expected.push_back(indices(straight.get(b)));
  for (const int64_t b : {17, 18, 19, 3, 3, 4, 39, 0, 1, 2, 3, 4, 5, 6, 7, 30, 29, 28})
    EXPECT_EQ(indices(jumping.get(b)), expected[static_cast<size_t>(b)]) << b;
}

TEST(Loader, OrderDependsOnTheSeed) {
  const auto data = numbers(50);
  Loader a(data, {.seed = 1, .batch = 8}), b(data, {.seed = 2, .batch = 8});
  EXPECT_NE(indices(a.get(0)), indices(b.get(0)));
}

TEST(Loader, RanksSplitTheGlobalBatch) {
  const auto data = numbers(50);
  Loader whole(data, {.seed = 5, .batch = 12});
  std::vector<std::unique_ptr<Loader>> parts;
  for (int64_t rank = 0; rank < 3; ++rank)
    parts.push_back(std::make_unique<Loader>(
        data, Loader::Options{.seed = 5, .batch = 12, .mirror = true, .rank = rank, .ranks = 3}));
  Loader mirrored(data, {.seed = 5, .batch = 12, .mirror = true});
  for (const int64_t b : {0, 1, 7}) {
    std::vector<Tensor> pieces;
    for (const auto& part : parts) {
      pieces.push_back(part->get(b).real);
      EXPECT_EQ(pieces.back().size(0), 4);
    }
    EXPECT_TRUE(at::equal(at::cat(pieces), mirrored.get(b).real));
    EXPECT_TRUE(at::equal(whole.get(b).cond.labels, mirrored.get(b).cond.labels));
  }
  EXPECT_EQ(parts[0]->batches_per_epoch(), whole.batches_per_epoch());
}

TEST(Loader, MirrorsHalfOfTheImagesWithTheirConditions) {
  Loader loader(numbers(1000), {.seed = 4, .batch = 1000, .mirror = true});
  std::vector<std::vector<bool>> epochs;
  for (int64_t epoch = 0; epoch < 2; ++epoch) {
    const Batch batch = loader.get(epoch);
    const float* x = batch.real.const_data_ptr<float>();
    const float* image = batch.cond.input_image.const_data_ptr<float>();
    std::vector<bool> flipped(1000);
    int64_t flips = 0;
    for (int64_t n = 0; n < 1000; ++n) {
      const bool flip = x[6 * n] > x[6 * n + 2];
      const float v = x[6 * n + (flip ? 2 : 0)];
      for (int64_t row = 0; row < 2; ++row)
        for (int64_t k = 0; k < 3; ++k)
          ASSERT_EQ(x[6 * n + 3 * row + k], v + static_cast<float>(3 * row + (flip ? 2 - k : k)));
      ASSERT_EQ(image[2 * n], v + (flip ? 8 : 7));
      flipped[static_cast<size_t>(v / 10)] = flip;
      flips += flip;
    }
    EXPECT_NEAR(flips, 500, 80);
    epochs.push_back(flipped);
  }
  EXPECT_NE(epochs[0], epochs[1]);  // drawn anew each epoch
}

TEST(Loader, ReadsAheadByThreeBatchesAndNoMore) {
  const auto data = numbers(1000);
  Loader loader(data, {.batch = 10});
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(data->reads, 0);  // nothing before the first number is known
  loader.get(0);
  for (int i = 0; i < 1000 && data->reads < 40; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(data->reads, 40);
}

TEST(Loader, HandsOnWhatItsThreadMetAndGoesOn) {
  const auto data = numbers(40);
  data->fails_at = 7;
  Loader loader(data, {.seed = 2, .batch = 10});
  int64_t failures = 0;
  for (int64_t b = 0; b < 8; ++b) try {
      const std::vector<int64_t> which = indices(loader.get(b));
      EXPECT_EQ(std::count(which.begin(), which.end(), 7), 0);
    } catch (const Error& e) {
      EXPECT_STREQ(e.what(), "sample is broken: numbers");
      ++failures;
    }
  EXPECT_EQ(failures, 2);  // once an epoch
}

TEST(Loader, RefusesASampleOfTheWrongSize) {
  const auto data = numbers(40);
  data->info_.dims = {1, 2, 4};
  Loader loader(data, {.batch = 10});
  EXPECT_THROW(loader.get(0), Error);
}

TEST(Loader, StopsWhileItsThreadWaitsOrWorks) {
  for (int i = 0; i < 20; ++i) {
    const auto data = numbers(1000);
    data->pause = std::chrono::microseconds(i % 2 ? 200 : 0);
    Loader loader(data, {.batch = 10});
    if (i % 4 > 1) loader.get(i);
  }
}

TEST(Loader, RefusesWhatCannotBeServed) {
  const auto complaint = [](const std::shared_ptr<const Dataset>& data,
                            Loader::Options options) -> std::string {
    try {
      const Loader loader(data, options);
      return "";
    } catch (const Error& e) {
      return std::string(e.what()) + "; " + e.hint();
    }
  };
  EXPECT_EQ(complaint(numbers(5), {.batch = 64}),
            "data set has 5 samples, fewer than a batch of 64: numbers; --batch 5");
  EXPECT_EQ(complaint(numbers(5), {.batch = 0}), "batch is 0, expected at least 1: --batch; ");
  EXPECT_EQ(complaint(numbers(50), {.batch = 8, .ranks = 3}),
            "batch is 8, not divisible by 3 processes: --batch; ");
  EXPECT_NE(complaint(numbers(50), {.batch = 8, .rank = 2, .ranks = 2}), "");
  EXPECT_NE(complaint(nullptr, {}), "");
  EXPECT_EQ(complaint(open_dataset("ring-8"), {.batch = 8, .mirror = true}),
            "only images can be mirrored: --mirror; leave it out for ring-8");
  Loader loader(numbers(50), {.batch = 8});
  EXPECT_THROW(loader.get(-1), Error);
  EXPECT_THROW(loader.get(int64_t{6} << 32), Error);
  EXPECT_NO_THROW(loader.get((int64_t{6} << 32) - 1));  // the last of 2^32 epochs
}

TEST(Loader, ServesBuiltInSets) {
  const std::shared_ptr<const Dataset> shapes = open_dataset("shapes", {.image_size = 16});
  Loader loader(shapes, {.batch = 6});
  EXPECT_EQ(loader.get(0).real.sizes(), (at::IntArrayRef{6, 3, 16, 16}));
  EXPECT_EQ(&loader.data(), shapes.get());
}

}  // namespace
}  // namespace gannet
