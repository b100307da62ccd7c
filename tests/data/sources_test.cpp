// What `--data` opens, and the one clear line for each thing it can't.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "data/opening.h"
#include "data/temporary.h"
#include "gannet/base/error.h"
#include "gannet/base/files.h"
#include "gannet/data/registry.h"
#include "gannet/formats/gzip.h"
#include "gannet/formats/idx.h"

namespace gannet {
namespace {

using testing::complaint;
using testing::Complaint;
using testing::Environment;
using testing::sample;
using testing::TemporaryFolder;

IdxArray images(int64_t n, int64_t height = 4, int64_t width = 3) {
  IdxArray array{.shape = {n, height, width}, .values = {}};
  for (int64_t i = 0; i < n * height * width; ++i)
    array.values.push_back(static_cast<uint8_t>(7 * i));
  return array;
}

IdxArray labels(const std::vector<uint8_t>& values) {
  return {.shape = {static_cast<int64_t>(values.size())}, .values = values};
}

TEST(IdxData, ReadsImagesWithTheLabelsBesideThem) {
  const TemporaryFolder folder;
  write_file(folder / "my-images-idx3-ubyte", write_idx(images(5)));
  write_file(folder / "my-labels-idx1-ubyte", write_idx(labels({2, 0, 1, 1, 2})));
  const auto data = open_dataset(folder / "my-images-idx3-ubyte");
  EXPECT_EQ(data->size(), 5);
  EXPECT_EQ(data->name(), "my-images-idx3-ubyte");
  EXPECT_EQ(data->info().dims, (Shape{1, 4, 3}));
  EXPECT_EQ(data->info().classes, (std::vector<std::string>{"0", "1", "2"}));
  const Sample s = sample(*data, 3);
  EXPECT_EQ(s.label, 1);
  ASSERT_EQ(s.values.size(), 12u);
  for (size_t i = 0; i < 12; ++i)
    EXPECT_EQ(s.values[i], static_cast<uint8_t>(7 * (36 + i)) / 127.5f - 1.0f);
}

TEST(IdxData, WithoutLabelsIsUnlabelled) {
  const TemporaryFolder folder;
  for (const std::string name : {"train-images-idx3-ubyte", "plain.idx"}) {
    write_file(folder / name, write_idx(images(5)));
    const auto data = open_dataset(folder / name);
    EXPECT_TRUE(data->info().classes.empty());
    EXPECT_EQ(sample(*data, 0).label, -1);
  }
}

TEST(IdxData, GzippedOrPlainIsTheSame) {
  const TemporaryFolder a, b;
  write_file(a / "x-images-idx3-ubyte", write_idx(images(5)));
  write_file(a / "x-labels-idx1-ubyte", write_idx(labels({0, 1, 0, 1, 0})));
  write_file(b / "x-images-idx3-ubyte.gz", gzip(write_idx(images(5))));
  write_file(b / "x-labels-idx1-ubyte.gz", gzip(write_idx(labels({0, 1, 0, 1, 0}))));
  const auto plain = open_dataset(a / "x-images-idx3-ubyte"),
             zipped = open_dataset(b / "x-images-idx3-ubyte.gz");
  EXPECT_EQ(plain->hash(), zipped->hash());
  EXPECT_EQ(plain->hash().size(), 71u);
  EXPECT_TRUE(plain->hash().starts_with("sha256:"));
  EXPECT_EQ(zipped->info().classes_count(), 2);
  EXPECT_EQ(sample(*plain, 4).values, sample(*zipped, 4).values);
}

TEST(IdxData, HashTellsImagesLabelsAndLimitApart) {
  const TemporaryFolder a, b;
  write_file(a / "x-images-idx3-ubyte", write_idx(images(5)));
  const std::string unlabelled = open_dataset(a / "x-images-idx3-ubyte")->hash();
  const std::string limited = open_dataset(a / "x-images-idx3-ubyte", {.limit = 4})->hash();
  write_file(a / "x-labels-idx1-ubyte", write_idx(labels({0, 1, 0, 1, 0})));
  const std::string labelled = open_dataset(a / "x-images-idx3-ubyte")->hash();
  write_file(b / "x-images-idx3-ubyte", write_idx(images(5, 3, 4)));
  const std::string turned = open_dataset(b / "x-images-idx3-ubyte")->hash();
  EXPECT_NE(unlabelled, limited);
  EXPECT_NE(unlabelled, labelled);
  EXPECT_NE(unlabelled, turned);
}

TEST(IdxData, LimitTakesTheFirst) {
  const TemporaryFolder folder;
  write_file(folder / "x.idx", write_idx(images(5)));
  EXPECT_EQ(open_dataset(folder / "x.idx", {.limit = 3})->size(), 3);
  EXPECT_EQ(open_dataset(folder / "x.idx", {.limit = 30})->size(), 5);
  EXPECT_TRUE(complaint(folder / "x.idx", {.limit = -1}).usage);
  Sample s;
  EXPECT_THROW(open_dataset(folder / "x.idx", {.limit = 3})->get(3, s), Error);
  EXPECT_THROW(open_dataset(folder / "x.idx")->get(-1, s), Error);
}

TEST(IdxData, NamesWhatIsWrongWithTheFile) {
  const TemporaryFolder folder;
  const std::string path = folder / "x-images-idx3-ubyte";
  const auto expect = [&](const Bytes& bytes, const std::string& what) {
    write_file(path, bytes);
    const Complaint c = complaint(path);
    EXPECT_NE(c.what.find(what), std::string::npos) << c.what;
    EXPECT_NE(c.what.find(path), std::string::npos) << c.what;
    EXPECT_EQ(c.what.find('\n'), std::string::npos) << c.what;
    EXPECT_FALSE(c.usage);
  };
  const Bytes right = write_idx(images(5));
  Bytes wrong = right;
  wrong[0] = std::byte{0x89};
  expect(wrong, "not an IDX file");
  wrong = right;
  wrong[2] = std::byte{0x0d};
  expect(wrong, "not an IDX file of bytes");
  wrong = right;
  wrong[3] = std::byte{9};
  expect(wrong, "9 axes");
  wrong = right;
  wrong.push_back(std::byte{0});
  expect(wrong, "1 bytes too many");
  expect({}, "file is empty");
  for (const size_t size :
       {size_t{1}, size_t{3}, size_t{4}, size_t{10}, size_t{16}, right.size() - 1})
    expect(Bytes(right.begin(), right.begin() + static_cast<std::ptrdiff_t>(size)),
           "truncated at " + std::to_string(size));
  wrong = gzip(right);
  wrong.resize(wrong.size() / 2);
  expect(wrong, "");
  expect(write_idx(labels({1, 2, 3})), "array is [3], expected images [N, H, W]");
  expect(write_idx({.shape = {0, 4, 3}, .values = {}}), "no images");
  wrong = right;
  wrong[4] = std::byte{0xff};  // four billion images: refused before anything is allocated
  expect(wrong, "");
}

TEST(IdxData, LabelsMustFitTheImages) {
  const TemporaryFolder folder;
  write_file(folder / "x-images-idx3-ubyte", write_idx(images(5)));
  write_file(folder / "x-labels-idx1-ubyte", write_idx(labels({0, 1})));
  EXPECT_EQ(
      complaint(folder / "x-images-idx3-ubyte").what,
      "labels are [2], expected [5] as there are images: " + (folder / "x-labels-idx1-ubyte"));
  write_file(folder / "x-labels-idx1-ubyte", std::string_view("oops"));
  EXPECT_NE(complaint(folder / "x-images-idx3-ubyte").what.find(folder / "x-labels-idx1-ubyte"),
            std::string::npos);
}

TEST(FetchedData, MissingSaysHowToFetchIt) {
  const TemporaryFolder folder;
  const Environment data("GANNET_DATA", folder.string());
  const Complaint c = complaint("fashion-mnist");
  EXPECT_EQ(c.what, "data set is not here yet: " + (folder / "fashion-mnist"));
  EXPECT_EQ(c.hint, "gannet data fetch fashion-mnist");
  EXPECT_FALSE(c.usage);
  for (const BuiltInSet& set : built_in_sets())
    EXPECT_EQ(is_fetched(set), !set.needs_fetch) << set.name;
}

TEST(FetchedData, OpensItsSplitsWithItsClassNames) {
  const TemporaryFolder folder;
  const Environment data("GANNET_DATA", folder.string());
  std::filesystem::create_directory(folder / "fashion-mnist");
  write_file(folder / "fashion-mnist/train-images-idx3-ubyte", write_idx(images(5)));
  write_file(folder / "fashion-mnist/train-labels-idx1-ubyte.gz",
             gzip(write_idx(labels({0, 1, 2, 9, 4}))));
  write_file(folder / "fashion-mnist/t10k-images-idx3-ubyte", write_idx(images(2)));
  EXPECT_EQ(complaint("fashion-mnist").hint,
            "gannet data fetch fashion-mnist");  // one of four is missing
  write_file(folder / "fashion-mnist/t10k-labels-idx1-ubyte", write_idx(labels({7, 7})));
  const auto train = open_dataset("fashion-mnist"),
             test = open_dataset("fashion-mnist", {.split = "test"});
  EXPECT_EQ(train->size(), 5);
  EXPECT_EQ(train->name(), "fashion-mnist");
  EXPECT_EQ(test->size(), 2);
  ASSERT_EQ(train->info().classes_count(), 10);
  EXPECT_EQ(train->info().classes[9], "Ankle boot");
  EXPECT_EQ(sample(*train, 3).label, 9);
  EXPECT_NE(train->hash(), test->hash());
  EXPECT_TRUE(complaint("fashion-mnist", {.split = "valid"}).usage);
  write_file(folder / "fashion-mnist/t10k-labels-idx1-ubyte", write_idx(labels({7, 10})));
  EXPECT_EQ(complaint("fashion-mnist", {.split = "test"}).what,
            "a label is 10, expected 0 to 9: " + (folder / "fashion-mnist/t10k-labels-idx1-ubyte"));
}

TEST(FetchedData,
     TheRealSetsHaveTheirKnownStatistics) {  // means as published with countless training scripts
  const struct {
    const char* name;
    double mean;
  } known[] = {{"fashion-mnist", 0.2860}, {"mnist", 0.1307}};
  int64_t seen = 0;
  for (const auto& set : known) {
    for (const BuiltInSet& built_in : built_in_sets())
      if (built_in.name == set.name && !is_fetched(built_in))
        GTEST_SKIP() << set.name << " is not here";
    const auto data = open_dataset(set.name);
    ASSERT_EQ(data->size(), 60000);
    EXPECT_EQ(open_dataset(set.name, {.split = "test"})->size(), 10000);
    double sum = 0;
    for (int64_t i = 0; i < data->size(); ++i)
      for (const float v : sample(*data, i).values) sum += v;
    EXPECT_NEAR((sum / (60000.0 * 784) + 1) / 2, set.mean, 5e-5);
    ++seen;
  }
  EXPECT_EQ(seen, 2);
}

TEST(OtherFiles, AreNamedByWhatTheyAre) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "bin");
  write_file(folder / "bin/data_batch_2.bin", std::string(2 * 3073, '\1'));
  EXPECT_EQ(open_dataset(folder / "bin")->size(), 2);
  EXPECT_EQ(complaint(folder / "bin/data_batch_2.bin").hint, "--data " + (folder / "bin"));
  std::filesystem::create_directories(folder / "py");
  write_file(folder / "py/data_batch_1", std::string("\x80\x02}q\0", 5));
  for (const char* source : {"py", "py/data_batch_1"}) {
    const auto said = complaint(folder / source);
    EXPECT_EQ(said.what.find("is CIFAR's version for Python, whose pickles are not read: "), 0u);
    EXPECT_NE(said.hint.find("--data cifar.npz"), std::string::npos);
  }
  write_file(folder / "a.gif", std::string_view("GIF89a......................"));
  EXPECT_EQ(complaint(folder / "a.gif", {.frames = 8}).what.find("is a GIF image, expected a set"),
            0u);
}

