// Folders and zips of images: labels, sizes, pairs, everything that can be wrong with them.
#include "gannet/data/files/images.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "data/opening.h"
#include "data/temporary.h"
#include "gannet/base/many_errors.h"
#include "gannet/base/parallel.h"
#include "gannet/data/chw.h"
#include "gannet/data/files/attributes.h"
#include "gannet/data/prepare/pack.h"
#include "gannet/formats/npy.h"
#include "gannet/formats/png.h"
#include "gannet/formats/webp.h"
#include "gannet/formats/zip.h"
#include "gannet/image/edges.h"

namespace gannet {
namespace {

using testing::complaint;
using testing::sample;
using testing::TemporaryFolder;
using Names = std::vector<std::string>;

// Noise, so that no two of different seeds are alike.
Image image(int64_t width, int64_t height, int64_t channels = 3, uint32_t seed = 1) {
  Image p{width, height, channels, {}};
  for (int64_t i = 0; i < width * height * channels; ++i)
    p.pixels.push_back(static_cast<uint8_t>((seed = seed * 1103515245 + 12345) >> 16));
  return p;
}

void put(const TemporaryFolder& folder, const std::string& name, const Image& p) {
  std::filesystem::create_directories(Path(folder / name).parent_path());
  write_file(folder / name, name.ends_with(".webp") ? write_webp(p) : write_png(p));
}

// Six images of 8x8 in cats/ and dogs/.
void put_classes(const TemporaryFolder& folder) {
  uint32_t seed = 0;
  for (const char* name :
       {"cats/1.png", "cats/2.png", "cats/deep/3.png", "dogs/1.png", "dogs/2.webp", "dogs/3.PNG"})
    put(folder, name, image(8, 8, 3, ++seed));
}

Names problems(const std::string& source, const SourceOptions& options = {}) {
  Names lines;
  for (const FileProblem& p : load_images(collect(source, options), options).report.problems)
    lines.push_back(p.file + ": " + p.what);
  return lines;
}

float network_range(uint8_t value) { return static_cast<float>(value) / 127.5f - 1.0f; }

TEST(Folder, SubFoldersAreClasses) {
  const TemporaryFolder folder;
  put_classes(folder);
  const auto data = open_dataset(folder.string());
  EXPECT_EQ(data->size(), 6);
  EXPECT_EQ(data->name(), Path(folder.string()).filename());
  EXPECT_EQ(data->info().dims, (Shape{3, 8, 8}));
  EXPECT_EQ(data->info().classes, (Names{"cats", "dogs"}));
  const int64_t labels[] = {0, 0, 0, 1, 1, 1};
  for (int64_t i = 0; i < 6; ++i) EXPECT_EQ(sample(*data, i).label, labels[i]);
  const Image first = image(8, 8, 3, 1);
  const Sample s = sample(*data, 0);
  for (size_t i = 0; i < 64; ++i)
    for (size_t c = 0; c < 3; ++c)
      ASSERT_EQ(s.values[c * 64 + i], network_range(first.pixels[3 * i + c]));
  EXPECT_TRUE(open_dataset(folder.string(), {.files = {.labels = "none"}})->info().classes.empty());
}

// Four images of 16 bits, grey from `low` to `high`.
void put_deep(const TemporaryFolder& folder, float low, float high) {
  for (int i = 0; i < 4; ++i) {
    DeepImage deep{.width = 8, .height = 8, .channels = 1, .white = 65535, .values = {}};
    for (int k = 0; k < 64; ++k)
      deep.values.push_back(low + (high - low) * static_cast<float>((k + i) % 64) / 63);
    write_file(folder / (std::to_string(i) + ".png"), write_png(deep));
  }
}

TEST(ValueRange, ASetOfLittleContrastIsSaidAndStretched) {
  const TemporaryFolder folder;
  put_deep(folder, 100, 4095);
  const auto dark = open_dataset(folder.string());
  ASSERT_EQ(dark->warnings().size(), 1u);
  EXPECT_EQ(dark->warnings()[0],
            "the images use values from 100 to 4095 of 0 to 65535, and are nearly of one grey to a "
            "network: --value-range auto, or --value-range 100,4095, stretches them all alike");
  EXPECT_FALSE(dark->info().value_range);
  EXPECT_LT(std::ranges::max(sample(*dark, 0).values), -0.8f);
  for (const char* range : {"auto", "100,4095"}) {
    const auto data = open_dataset(folder.string(), {.files = {.value_range = range}});
    EXPECT_TRUE(data->warnings().empty());
    EXPECT_EQ(data->info().value_range, (StoredRange{{100, 4095}, 65535}));
    const std::vector<float> values = sample(*data, 0).values;
    EXPECT_EQ(*std::ranges::min_element(values), -1);
    EXPECT_EQ(*std::ranges::max_element(values), 1);
  }
  EXPECT_EQ(complaint(folder.string(), {.files = {.value_range = "9,1"}}).what,
            "expected full, auto or LOW,HIGH with LOW below HIGH, found '9,1': --value-range");
}

TEST(ValueRange, OneImageOfAnotherRangeIsNamed) {
  const TemporaryFolder folder;
  put_deep(folder, 100, 300);
  DeepImage far{.width = 8, .height = 8, .channels = 1, .white = 65535, .values = {}};
  for (int k = 0; k < 64; ++k) far.values.push_back(static_cast<float>(1000 * k));
  write_file(folder / "far.png", write_png(far));
  const auto data = open_dataset(folder.string(), {.files = {.value_range = "auto"}});
  ASSERT_EQ(data->warnings().size(), 1u);
  EXPECT_EQ(
      data->warnings()[0],
      "far.png has values from 0 to 63000 of 0 to 65535, all others values from 100 to 300 of "
      "0 to 65535: one range for all makes these nearly of one grey: leave it out, or "
      "--value-range 100,300");
}

TEST(ValueRange, TheWholeRangeNeedsNoWord) {
  const TemporaryFolder folder;
  put_deep(folder, 0, 65535);
  EXPECT_TRUE(open_dataset(folder.string())->warnings().empty());
}

TEST(ValueRange, EightBitsBesideSixteenAreSaid) {
  const TemporaryFolder folder;
  put_deep(folder, 0, 65535);
  put(folder, "small.png", image(8, 8, 3, 1));
  const auto data = open_dataset(folder.string());
  EXPECT_EQ(data->warnings(), (Names{"the images are of several depths: 1 of 8 bits, 4 of 16 bits; "
                                     "their values are taken as shares of each type's white"}));
}

TEST(Folder, AFolderAroundTheClassesIsPassedOver) {
  const TemporaryFolder folder;
  put(folder, "set/images/a/1.png", image(8, 8, 3, 1));
  put(folder, "set/images/b/1.png", image(8, 8, 3, 2));
  put(folder, "set/images/c/1.png", image(8, 8, 3, 3));
  EXPECT_EQ(open_dataset(folder.string())->info().classes, (Names{"a", "b", "c"}));
}

TEST(Folder, HiddenFilesAndOtherFilesArePassedOver) {
  const TemporaryFolder folder;
  put(folder, "1.png", image(8, 8));
  put(folder, ".thumbs/1.png", image(9, 9));
  write_file(folder / "README.txt", std::string_view("hello"));
  const ImageSet set = load_images(collect(folder.string(), {}), {});
  EXPECT_EQ(set.files, Names{"1.png"});
  EXPECT_EQ(set.report.other_files, Names{"README.txt"});
  EXPECT_TRUE(set.info.classes.empty());
}

TEST(Folder, OnlyWhereAllAreGreyIsThereOneChannel) {
  const TemporaryFolder folder;
  put(folder, "1.png", image(8, 8, 1));
  put(folder, "2.png", as_colour(image(8, 8, 1, 2)));
  EXPECT_EQ(open_dataset(folder.string())->info().dims, (Shape{1, 8, 8}));
  put(folder, "3.png", image(8, 8, 3, 3));
  const auto data = open_dataset(folder.string());
  EXPECT_EQ(data->info().dims, (Shape{3, 8, 8}));
  EXPECT_EQ(sample(*data, 0).values[5], sample(*data, 0).values[64 + 5]);
}

TEST(Folder, TheSizeIsTheirOwnOrAUsualOneAndTheReasonIsSaid) {
  const TemporaryFolder folder;
  const auto chosen = [&](const SourceOptions& options = {}) {
    for (const Decision& d : open_dataset(folder.string(), options)->decisions())
      if (d.name == "image-size") return d.value + ": " + d.reason;
    return std::string("given");
  };
  put(folder, "1.png", image(100, 100, 3, 1));
  EXPECT_EQ(chosen(), "64: images are 100x100; 64 is learned within hours on a CPU");
  put(folder, "2.png", image(200, 80, 3, 2));
  EXPECT_EQ(chosen(),
            "64: images are of 2 sizes, their shorter sides from 80 to 100; 64 is learned within "
            "hours on a CPU");
  put(folder, "3.png", image(20, 30, 3, 3));
  put(folder, "4.png", image(20, 30, 3, 4));
  put(folder, "5.png", image(20, 30, 3, 5));
  EXPECT_EQ(chosen().substr(0, 4), "32: ");
  EXPECT_EQ(chosen({.image_size = 16}), "given");
  EXPECT_EQ(open_dataset(folder.string(), {.image_size = 16})->info().dims, (Shape{3, 16, 16}));
  EXPECT_EQ(load_images(collect(folder.string(), {}), {}).report.enlarged, 3);
}

TEST(Folder, RectanglesAreCutInTheMiddle) {
  const TemporaryFolder folder;
  put(folder, "1.png", image(40, 40, 3, 1));
  put(folder, "2.png", image(48, 16, 3, 2));
  const auto data = open_dataset(folder.string(), {.image_size = {32, 16}});
  EXPECT_EQ(data->info().dims, (Shape{3, 16, 32}));
  EXPECT_EQ(data->decisions().at(0).reason, "2 images are not of the shape of 32x16");
  const SourceOptions whole{.image_size = {24, 8}, .files = {.crop = "none"}};
  EXPECT_EQ(problems(folder.string(), whole),
            Names{"1.png: is 40x40, not of the shape of 24x8, and --crop is none"});
  EXPECT_EQ(complaint("shapes", {.image_size = {32, 16}}).what,
            "shapes are squares, not 32x16: --image-size");
}

TEST(Folder, CropNoneTakesImagesOfOneSizeWhole) {
  const TemporaryFolder folder;
  const SourceOptions whole{.files = {.crop = "none"}};
  put(folder, "1.png", image(12, 8, 3, 1));
  put(folder, "2.png", image(12, 8, 3, 2));
  EXPECT_EQ(open_dataset(folder.string(), whole)->info().dims, (Shape{3, 8, 12}));
  put(folder, "3.png", image(9, 8, 3, 3));
  EXPECT_EQ(problems(folder.string(), whole), Names{"3.png: is 9x8, expected 12x8"});
  EXPECT_EQ(problems(folder.string(), {.image_size = 8, .files = {.crop = "none"}}).size(), 3u);
  EXPECT_TRUE(problems(folder.string()).empty());
}

TEST(Folder, CropRandomCutsOtherSquaresInEachEpochAndTheSameOnesAgain) {
  const TemporaryFolder folder;
  put(folder, "1.png", image(40, 30, 3, 1));
  put(folder, "2.png", image(12, 12, 3, 2));
  const SourceOptions random{.image_size = 12, .files = {.crop = "random"}};
  const auto data = open_dataset(folder.string(), random);
  EXPECT_EQ(data->info().dims, (Shape{3, 12, 12}));
  const auto drawn = [&](uint32_t epoch, int64_t index) {
    Sample s;
    data->draw(index, {.seed = 3, .step = epoch, .purpose = Purpose::order, .layer = 1}, s);
    return s.values;
  };
  EXPECT_EQ(drawn(0, 0), drawn(0, 0));
  EXPECT_NE(drawn(0, 0), drawn(1, 0));
  EXPECT_EQ(drawn(0, 1), drawn(1, 1)) << "as large as the crop";
  // Each is a part of the image, without resampling; asked for without an epoch, its middle.
  const auto planes_at = [&](int64_t x, int64_t y) {
    const Image part = cropped(image(40, 30, 3, 1), x, y, 12, 12);
    std::vector<float> planes;
    to_chw(part, planes);
    return planes;
  };
  EXPECT_EQ(sample(*data, 0).values, planes_at(14, 9));
  std::map<std::vector<float>, std::pair<int64_t, int64_t>> place_of;
  for (int64_t x = 0; x <= 28; ++x)
    for (int64_t y = 0; y <= 18; ++y) place_of[planes_at(x, y)] = {x, y};
  std::set<std::pair<int64_t, int64_t>> places;
  for (uint32_t epoch = 0; epoch < 60; ++epoch) {
    ASSERT_TRUE(place_of.contains(drawn(epoch, 0)));
    places.insert(place_of[drawn(epoch, 0)]);
  }
  EXPECT_GT(places.size(), 40u);
  EXPECT_LT(places.begin()->first, 4);
  EXPECT_GT(places.rbegin()->first, 24);
}

TEST(Folder, CropRandomRefusesImagesThatAreTooSmall) {
  const TemporaryFolder folder;
  put(folder, "1.png", image(20, 11, 3, 1));
  const SourceOptions random{.image_size = 12, .files = {.crop = "random"}};
  EXPECT_EQ(problems(folder.string(), random),
            Names{"1.png: is 20x11, smaller than the crops of 12x12"});
}

TEST(Folder, CropRandomCutsBothImagesOfAPairAtOnePlace) {
  const TemporaryFolder folder;
  const Image one = image(30, 20, 3, 1);
  put(folder, "a/1.png", one);
  put(folder, "b/1.png", one);
  put(folder, "a/2.png", image(30, 20, 3, 2));
  put(folder, "b/2.png", image(31, 20, 3, 3));
  const SourceOptions random{.image_size = 8, .files = {.crop = "random", .bad_files = "skip"}};
  const auto data = open_dataset(folder.string(), random);
  ASSERT_EQ(data->size(), 1) << "a pair of two sizes is left out";
  Sample s;
  data->draw(0, {.seed = 1, .step = 5, .purpose = Purpose::order, .layer = 1}, s);
  EXPECT_EQ(s.values, s.input_image);
}

TEST(Folder, AlphaIsLaidOnTheStatedBackground) {
  const TemporaryFolder folder;
  put(folder, "1.png", Image{4, 4, 4, std::vector<uint8_t>(64, 0)});
  const auto value = [&](const char* background) {
    return sample(*open_dataset(folder.string(), {.files = {.background = background}}), 0).values;
  };
  EXPECT_EQ(sample(*open_dataset(folder.string()), 0).values[0], 1.0f);
  EXPECT_EQ(value("black")[0], -1.0f);
  EXPECT_EQ(value("ff0001")[32], network_range(1));
  for (const char* wrong : {"pink", "12345", "1234567", "-12345", "0x1234"})
    EXPECT_TRUE(complaint(folder.string(), {.files = {.background = wrong}}).usage) << wrong;
}

TEST(Folder, ALimitTakesFromAllClasses) {
  const TemporaryFolder folder;
  put_classes(folder);
  const auto data = open_dataset(folder.string(), {.limit = 2});
  EXPECT_EQ(data->size(), 2);
  EXPECT_EQ(sample(*data, 0).label + sample(*data, 1).label, 1);
}

TEST(Folder, TrainAndTestAreSplits) {
  const TemporaryFolder folder;
  put(folder, "train/cats/1.png", image(8, 8, 3, 1));
  put(folder, "train/dogs/1.png", image(8, 8, 3, 2));
  put(folder, "test/cats/1.png", image(8, 8, 3, 3));
  const auto train = open_dataset(folder.string()),
             test = open_dataset(folder.string(), {.split = "test"});
  EXPECT_EQ(train->size(), 2);
  EXPECT_EQ(train->info().classes, (Names{"cats", "dogs"}));
  EXPECT_EQ(test->size(), 1);
  EXPECT_TRUE(complaint(folder / "train", {.split = "test"}).usage);
}

TEST(Folder, ThreadsChangeNothing) {
  const TemporaryFolder folder;
  put_classes(folder);
  const auto one = open_dataset(folder.string(), {.image_size = 5, .threads = 1}),
             many = open_dataset(folder.string(), {.image_size = 5, .threads = 7});
  EXPECT_EQ(one->hash(), many->hash());
  EXPECT_NE(one->hash(), open_dataset(folder.string())->hash());
  EXPECT_NE(one->hash(),
            open_dataset(folder.string(), {.image_size = 5, .files = {.labels = "none"}})->hash());
}

TEST(Labels, OfStyleGansFileAreNumbersVectorsOrCaptions) {
  const TemporaryFolder folder;
  put(folder, "00000/img00000000.png", image(8, 8, 3, 1));
  put(folder, "00000/img00000001.png", image(8, 8, 3, 2));
  put(folder, "00001/img00000002.png", image(8, 8, 3, 3));
  const auto with = [&](const std::string& labels) {
    write_file(folder / "dataset.json", std::string_view(labels));
    return open_dataset(folder.string());
  };
  EXPECT_TRUE(with(R"({"labels": null})")->info().classes.empty());
  const auto list = [](const char* a, const char* b, const char* c) {
    return std::string(R"({"labels": [["00000/img00000000.png", )") + a +
           R"(], ["00000/img00000001.png", )" + b + R"(], ["00001/img00000002.png", )" + c + "]]}";
  };
  const auto numbers = with(list("2", "0", "1"));
  EXPECT_EQ(numbers->info().classes, (Names{"0", "1", "2"}));
  EXPECT_EQ(sample(*numbers, 0).label, 2);
  const auto vectors = with(list("[0.5, 1]", "[0, 2]", "[0, 3]"));
  EXPECT_EQ(vectors->info().attributes, 2);
  ASSERT_TRUE(vectors->info().attribute_table);
  const AttributeTable& units = *vectors->info().attribute_table;
  EXPECT_DOUBLE_EQ(units.mean[1], 2);
  std::vector<float> attributes = sample(*vectors, 2).attributes;
  EXPECT_NEAR(attributes[1], std::sqrt(1.5), 1e-6) << "standardized";
  to_own_units(units, attributes);
  EXPECT_EQ(attributes, (std::vector<float>{0, 3}));
  const auto captions = with(list("\"a cat\"", "\"a dog\"", "\"a tree\""));
  EXPECT_EQ(captions->caption(2), "a tree");
  EXPECT_EQ(sample(*captions, 1).caption, "a dog");
  EXPECT_TRUE(captions->info().classes.empty());
  EXPECT_NE(captions->hash(), vectors->hash());
}

// Four images, and a file beside them.
void put_four(const TemporaryFolder& folder, const char* name, std::string_view text) {
  for (uint8_t i = 1; i <= 4; ++i)
    put(folder, "im/" + std::to_string(i) + ".png", image(8, 8, 3, i));
  write_file(folder / name, text);
}

std::string labels_decision(const Dataset& data) {
  for (const Decision& d : data.decisions())
    if (d.name == "labels") return d.value + ": " + d.reason;
  return "none";
}

TEST(Folder, EachKindThatIsLeftOutIsSaidOnce) {
  const TemporaryFolder folder;
  for (int i = 0; i < 4; ++i) put(folder, "train/" + std::to_string(i) + ".png", image(8, 8, 3, i));
  for (int i = 0; i < 11; ++i) put(folder, "test/" + std::to_string(i) + ".png", image(8, 8, 3, i));
  put(folder, "val/1.png", image(8, 8, 3, 9));
  write_file(folder / "train/notes.txt", std::string("1"));
  std::string left_out, split;
  for (const Decision& d : open_dataset(folder.string())->decisions()) {
    if (d.name == "left-out") left_out = d.reason;
    if (d.name == "split") split = d.reason;
  }
  EXPECT_NE(split.find("11 images of test/"), std::string::npos) << split;
  EXPECT_NE(split.find("1 image of val/"), std::string::npos) << split;
  EXPECT_EQ(left_out, "1 text");
}

std::string split_decision(const Dataset& data) {
  for (const Decision& d : data.decisions())
    if (d.name == "split") return d.reason;
  return "none";
}

TEST(Labels, OfOtherPartsInATableAreLeftOut) {
  const TemporaryFolder folder;
  put_four(folder, "labels.csv",
           "file,label,split\nim/1.png,cat,train\nim/2.png,dog,Train\nim/3.png,cat,val\n"
           "im/4.png,dog,test\n");
  const auto data = open_dataset(folder.string());
  EXPECT_EQ(data->size(), 2);
  EXPECT_EQ(data->info().classes, (Names{"cat", "dog"}));
  EXPECT_EQ(split_decision(*data),
            "images of part train by column split of labels.csv; left out: 1 image of part val "
            "(--split val), 1 image of part test (--split test)");
  const auto test = open_dataset(folder.string(), {.split = "test"});
  EXPECT_EQ(test->size(), 1);
  EXPECT_EQ(sample(*test, 0).label, 1);
  EXPECT_EQ(open_dataset(folder.string(), {.split = "val", .files = {.labels = "none"}})->size(),
            1);
}

// CelebA's own list, beside the images and beside --labels FILE; files of other tables.
TEST(Labels, PartsAreSaidByTablesOfManyForms) {
  const std::string list = "1.png 0\n2.png 0\n3.png 1\n4.png 2\n";
  const std::string names = "file,set\n1.png,train\n2.png,train\n3.png,val\n4.png,test\n";
  const std::string kaggle = "image_id,partition\n1.png,0\n2.png,0\n3.png,1\n4.png,2\n9.png,2\n";
  for (const auto& [name, text] :
       std::vector<std::pair<std::string, std::string>>{{"list_eval_partition.txt", list},
                                                        {"list_eval_partition.csv", kaggle},
                                                        {"splits.csv", names},
                                                        {"labels.csv", kaggle},
                                                        {"labels.csv", names}}) {
    const TemporaryFolder folder;
    put_four(folder, name.c_str(), text.c_str());
    const auto data = open_dataset(folder.string());
    EXPECT_EQ(data->size(), 2) << name;
    EXPECT_NE(split_decision(*data).find("1 image of part test (--split test)"), std::string::npos)
        << split_decision(*data);
    EXPECT_EQ(split_decision(*data).ends_with("; 1 row names a file that is not there"),
              text == kaggle);
    for (const char* part : {"val", "test"})
      EXPECT_EQ(open_dataset(folder.string(), {.split = part})->size(), 1) << name << part;
    EXPECT_EQ(complaint(folder / "im", {.split = "test"}).hint, "name the test set's own folder");
  }
  const TemporaryFolder folder;
  put_four(folder, "list_eval_partition.txt", list.c_str());
  write_file(folder / "attr.csv", std::string_view("id,Smiling\n1,1\n2,-1\n3,1\n4,-1\n"));
  const auto data = open_dataset(folder / "im", {.files = {.labels = folder / "attr.csv"}});
  EXPECT_EQ(data->size(), 2);
  EXPECT_EQ(data->info().attributes, 1);
}

TEST(Labels, PartsAreListsOfFiles) {
  const TemporaryFolder folder;
  std::string train, test;
  for (int i = 0; i < 6; ++i)
    for (const char* c : {"cat", "dog"}) {
      put(folder, "images/" + std::string(c) + "/" + std::to_string(i) + ".png",
          image(8, 8, 3, 2 * i + (*c == 'd')));
      (i < 4 ? train : test) += std::string(c) + "/" + std::to_string(i) + "\n";
    }
  const auto sizes = [&] {
    return std::pair(open_dataset(folder.string())->size(),
                     open_dataset(folder.string(), {.split = "test"})->size());
  };
  write_file(folder / "train.txt", train);
  EXPECT_EQ(open_dataset(folder.string())->size(), 12) << "of one list nothing is parted";
  write_file(folder / "test.txt", test);
  EXPECT_EQ(sizes(), std::pair(int64_t{8}, int64_t{4}));
  EXPECT_EQ(open_dataset(folder.string())->info().classes, (Names{"cat", "dog"}));
  write_file(folder / "trainval.txt", train + test);  // Pascal VOC's
  EXPECT_EQ(sizes(), std::pair(int64_t{8}, int64_t{4}));
  std::filesystem::remove(folder / "trainval.txt");
  std::filesystem::remove(folder / "train.txt");
  std::filesystem::remove(folder / "test.txt");
  std::string files, flags;  // of CUB-200
  for (int i = 0; i < 6; ++i) {
    files += std::to_string(i + 1) + " cat/" + std::to_string(i) + ".png\n";
    flags += std::to_string(i + 1) + (i < 5 ? " 1\n" : " 0\n");
  }
  write_file(folder / "images.txt", files);
  write_file(folder / "train_test_split.txt", flags);
  EXPECT_EQ(sizes(), std::pair(int64_t{5}, int64_t{1}));
}

TEST(Labels, ListsOfPartsHaveClassesBesideTheirFiles) {
  const TemporaryFolder folder;
  std::string train, test;
  for (int i = 0; i < 9; ++i) {
    const std::string name = std::to_string(i) + ".png";
    put(folder, "images/" + name, image(8, 8, 3, i));
    (i < 6 ? train : test) += "images/" + name + " " + std::to_string(i % 3 + 5) + "\n";
  }
  write_file(folder / "train.txt", train);
  write_file(folder / "test.txt", test);
  const auto set = open_dataset(folder.string());
  EXPECT_EQ(set->info().classes, (Names{"5", "6", "7"}));
  EXPECT_EQ(set->size(), 6);
  EXPECT_EQ(open_dataset(folder.string(), {.split = "test"})->size(), 3);
  EXPECT_TRUE(open_dataset(folder.string(), {.files = {.labels = "none"}})->info().classes.empty());
}

TEST(Labels, ListsAroundTheNamedFolderAreSaid) {
  const TemporaryFolder folder;
  for (int i = 0; i < 3; ++i)
    put(folder, "val2017/" + std::to_string(i) + ".png", image(8, 8, 3, i));
  const auto said = [&] {
    for (const Decision& d : open_dataset(folder / "val2017")->decisions())
      if (d.value == "not read") return d.reason;
    return std::string("nothing");
  };
  EXPECT_EQ(said(), "nothing");
  write_file(folder / "captions.txt", std::string_view("x.png,a\ny.png,b\n"));
  EXPECT_EQ(said(), "nothing") << "of other files";
  write_file(folder / "captions.txt", std::string_view("0.png,a cat\n1.png,a dog\n2.png,a cow\n"));
  EXPECT_EQ(said().find("captions.txt in the folder around this one names these files: --data "),
            0u)
      << said();
}

TEST(Labels, OfFlickrsListAreCaptions) {
  const TemporaryFolder folder;
  std::string list;
  for (int i = 0; i < 3; ++i) {
    const std::string name = std::to_string(i) + "_ab.png";
    put(folder, "Flicker8k_Dataset/" + name, image(8, 8, 3, i));
    for (int k = 0; k < 2; ++k)
      list += name + "#" + std::to_string(k) + "\tA dog " + std::to_string(k) + " runs .\n";
  }
  std::filesystem::create_directories(folder / "Flickr8k_text");
  write_file(folder / "Flickr8k_text/Flickr8k.token.txt", list);
  const auto data = open_dataset(folder.string());
  EXPECT_EQ(data->captions(1), (Names{"A dog 0 runs .", "A dog 1 runs ."}));
}

TEST(Labels, AListThatSaysNoPartsIsPassedOver) {
  const TemporaryFolder folder;
  put_four(folder, "splits.csv", "file,set\n1.png,7\n2.png,8\n3.png,9\n4.png,7\n");
  const auto data = open_dataset(folder.string());
  EXPECT_EQ(data->size(), 4);
  EXPECT_EQ(split_decision(*data),
            "passed over: no column says train, val or test of each file, or 0, 1, 2");
}

TEST(Labels, ColumnsOfOtherThingsAreNoParts) {
  for (const char* text : {"file,fold\n1.png,0\n2.png,1\n3.png,2\n4.png,1\n",
                           "file,label\n1.png,0\n2.png,1\n3.png,2\n4.png,1\n",
                           "file,set\n1.png,train\n2.png,bus\n3.png,train\n4.png,bus\n"}) {
    const TemporaryFolder folder;
    put_four(folder, "labels.csv", text);
    EXPECT_EQ(open_dataset(folder.string())->size(), 4) << text;
  }
  const TemporaryFolder folder;
  put_four(folder, "labels.csv",
           "file,label,is_valid\n1.png,a,False\n2.png,b,False\n3.png,a,True\n4.png,b,False\n");
  EXPECT_EQ(open_dataset(folder.string())->size(), 3);
  EXPECT_EQ(open_dataset(folder.string(), {.split = "val"})->size(), 1);
}

TEST(Labels, OfATableAreClassesOrNamedAttributes) {
  const TemporaryFolder folder;
  put_four(folder, "labels.csv", "file,label\nim/1.png,cat\nim/2.png,dog\nim/3.png,cat\n");
  EXPECT_EQ(problems(folder.string()), (Names{"im/4.png: has no row in labels.csv"}));
  write_file(folder / "labels.csv",
             std::string_view("file,label\n1.png,cat\n2.png,dog\n3.png,cat\n4.png,dog\n"));
  const auto classes = open_dataset(folder.string());
  EXPECT_EQ(classes->info().classes, (Names{"cat", "dog"}));
  EXPECT_EQ(sample(*classes, 1).label, 1);
  EXPECT_EQ(labels_decision(*classes), "auto: by labels.csv: 2 classes");
  write_file(folder / "labels.csv",
             std::string_view("id;Age;Smiling;Hair;Note\n1;20;-1;dark;x\n2;30;1;fair;x\n"
                              "3;40;1;dark;x\n4;50;-1;red, long;x\n9;1;1;red;x\n"));
  const auto named = open_dataset(folder.string());
  EXPECT_EQ(labels_decision(*named),
            "auto: by labels.csv: Age (number), Smiling (yes or no), Hair (3 words)");
  ASSERT_EQ(named->info().attributes, 5);
  const AttributeTable& table = *named->info().attribute_table;
  EXPECT_EQ(number_names(table.columns),
            (Names{"Age", "Smiling", "Hair=dark", "Hair=fair", "Hair=red, long"}));
  EXPECT_EQ(table.rows.size(), 20u);
  const std::vector<float> second = sample(*named, 1).attributes;
  EXPECT_NEAR(second[0], -5 / std::sqrt(125), 1e-6);
  EXPECT_EQ((std::vector<float>(second.begin() + 1, second.end())),
            (std::vector<float>{1, 0, 1, 0}));
  EXPECT_TRUE(named->info().classes.empty());
}

TEST(Labels, OfCelebAsListAreReadAsTheyAre) {
  const TemporaryFolder folder;
  put_four(folder, "list_attr_celeba.txt",
           "5\nSmiling Male \n1.png  1 -1\n2.png -1 -1\n3.png -1  1\n4.png  1  1\n5.png 1 1\n");
  const auto data = open_dataset(folder.string());
  EXPECT_EQ(labels_decision(*data),
            "auto: by list_attr_celeba.txt: Smiling (yes or no), Male (yes or no)");
  EXPECT_EQ(sample(*data, 1).attributes, (std::vector<float>{-1, -1}));
  const std::string list = folder / "list_attr_celeba.txt";
  const auto asked = open_dataset(folder / "im", {.files = {.labels = list}});
  EXPECT_EQ(asked->info().attributes, 2);
  EXPECT_EQ(complaint(folder / "im", {.files = {.labels = "fodlers"}}).what,
            "expected auto, folders, names, none or a file, found 'fodlers': --labels");
  write_file(folder / "other.csv", std::string_view("a,b\nx,7\ny,8\n"));
  EXPECT_NE(complaint(folder / "im", {.files = {.labels = folder / "other.csv"}})
                .what.find("no column names the files"),
            std::string::npos);
}

TEST(Labels, InJsonAreReadAsATable) {
  const TemporaryFolder folder;
  put_four(
      folder, "metadata.jsonl",
      "{\"file_name\": \"1.png\", \"text\": \"a b\"}\n{\"file_name\": \"2.png\", \"text\": \"c\"}\n"
      "{\"file_name\": \"3.png\", \"text\": \"d\"}\n{\"file_name\": \"4.png\", \"text\": \"e\"}\n");
  const auto data = open_dataset(folder.string());
  EXPECT_EQ(labels_decision(*data), "auto: by metadata.jsonl: captions");
  EXPECT_EQ(sample(*data, 0).caption, "a b");
  std::filesystem::create_directories(folder / "annotations");
  write_file(
      folder / "annotations/captions_im.json",
      std::string_view(
          R"({"images": [{"id": 1, "file_name": "1.png"}, {"id": 2, "file_name": "2.png"},)"
          R"({"id": 3, "file_name": "3.png"}, {"id": 4, "file_name": "4.png"}], "annotations": [)"
          R"({"image_id": 1, "caption": "x"}, {"image_id": 2, "caption": "y"},)"
          R"({"image_id": 3, "caption": "z"}, {"image_id": 4, "caption": "w"}]})"));
  std::filesystem::remove(folder / "metadata.jsonl");
  const auto coco = open_dataset(folder.string());
  EXPECT_EQ(labels_decision(*coco), "auto: by annotations/captions_im.json: captions");
}

TEST(Labels, SeveralCaptionsAreDrawnByTheEpoch) {
  const TemporaryFolder folder;
  put_four(
      folder, "captions.txt",
      "image,caption\n1.png,a cat\n1.png,\"a cat, grey\"\n2.png,a dog\n3.png,a cow\n4.png,hen\n");
  const auto data = open_dataset(folder.string());
  EXPECT_EQ(data->captions(0), (Names{"a cat", "a cat, grey"}));
  EXPECT_EQ(data->caption(0), "a cat");
  std::set<std::string> drawn;
  for (uint32_t epoch = 0; epoch < 20; ++epoch) {
    Sample s, again;
    const Address address{.seed = 1, .step = epoch, .purpose = Purpose::order};
    data->draw(0, address, s);
    data->draw(0, address, again);
    EXPECT_EQ(s.caption, again.caption);
    drawn.insert(s.caption);
  }
  EXPECT_EQ(drawn.size(), 2u);
}

TEST(Labels, ATextFileBesideAnImageIsItsCaption) {
  const TemporaryFolder folder;
  put_four(folder, "im/1.txt", "a red ball\r\n\na ball\n");
  write_file(folder / "im/2.txt", std::string_view("gr\xfcn\n"));
  write_file(folder / "im/3.txt", std::string_view("0 0.5 0.5 0.1 0.1\n"));
  write_file(folder / "readme.txt", std::string_view("read me\n"));
  const auto data = open_dataset(folder.string());
  EXPECT_EQ(data->captions(0), (Names{"a red ball", "a ball"}));
  EXPECT_EQ(data->captions(1), (Names{"gr\xc3\xbcn"}));
  EXPECT_TRUE(data->captions(2).empty());
  EXPECT_TRUE(open_dataset(folder.string(), {.files = {.labels = "none"}})->caption(0).empty());
}

TEST(Labels, MissingOnesAndMissingFilesAreNamed) {
  const TemporaryFolder folder;
  put(folder, "1.png", image(8, 8, 3, 1));
  put(folder, "2.png", image(8, 8, 3, 2));
  write_file(folder / "dataset.json",
             std::string_view(R"({"labels": [["1.png", 0], ["3.png", 1]]})"));
  EXPECT_EQ(problems(folder.string()),
            (Names{"2.png: has no label in dataset.json",
                   "3.png: is named in dataset.json, and is not there"}));
  EXPECT_TRUE(problems(folder.string(), {.files = {.labels = "none"}}).empty());
  put_classes(folder);
  std::filesystem::remove(folder / "dataset.json");
  EXPECT_EQ(problems(folder.string()).size(), 2u);
  EXPECT_EQ(problems(folder.string())[0],
            "1.png: has no label: it lies beside the folders of the classes");
  write_file(folder / "dataset.json", std::string_view("{\"labels\": 3}"));
  EXPECT_NE(complaint(folder.string()).what.find("dataset.json"), std::string::npos);
}

TEST(Pairs, OfTwoFoldersByEqualNames) {
  const TemporaryFolder folder;
  for (const char* name : {"1", "2"}) {
    put(folder, std::string("a/") + name + ".png", image(8, 8, 1, 5));
    put(folder, std::string("b/") + name + ".webp", image(8, 8, 3, 6));
  }
  const auto forward = open_dataset(folder.string());
  EXPECT_EQ(forward->size(), 2);
  EXPECT_EQ(forward->info().dims, (Shape{3, 8, 8}));
  EXPECT_EQ(forward->info().input_image, (Shape{1, 8, 8}));
  EXPECT_TRUE(forward->info().classes.empty());
  EXPECT_EQ(sample(*forward, 0).input_image.size(), 64u);
  EXPECT_EQ(sample(*forward, 0).input_image[0], network_range(image(8, 8, 1, 5).pixels[0]));
  const auto back = open_dataset(folder.string(), {.files = {.direction = "BtoA"}});
  EXPECT_EQ(back->info().dims, (Shape{1, 8, 8}));
  EXPECT_EQ(open_dataset((folder / "a") + ":" + (folder / "b"))->hash(), forward->hash());
  EXPECT_EQ(open_dataset((folder / "b") + ":" + (folder / "a"))->hash(), back->hash());
  EXPECT_EQ(open_dataset(folder.string(), {.files = {.pairs = "none"}})->info().classes,
            (Names{"a", "b"}));
  put(folder, "b/3.png", image(8, 8, 3, 7));
  for (const char* pairs : {"auto", "folders"})
    EXPECT_EQ(problems(folder.string(), {.files = {.pairs = pairs}}),
              Names{"b/3.png: has no partner 3.* on the other side"});
  put(folder, "c/3.png", image(8, 8, 3, 7));
  EXPECT_TRUE(complaint(folder.string(), {.files = {.pairs = "folders"}}).usage);
}

TEST(Pairs, SideBySideAreCutInTheMiddle) {
  const TemporaryFolder folder;
  const Image both = image(16, 8);
  put(folder, "1.png", both);
  const SourceOptions side{.files = {.pairs = "side"}};
  const auto data = open_dataset(folder.string(), side);
  EXPECT_EQ(data->info().dims, (Shape{3, 8, 8}));
  EXPECT_EQ(data->info().input_image, (Shape{3, 8, 8}));
  EXPECT_EQ(sample(*data, 0).input_image[0], network_range(both.pixels[0]));
  EXPECT_EQ(sample(*data, 0).values[0], network_range(both.pixels[8 * 3]));
  put(folder, "2.png", image(17, 8));
  EXPECT_EQ(problems(folder.string(), side),
            Names{"2.png: is 17 pixels wide, expected two halves side by side"});
}

TEST(Pairs, EdgesAreDrawnFromTheImageThatIsLearned) {
  const TemporaryFolder folder;
  for (uint32_t seed : {1u, 2u}) put(folder, std::to_string(seed) + ".png", image(9, 7, 3, seed));
  const SourceOptions forward{.image_size = 6, .files = {.pairs = "edges"}};
  SourceOptions back = forward;
  back.files.direction = "BtoA";
  const auto data = open_dataset(folder.string(), forward);
  EXPECT_EQ(data->info().dims, (Shape{3, 6, 6}));
  EXPECT_EQ(data->info().input_image, (Shape{1, 6, 6}));
  const auto plain = open_dataset(folder.string(), {.image_size = 6});
  EXPECT_EQ(sample(*data, 1).values, sample(*plain, 1).values);
  std::vector<float> expected;
  to_chw(edges(from_chw(sample(*plain, 1).values, {3, 6, 6})), expected);
  EXPECT_EQ(sample(*data, 1).input_image, expected);
  const auto backward = open_dataset(folder.string(), back);
  EXPECT_EQ(sample(*backward, 1).values, expected);
  EXPECT_EQ(sample(*backward, 1).input_image, sample(*plain, 1).values);
  EXPECT_TRUE(complaint(folder.string() + ":" + folder.string(), forward).usage);
}

TEST(BadFiles, AreAllNamedAtOnceAndRefusedOrSkipped) {
  const TemporaryFolder folder;
  put_classes(folder);
  const Bytes good = write_png(image(8, 8, 3, 9));
  write_file(folder / "cats/cut.png", ByteSpan(good).first(good.size() / 2));
  write_file(folder / "cats/empty.png", std::string_view(""));
  write_file(folder / "dogs/text.png", std::string_view("I am a text"));
  const Bytes huge = read_file(Path(GANNET_SOURCE_DIR) / "fuzz/corpus/jpeg/huge-claim");
  write_file(folder / "dogs/huge.jpg", huge);
  const Names expected = {
      "cats/cut.png: PNG is truncated at " + std::to_string(good.size() / 2) + " bytes",
      "cats/empty.png: file is empty",
      "dogs/huge.jpg: JPEG of 60000x60000 has more than 67108864 pixels",
      "dogs/text.png: not a PNG, JPEG, WebP, TIFF or BMP image, but a text"};
  EXPECT_EQ(problems(folder.string()), expected);
  try {
    open_dataset(folder.string());
    FAIL();
  } catch (const ManyErrors& error) {
    EXPECT_EQ(error.lines(), expected);
    EXPECT_TRUE(std::string(error.what()).starts_with("4 of 10 samples cannot be learned from: "));
  }
  const auto data = open_dataset(folder.string(), {.files = {.bad_files = "skip"}});
  EXPECT_EQ(data->size(), 6);
  ASSERT_EQ(data->warnings().size(), 5u);
  EXPECT_TRUE(data->warnings()[0].starts_with("4 of 10 samples are left out"));
}

TEST(BadFiles, ManyAreCutShort) {
  const TemporaryFolder folder;
  put(folder, "good.png", image(8, 8));
  for (int i = 0; i < 30; ++i)
    write_file(folder / ("bad" + std::to_string(i) + ".png"), std::string_view("x"));
  try {
    open_dataset(folder.string());
    FAIL();
  } catch (const ManyErrors& error) {
    ASSERT_EQ(error.lines().size(), 21u);
    EXPECT_EQ(error.lines().back(), "and 10 more");
  }
}

TEST(BadFiles, NoImageAtAllIsAnError) {
  const TemporaryFolder folder;
  EXPECT_EQ(complaint(folder.string()).what,
            "no images and no audio clips in it, and nothing else: " + folder.string());
  write_file(folder / "film.mp4", std::string_view("x"));
  EXPECT_EQ(complaint(folder.string()).what,
            "no images and no audio clips in it, but 1 MP4 video (`mkdir FOLDER && "
            "ffmpeg -i FILE FOLDER/%05d.png` makes a folder of frames, for --frames N): " +
                folder.string());
  write_file(folder / "a.png", std::string_view("x"));
  for (const char* bad : {"refuse", "skip"})
    EXPECT_TRUE(complaint(folder.string(), {.files = {.bad_files = bad}})
                    .what.starts_with("1 of 1 samples cannot be learned from"));
  EXPECT_TRUE(complaint("ring-8", {.image_size = 32}).usage);
  EXPECT_TRUE(complaint("shapes", {.files = {.crop = "none"}}).usage);
}

TEST(BadFiles, DuplicatesAreFoundByTheirPixels) {
  const TemporaryFolder folder;
  put(folder, "a/1.png", image(8, 8));
  put(folder, "a/2.webp", image(8, 8));
  put(folder, "b/3.png", image(8, 8));
  put(folder, "b/4.png", image(8, 8, 3, 2));
  const ImageReport report = load_images(collect(folder.string(), {}), {}).report;
  ASSERT_EQ(report.duplicates.size(), 2u);
  EXPECT_EQ(report.duplicates[0].file + " " + report.duplicates[0].what,
            "a/2.webp has the pixels of a/1.png");
  EXPECT_EQ(report.duplicates[1].what, "has the pixels of a/1.png, and another label");
  EXPECT_TRUE(report.problems.empty());
}

TEST(Zip, HoldsWhatAFolderHolds) {
  const TemporaryFolder folder, zipped;
  put_classes(folder);
  ZipWriter zip(zipped / "set.ZIP");
  const auto tree = open_folder(folder.string());
  for (size_t i = 0; i < tree->names().size(); ++i)
    zip.add("set/" + tree->names()[i], tree->read(i, 1 << 20));
  zip.add("__MACOSX/set/cats/._1.png", as_bytes("x"));
  zip.commit();
  const auto data = open_dataset(zipped / "set.ZIP");
  EXPECT_EQ(data->name(), "set.ZIP");
  EXPECT_EQ(data->hash(), open_dataset(folder.string())->hash());
}

TEST(Zip, NamesThatLeadOutAndBombsAreRefused) {
  const TemporaryFolder folder;
  const Bytes good = write_png(image(8, 8));
  ZipWriter zip(folder / "a.zip");
  for (const char* name : {"good.png", "../../etc/x.png", "/root.png", "./b.png", ".//c.png"})
    zip.add(name, good);
  zip.commit();
  const Names found = problems(folder / "a.zip");
  EXPECT_EQ(found.size(), 2u);
  EXPECT_EQ(open_dataset(folder / "a.zip", {.files = {.bad_files = "skip"}})->size(), 3);
  for (const std::string& line : found)
    EXPECT_NE(line.find("the name leads out of the zip"), std::string::npos) << line;
  const Bytes bytes = read_file(folder / "a.zip");
  write_file(folder / "cut.zip", ByteSpan(bytes).first(bytes.size() - 30));
  EXPECT_NE(complaint(folder / "cut.zip").what.find("zip"), std::string::npos);
  // A member that says it unpacks to more than an image may have.
  std::vector<ZipContent> members = {{"bomb.png", good}};
  Bytes bomb = write_zip(members);
  const std::string_view text = as_text(bomb);
  const size_t central = text.find("PK\x01\x02");
  bomb[central + 10] = bomb[8] = std::byte{8};
  bomb[central + 27] = bomb[25] = std::byte{0x7f};
  write_file(folder / "bomb.zip", bomb);
  EXPECT_NE(complaint(folder / "bomb.zip").what.find("1 of 1 samples"), std::string::npos)
      << complaint(folder / "bomb.zip").what;
}

TEST(Pack, GivesTheSetBack) {
  const TemporaryFolder folder, packed;
  put_classes(folder);
  const auto before = open_dataset(folder.string());
  pack(*before, packed / "set.zip");
  const auto after = open_dataset(packed / "set.zip");
  EXPECT_EQ(after->hash(), before->hash());
  EXPECT_EQ(after->info().classes, (Names{"cats", "dogs"}));
  const auto members = open_zip(packed / "set.zip");
  EXPECT_EQ(members->names()[0], "00000/img00000000.png");
}

TEST(Pack, GivesAnArrayOfTheSameImages) {
  const TemporaryFolder folder, packed;
  put(folder, "a.png", image(8, 8, 3, 1));
  put(folder, "b.png", image(8, 8, 3, 2));
  const auto data = open_dataset(folder.string());
  pack_array(*data, packed / "set.npy");
  const Bytes file = read_file(packed / "set.npy");
  const NpyArray array = read_npy(file, "set.npy");
  EXPECT_EQ(array.dtype, Dtype::U8);
  EXPECT_EQ(array.shape, (Shape{2, 8, 8, 3}));
  const Image second = image(8, 8, 3, 2);
  EXPECT_TRUE(std::equal(second.pixels.begin(), second.pixels.end(),
                         reinterpret_cast<const uint8_t*>(array.bytes.data()) + 8 * 8 * 3));
  EXPECT_THROW(pack_array(*open_dataset("ring-8"), packed / "points.npy"), Error);
  EXPECT_FALSE(std::filesystem::exists(packed / "points.npy"));
}

TEST(Pack, KeepsPairsVectorsAndCaptions) {
  const TemporaryFolder folder, packed;
  put(folder, "a/1.png", image(8, 8, 1, 1));
  put(folder, "b/1.png", image(8, 8, 3, 2));
  write_file(
      folder / "dataset.json",
      std::string_view(R"({"labels": [["b/1.png", [1, 0.25]]], "captions": [["b/1.png", "x"]]})"));
  const auto before = open_dataset(folder.string());
  std::vector<float> attributes = sample(*before, 0).attributes;
  to_own_units(*before->info().attribute_table, attributes);
  EXPECT_EQ(attributes, (std::vector<float>{1, 0.25}));
  pack(*before, packed / "set.zip");
  const auto after = open_dataset(packed / "set.zip");
  EXPECT_EQ(after->hash(), before->hash());
  EXPECT_EQ(after->info().input_image, (Shape{1, 8, 8}));
  EXPECT_THROW(pack(*open_dataset("ring-8"), packed / "points.zip"), Error);
  EXPECT_FALSE(std::filesystem::exists(packed / "points.zip"));
}

TEST(ParallelFor, DoesEachOnceAndRethrows) {
  std::vector<int> done(1000);
  parallel_for(1000, 5, [&](int64_t i) { ++done[static_cast<size_t>(i)]; });
  EXPECT_EQ(std::set<int>(done.begin(), done.end()), std::set<int>{1});
  EXPECT_THROW(parallel_for(1000, 5,
                            [](int64_t i) {
                              if (i == 500) throw Error("x", "");
                            }),
               Error);
  parallel_for(0, 5, [](int64_t) { FAIL(); });
}

TEST(AbsoluteSource, HoldsInAnyFolder) {
  const TemporaryFolder folder;
  put_classes(folder);
  EXPECT_EQ(absolute_source("shapes"), "shapes");
  EXPECT_EQ(absolute_source("no/such"), "no/such");
  const std::string a = folder / "cats", b = folder / "dogs";
  EXPECT_EQ(absolute_source(a + "/../cats:" + b), a + ":" + b);
}

// [2, 2, 2] of another type than bytes.
template <class T>
Bytes array_of(Dtype type, const std::vector<T>& values) {
  return write_npy({.dtype = type, .shape = {2, 2, 2}, .bytes = std::as_bytes(std::span(values))});
}

TEST(Arrays, ImagesOfDeepTypesGoByTheValueRange) {
  const TemporaryFolder folder;
  const auto first = [&](const Bytes& bytes, const std::string& range = "full") {
    write_file(folder / "a.npy", bytes);
    const auto data = open_dataset(folder / "a.npy", {.files = {.value_range = range}});
    return sample(*data, 0).values;
  };
  const std::vector<uint16_t> deep = {0, 65535, 32768, 1000, 0, 0, 0, 4096};
  EXPECT_EQ(first(array_of(Dtype::U16, deep))[1], 1);
  EXPECT_EQ(first(array_of(Dtype::U16, deep), "0,1000")[3], 1);
  EXPECT_EQ(first(array_of(Dtype::BOOL, std::vector<uint8_t>{0, 1, 0, 1, 0, 0, 1, 1}))[1], 1);
  const std::vector<float> odd = {-3, 5, 1, 0, 0, 0, 0, 2};
  EXPECT_EQ(first(array_of(Dtype::F32, odd), "auto")[1], 1);
  EXPECT_EQ(first(array_of(Dtype::F32, odd), "auto")[0], -1);
  EXPECT_EQ(open_dataset(folder / "a.npy", {.files = {.value_range = "auto"}})->info().value_range,
            (StoredRange{{-3, 5}, 1}));
  EXPECT_NE(complaint(folder / "a.npy").hint.find("--value-range auto"), std::string::npos);
  // 0, 1, 0.5 and 0.25 as halves
  EXPECT_EQ(
      first(array_of(Dtype::F16, std::vector<uint16_t>{0, 0x3c00, 0x3800, 0x3400, 0, 0, 0, 0}))[1],
      1);
}

TEST(Arrays, AnImageThatIsNotFiniteIsABadFile) {
  const TemporaryFolder folder;
  write_file(folder / "a.npy",
             array_of(Dtype::F32, std::vector<float>{0, 1, 0.5, 0, NAN, 1, 0, 0}));
  try {
    open_dataset(folder / "a.npy");
    ADD_FAILURE() << "not refused";
  } catch (const ManyErrors& error) {
    EXPECT_EQ(
        error.lines(),
        (Names{"000000001.png: image 1 of the array, counted from 0, has a number that is not "
               "finite"}));
  }
  EXPECT_EQ(open_dataset(folder / "a.npy", {.files = {.bad_files = "skip"}})->size(), 1);
  EXPECT_NE(complaint(folder / "a.npy").hint.find("--bad-files skip"), std::string::npos);
}

TEST(Pairs, OfTwoShapesAreNamed) {
  const TemporaryFolder folder;
  for (const char* side : {"a", "b"})
    for (int i = 0; i < 3; ++i)
      put(folder, std::string(side) + "/" + std::to_string(i) + ".png",
          image(16, side[0] == 'b' && i == 1 ? 24 : 16, 3, i));
  put(folder, "a/3.png", image(16, 16, 3, 5));
  put(folder, "b/3.png", image(32, 32, 3, 6));  // of one shape, in another size
  EXPECT_EQ(problems(folder.string()),
            (Names{"b/1.png: is 16x24, and its input a/1.png is 16x16: a pair of two shapes cannot "
                   "be cut at one place"}));
}

TEST(Captions, MayLieInAFolderOfTheirOwn) {
  const TemporaryFolder folder;
  for (int i = 0; i < 2; ++i) {
    put(folder, "images/a/" + std::to_string(i) + ".png", image(8, 8, 3, i));
    const Path text = folder / ("captions/a/" + std::to_string(i) + ".txt");
    std::filesystem::create_directories(text.parent_path());
    write_file(text, "cat " + std::to_string(i));
  }
  const auto data = open_dataset(folder.string());
  EXPECT_EQ(data->caption(1), "cat 1");
}

}  // namespace
}  // namespace gannet
