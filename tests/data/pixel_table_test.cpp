// Images that are no files: rows of a table, CIFAR's records.
#include <gtest/gtest.h>

#include "data/opening.h"
#include "data/temporary.h"
#include "gannet/base/files.h"

namespace gannet::testing {
namespace {

std::string write(const std::string& path, const std::string& text) {
  write_file(path, as_bytes(text));
  return path;
}

// "0,20,40,...": `count` cells from `first` in steps of 20, below 256.
std::string cells(int64_t count, int64_t first, char separator = ',') {
  std::string text;
  for (int64_t i = 0; i < count; ++i)
    text += (i > 0 ? std::string(1, separator) : "") + std::to_string((first + 20 * i) % 256);
  return text;
}

std::string names(const std::string& before, int64_t count) {
  std::string text;
  for (int64_t i = 0; i < count; ++i) text += (i > 0 ? "," : "") + before + std::to_string(i);
  return text;
}

TEST(PixelTable, NamedColumnsAreImagesWithClasses) {
  const TemporaryFolder folder;
  const std::string path =
      write(folder / "digits.csv",
            "label," + names("pixel", 64) + "\n7," + cells(64, 0) + "\n3," + cells(64, 100) + "\n");
  const auto data = open_dataset(path);
  EXPECT_EQ(data->size(), 2);
  EXPECT_EQ(data->info().dims, (Shape{1, 8, 8}));
  EXPECT_EQ(data->info().classes, (std::vector<std::string>{"3", "7"}));
  EXPECT_EQ(sample(*data, 0).label, 1);
  EXPECT_FLOAT_EQ(sample(*data, 0).values[0], -1);
  EXPECT_NEAR(sample(*data, 1).values[0], 100 / 127.5 - 1, 1e-6);
  ASSERT_FALSE(data->decisions().empty());
  EXPECT_EQ(data->decisions()[0].value, "images");
}

TEST(PixelTable, KindPointsTakesItAsPoints) {
  const TemporaryFolder folder;
  const std::string path = write(
      folder / "t.csv", names("pixel", 64) + "\n" + cells(64, 0) + "\n" + cells(64, 7) + "\n");
  EXPECT_EQ(open_dataset(path)->info().dims, (Shape{1, 8, 8}));
  EXPECT_EQ(open_dataset(path, {.files = {.kind = "points"}})->info().dims, Shape{64});
}

TEST(PixelTable, WithoutNamesByItsNumbers) {
  const TemporaryFolder folder;
  const std::string row = "2," + cells(100, 3) + "\n";
  EXPECT_EQ(open_dataset(write(folder / "a.csv", row + row))->info().dims, (Shape{1, 10, 10}));
  std::string small;
  for (int i = 0; i < 65; ++i) small += (i > 0 ? "," : "") + std::to_string(i % 9);
  small += "\n9" + small.substr(1, 3) + "7" + small.substr(5) + "\n";  // 8x8, of anything
  EXPECT_EQ(open_dataset(write(folder / "b.csv", small))->info().dims.size(), 1u);
}

TEST(PixelTable, OneColumnOfAllPixelsAndThePartOfTheSet) {
  const TemporaryFolder folder;
  const auto row = [](const char* label, const char* part) {
    return std::string(label) + ",\"" + cells(64, 5, ' ') + "\"," + part + "\n";
  };
  const std::string path =
      write(folder / "fer.csv", "emotion,pixels,Usage\n" + row("0", "Training") +
                                    row("1", "Training") + row("0", "PublicTest") +
                                    row("0", "PrivateTest") + row("0", "PrivateTest"));
  EXPECT_EQ(open_dataset(path)->size(), 2);
  EXPECT_EQ(open_dataset(path, {.split = "val"})->size(), 1);
  EXPECT_EQ(open_dataset(path, {.split = "test"})->size(), 2);
}

TEST(PixelTable, ThreeTimesASquareIsColour) {
  const TemporaryFolder folder;
  const std::string row = cells(3 * 64, 0) + ",cat\n";
  const auto data =
      open_dataset(write(folder / "c.csv", names("pixel", 3 * 64) + ",label\n" + row + row));
  EXPECT_EQ(data->info().dims, (Shape{3, 8, 8}));
  EXPECT_EQ(data->info().classes, std::vector<std::string>{"cat"});
  EXPECT_NEAR(sample(*data, 0).values[64], 20 / 127.5 - 1, 1e-6) << "green of the first pixel";
}

TEST(PixelTable, BadRowsAreNamedByTheirLine) {
  const TemporaryFolder folder;
  const std::string header = names("pixel", 64) + "\n" + cells(64, 0) + "\n";
  EXPECT_NE(complaint(write(folder / "a.csv", header + "1,2\n")).what.find("line 3"),
            std::string::npos);
  const Complaint word = complaint(write(folder / "b.csv", header + "x," + cells(63, 0) + "\n"));
  EXPECT_NE(word.what.find("found 'x'"), std::string::npos) << word.what;
  EXPECT_NE(
      complaint(write(folder / "c.csv", header + "300," + cells(63, 0) + "\n")).what.find("300"),
      std::string::npos);
  EXPECT_TRUE(complaint(folder / "a.csv", {.split = "test"}).usage);
}

// Of one colour: red and green are the pixel, blue is black.
std::string record(char label, char pixel) {
  return label + std::string(2048, pixel) + std::string(1024, '\0');
}

TEST(Cifar, TheBinaryVersionIsReadWithItsNames) {
  const TemporaryFolder folder;
  write(folder / "data_batch_1.bin", record(1, '\0') + record(0, '\xff'));
  write(folder / "data_batch_2.bin", record(1, '\x40'));
  write(folder / "test_batch.bin", record(0, '\x20'));
  write(folder / "batches.meta.txt", "airplane\nautomobile\n\n");
  const auto data = open_dataset(folder.string());
  EXPECT_EQ(data->size(), 3);
  EXPECT_EQ(data->info().dims, (Shape{3, 32, 32}));
  EXPECT_EQ(data->info().classes, (std::vector<std::string>{"airplane", "automobile"}));
  EXPECT_EQ(sample(*data, 0).label, 1);
  EXPECT_FLOAT_EQ(sample(*data, 1).values[0], 1);
  EXPECT_EQ(open_dataset(folder.string(), {.split = "test"})->size(), 1);
}

TEST(Cifar, Has100FineClasses) {
  const TemporaryFolder folder;
  write(folder / "train.bin", std::string("\3\1", 2) + std::string(3072, '\0'));
  write(folder / "fine_label_names.txt", "apple\nfish\n");
  const auto data = open_dataset(folder.string());
  EXPECT_EQ(data->info().classes[1], "fish");
  EXPECT_EQ(sample(*data, 0).label, 1);
}

TEST(Cifar, ACutFileIsRefused) {
  const TemporaryFolder folder;
  write(folder / "data_batch_1.bin", record(1, '\0').substr(0, 3000));
  EXPECT_NE(complaint(folder.string()).what.find("records of 3073 bytes"), std::string::npos);
}

}  // namespace
}  // namespace gannet::testing
