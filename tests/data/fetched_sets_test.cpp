// Fetched sets by name, on stand-ins in a folder of the test's own.
#include "gannet/data/fetched_sets.h"

#include <gtest/gtest.h>

#include "data/temporary.h"
#include "gannet/base/error.h"
#include "gannet/base/files.h"
#include "gannet/formats/png.h"

namespace gannet {
namespace {

using testing::Environment;
using testing::TemporaryFolder;

void add_images(const Path& folder, uint8_t from) {
  std::filesystem::create_directories(folder);
  for (uint8_t i = 0; i < 16; ++i) {
    const auto name = std::to_string(from + i) + ".png";
    write_file(folder / name,
               write_png({4, 4, 1, std::vector<uint8_t>(16, static_cast<uint8_t>(from + i))}));
  }
}

struct FetchedSets : ::testing::Test {
  FetchedSets() : variable("GANNET_DATA", folder.string()) {
    add_images(folder / "banknotes/real/train", 0);
    add_images(folder / "banknotes/real/test", 50);
    add_images(folder / "banknotes/forged/blur", 100);
    add_images(folder / "banknotes/forged/ink", 150);
  }
  TemporaryFolder folder;
  Environment variable;
};

std::string complaint(const std::string& source) {
  try {
    open_dataset(source);
    return "nothing";
  } catch (const Error& e) {
    return std::string(e.what()) + " | " + e.hint();
  }
}

TEST_F(FetchedSets, OpenByNameUnderTheirName) {
  const auto train = open_dataset("banknotes"), test = open_dataset("banknotes", {.split = "test"});
  EXPECT_EQ(train->name(), "banknotes");
  EXPECT_EQ(train->size(), 16);
  EXPECT_EQ(test->size(), 16);
  EXPECT_NE(train->hash(), test->hash());
  EXPECT_TRUE(is_fetched(*std::ranges::find(built_in_sets(), "banknotes", &BuiltInSet::name)));
}

TEST_F(FetchedSets, PartsAreNamedBelowThem) {
  const auto forged = open_dataset("banknotes/forged");
  EXPECT_EQ(forged->name(), "banknotes-forged");
  EXPECT_EQ(forged->info().classes, (std::vector<std::string>{"blur", "ink"}));
  EXPECT_EQ(open_dataset("banknotes/real/test/")->size(), 16);
  const auto pairs = resolve_source("banknotes/forged/blur:banknotes/forged/ink");
  EXPECT_EQ(pairs.path, folder / "banknotes/forged/blur" + ":" + folder / "banknotes/forged/ink");
}

TEST_F(FetchedSets, AZipForEachSplitAndPart) {
  std::filesystem::create_directories(folder / "dicebear");
  for (const char* part : {"train.zip", "test.zip", "pairs.zip"})
    write_file(folder / (std::string("dicebear/") + part), std::string("PK"));
  EXPECT_EQ(resolve_source("dicebear").path, folder / "dicebear/train.zip");
  const auto test = resolve_source("dicebear", {.split = "test"});
  EXPECT_EQ(test.path, folder / "dicebear/test.zip");
  EXPECT_EQ(test.options.split, "train");
  EXPECT_EQ(resolve_source("dicebear/pairs").path, folder / "dicebear/pairs.zip");
  EXPECT_EQ(absolute_source("dicebear/pairs"), folder / "dicebear/pairs.zip");
  EXPECT_EQ(absolute_source("dicebear"), "dicebear");
}

TEST_F(FetchedSets, ASetThatIsNotHereNamesTheCommand) {
  EXPECT_EQ(complaint("photos/test"),
            "data set is not here yet: " + folder / "photos" + " | gannet data fetch photos");
  EXPECT_TRUE(takes_image_size("photos"));
  EXPECT_EQ(complaint("photo"), "unknown data set: photo | did you mean photos?");
}

TEST_F(FetchedSets, APartThatIsNotThereNamesTheOthers) {
  EXPECT_EQ(complaint("banknotes/fake"),
            "the data set banknotes has no part fake: " + folder / "banknotes" +
                " | its parts are banknotes/forged, banknotes/real");
  EXPECT_NE(complaint("banknotes/../../etc").find("has no part"), std::string::npos);
  EXPECT_NE(complaint("banknotes//etc").find("has no part"), std::string::npos);
}

TEST_F(FetchedSets, APathThatExistsIsNotAPart) {
  const TemporaryFolder here;
  const auto before = std::filesystem::current_path();
  add_images(here / "photos/train", 0);
  std::filesystem::current_path(here.string());
  EXPECT_EQ(resolve_source("photos/train").path, "photos/train");
  EXPECT_EQ(open_dataset("photos/train")->name(), "photos-train");
  EXPECT_EQ(open_dataset("photos")->size(), open_dataset("photos/train")->size());
  EXPECT_EQ(absolute_source("photos"), here / "photos");
  std::filesystem::current_path(before);
}

}  // namespace
}  // namespace gannet