TEST(UnknownData, IsAUsageErrorWithTheNearestName) {
  const Complaint near = complaint("fashion-minst");
  EXPECT_TRUE(near.usage);
  EXPECT_EQ(near.what, "unknown data set: fashion-minst");
  EXPECT_EQ(near.hint, "did you mean fashion-mnist?");
  EXPECT_EQ(complaint("ring8").hint, "did you mean ring-8?");
  EXPECT_NE(complaint("landscapes-of-mars").hint.find("built-in name"), std::string::npos);
  EXPECT_TRUE(complaint("").usage);
}

TEST(UnknownData, SaysWhatIsNotSupported) {
  const TemporaryFolder folder;
  write_file(folder / "cats.zip", std::string_view("PK"));
  EXPECT_EQ(complaint(folder / "cats.zip").what,
            "not a zip file, but a text: " + (folder / "cats.zip"));
  EXPECT_EQ(complaint(folder / "none.npy").what, "no such file: " + (folder / "none.npy"));
  write_file(folder / "cat.png", std::string_view("\x89PNG\r\n\x1a\n"));
  EXPECT_EQ(complaint(folder / "cat.png").what,
            "is a PNG image, expected a set: a folder or zip of files, an IDX file, FILE.npy or "
            "FILE.csv: " +
                (folder / "cat.png"));
  EXPECT_EQ(complaint(folder / "cat.png").hint, "a folder of such files, as " + folder.string());
  write_file(folder / "cats.tar.gz", gzip(as_bytes("x")));
  EXPECT_EQ(complaint(folder / "cats.tar.gz").hint, "unpack it");
  write_file(folder / "x.idx", write_idx(images(2)));
  EXPECT_EQ(complaint(folder / "x.idx", {.split = "test"}).what,
            "a file has no test split: " + (folder / "x.idx"));
}

TEST(StackedData, HasARandomImageInEachChannel) {
  const TemporaryFolder folder;
  const Environment data("GANNET_DATA", folder.string());
  EXPECT_EQ(complaint("stacked-mnist").hint, "gannet data fetch mnist");
  std::filesystem::create_directory(folder / "mnist");
  const std::vector<uint8_t> classes = {3, 1, 4, 1, 5, 9, 2, 6};
  for (const char* part : {"train", "t10k"}) {
    write_file(folder / ("mnist/" + std::string(part) + "-images-idx3-ubyte"),
               write_idx(images(8)));
    write_file(folder / ("mnist/" + std::string(part) + "-labels-idx1-ubyte"),
               write_idx(labels(classes)));
  }
  const auto one = open_dataset("mnist"), stacked = open_dataset("stacked-mnist");
  EXPECT_EQ(stacked->info().dims, (Shape{3, 4, 3}));
  EXPECT_EQ(stacked->info().classes.size(), 1000u);
  EXPECT_EQ(stacked->info().classes[7], "007");
  std::vector<int64_t> drawn(8);
  for (int64_t i = 0; i < 400; ++i) {
    const Sample all = sample(*stacked, i);
    int64_t label = 0;
    for (int64_t c = 0; c < 3; ++c) {
      const std::vector<float> channel(all.values.begin() + 12 * c,
                                       all.values.begin() + 12 * (c + 1));
      int64_t k = 0;
      while (k < 8 && sample(*one, k).values != channel) ++k;
      ASSERT_LT(k, 8);
      ++drawn[static_cast<size_t>(k)];
      label = 10 * label + classes[static_cast<size_t>(k)];
    }
    EXPECT_EQ(all.label, label);
  }
  for (const int64_t n : drawn) EXPECT_NEAR(n, 150, 60);  // five standard deviations
  EXPECT_EQ(stacked->hash(), open_dataset("stacked-mnist")->hash());
  EXPECT_NE(stacked->hash(), open_dataset("stacked-mnist", {.seed = 1})->hash());
  EXPECT_NE(stacked->hash(), open_dataset("stacked-mnist", {.split = "test"})->hash());
  EXPECT_NE(sample(*stacked, 0).values, sample(*stacked, 1).values);
  EXPECT_EQ(open_dataset("stacked-mnist", {.limit = 5})->size(), 5);
}

}  // namespace
}  // namespace gannet
