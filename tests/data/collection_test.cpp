// What a folder of files holds, from lists of names alone: kinds of data, splits, pairs, labels.
#include "gannet/data/files/collection.h"

#include <gtest/gtest.h>

#include "gannet/base/error.h"
#include "gannet/data/files/detail/class_names.h"
#include "gannet/data/files/detail/image_size.h"
#include "gannet/data/files/detail/labels.h"
#include "gannet/data/files/detail/name_words.h"
#include "gannet/data/files/detail/pairs.h"
#include "gannet/data/files/detail/scan.h"
#include "gannet/data/files/detail/splits.h"

namespace gannet {
namespace {

using Names = std::vector<std::string>;

SampleItems items_of(const Names& names) { return scan(names).images; }

Names names_of(const SampleItems& items) {
  Names names;
  for (const SampleItem& item : items) names.push_back(item.name);
  return names;
}

Names lines(const std::vector<FileProblem>& problems) {
  Names lines;
  for (const FileProblem& p : problems) lines.push_back(p.file + ": " + p.what);
  return lines;
}

std::string text(const std::optional<Decision>& d) {
  return d ? d->name + " = " + d->value + ": " + d->reason : "";
}

template <class F>
std::string usage_error(F f) {
  try {
    f();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "none";
}

TEST(Items, NamesAreSplitAtTheirFolders) {
  EXPECT_EQ(folder_of("a/b/c.png"), "a/b/");
  EXPECT_EQ(folder_of("c.png"), "");
  EXPECT_EQ(first_folder("a/b/c.png"), "a");
  EXPECT_EQ(first_folder("c.png"), "");
  EXPECT_EQ(without_extension("a.b/c.d.png"), "a.b/c.d");
  EXPECT_EQ(without_extension("a.b/c"), "a.b/c");
  EXPECT_EQ(lower_case("Train"), "train");
}

TEST(Items, TheCommonFolderIsTheDeepestOfAll) {
  EXPECT_EQ(common_folder({}), "");
  EXPECT_EQ(common_folder(items_of({"a/b/1.png", "a/b/2.png"})), "a/b/");
  EXPECT_EQ(common_folder(items_of({"a/b/1.png", "a/bc/2.png"})), "a/");
  EXPECT_EQ(common_folder(items_of({"1.png", "a/2.png"})), "");
  EXPECT_EQ(sub_folders(items_of({"a/1.png", "a/b/2.png", "a/c/d/3.png"}), "a/"),
            (Names{"", "b", "c"}));
  EXPECT_EQ(names_of(items_below(items_of({"a/1.png", "b/2.png"}), "b/")), Names{"b/2.png"});
}

TEST(Scan, SortsFilesByTheirExtensions) {
  const Scan found = scan({"1.PNG", "2.wav", "dataset.json", "notes.txt", "sub/3.webp"}, {}, 1);
  EXPECT_EQ(names_of(found.images), (Names{"1.PNG", "sub/3.webp"}));
  EXPECT_EQ(found.images[1].file, (FileRef{1, 4}));
  EXPECT_EQ(names_of(found.audio), Names{"2.wav"});
  EXPECT_EQ(found.other_files, Names{"notes.txt"});
}

TEST(Scan, LooksIntoFilesWithoutAKnownName) {
  const std::map<std::string, std::string> files = {{"1.PNG~", "\x89PNG\r\n\x1a\n"},
                                                    {"a.gif", "GIF89a"},
                                                    {"b.gif", "\x89PNG\r\n\x1a\n"},
                                                    {"c", "\xff\xd8\xff"},
                                                    {"d.dat", "fLaC"},
                                                    {"e.txt", "a caption"},
                                                    {"f.png", "GIF89a"},
                                                    {"g.xyz", std::string(4, '\0')},
                                                    {"IM.0001", std::string(4, '\0')},
                                                    {"IM.0002", std::string(4, '\0')},
                                                    {"h.mp4", ""}};
  Names names;
  for (const auto& [name, bytes] : files) names.push_back(name);
  const Scan found = scan(names, {}, 0, [&](size_t index) {
    const std::string& bytes = files.at(names[index]);
    return Bytes(as_bytes(bytes).begin(), as_bytes(bytes).end());
  });
  EXPECT_EQ(names_of(found.images), (Names{"b.gif", "c", "f.png"}));
  EXPECT_EQ(names_of(found.audio), Names{"d.dat"});
  std::map<std::string, std::pair<int64_t, bool>> left_out;
  for (const LeftOut& kind : found.left_out) left_out[kind.what] = {kind.files, kind.could_be_data};
  EXPECT_EQ(left_out, (std::map<std::string, std::pair<int64_t, bool>>{
                          {"unfinished files and spare copies", {1, false}},
                          {"GIF images", {1, true}},
                          {"texts", {1, false}},
                          {".xyz files", {1, false}},
                          {"files of no known kind", {2, false}},
                          {"MP4 videos", {1, true}}}));
}

DataKind kind_of(const Names& names, const SourceOptions& options = {}) {
  return choose_kind(scan(names), options).kind;
}

TEST(Kind, IsThatOfMostFiles) {
  EXPECT_EQ(kind_of({"1.png", "2.wav", "3.wav"}), DataKind::audio);
  EXPECT_EQ(kind_of({"1.png", "2.wav"}), DataKind::image);
  EXPECT_EQ(kind_of({"1.png"}, {.frames = 8}), DataKind::video);
  EXPECT_EQ(kind_of({"2.wav", "x.txt"}, {.frames = 8}), DataKind::audio);
  EXPECT_EQ(kind_of({}), DataKind::image);
  EXPECT_EQ(text(choose_kind(scan({"1.png", "2.wav", "3.wav"}), {}).decision),
            "kind = audio: 2 audio clips; left out: 1 image (--kind images takes them instead)");
  EXPECT_EQ(text(choose_kind(scan({"1.png"}), {}).decision), "");
}

TEST(Kind, IsThatOfTheOptions) {
  const Names names = {"1.png", "2.wav", "3.wav"};
  EXPECT_EQ(kind_of(names, {.files = {.kind = "images"}}), DataKind::image);
  EXPECT_EQ(kind_of(names, {.image_size = 32}), DataKind::image);
  EXPECT_EQ(kind_of(names, {.frames = 2}), DataKind::video);
  EXPECT_EQ(kind_of({"1.png", "2.png", "3.wav"}, {.files = {.kind = "audio"}}), DataKind::audio);
  EXPECT_EQ(kind_of({"1.png", "2.png", "3.wav"}, {.rate = 8000}), DataKind::audio);
  EXPECT_EQ(usage_error([&] { kind_of(names, {.files = {.kind = "video"}}); }),
            "the number of frames of a video is not given: --kind video");
  EXPECT_EQ(usage_error([&] { kind_of(names, {.files = {.kind = "images"}, .frames = 2}); }),
            "--frames makes videos of folders of images: --kind images");
}

TEST(Kind, RefusesOptionsOfAnother) {
  const auto error = [](DataKind kind, const SourceOptions& options) {
    return usage_error([&] { check_options(kind, options, "SRC"); });
  };
  EXPECT_EQ(error(DataKind::image, {.length = 512}),
            "--length is for audio clips, and the data is images: SRC");
  EXPECT_EQ(error(DataKind::audio, {.frames = 8}),
            "--frames is for videos, and the data is audio clips: SRC");
  EXPECT_EQ(error(DataKind::video, {.files = {.pairs = "side"}, .frames = 8}),
            "--pairs is for images, and the data is videos: SRC");
  EXPECT_EQ(error(DataKind::audio, {.files = {.labels = "none", .bad_files = "skip"}}), "none");
}

TEST(Kind, TakesItsOwnFilesAndListsTheOthers) {
  const Scan scanned = scan({"1.png", "2.wav", "x.txt"}, {"../3.png", "../4.wav"});
  const KindItems images = items_of_kind(scanned, DataKind::image);
  EXPECT_EQ(names_of(images.items), Names{"1.png"});
  EXPECT_EQ(images.other_files, (Names{"2.wav", "x.txt"}));
  EXPECT_EQ(lines(images.problems), Names{"../3.png: the name leads out of the zip"});
  const KindItems audio = items_of_kind(scanned, DataKind::audio);
  EXPECT_EQ(names_of(audio.items), Names{"2.wav"});
  EXPECT_EQ(audio.other_files, (Names{"1.png", "x.txt"}));
}

TEST(Kind, AVideoIsAFolderOfImages) {
  const KindItems videos =
      items_of_kind(scan({"a/1.png", "a/2.png", "b/c/1.png"}), DataKind::video);
  EXPECT_EQ(names_of(videos.items), (Names{"a", "b/c"}));
  EXPECT_EQ(videos.items[0].frames, (std::vector<FileRef>{{0, 0}, {0, 1}}));
  EXPECT_EQ(names_of(items_of_kind(scan({"1.png"}), DataKind::video).items), Names{"."});
  EXPECT_FALSE(videos.decision);
}

TEST(Kind, VideosInOneFolderAreToldApartByTheWordsOfTheirFrames) {
  const auto videos = [](const Names& names) {
    return items_of_kind(scan(names), DataKind::video);
  };
  const KindItems two = videos({"run_1.png", "run_2.png", "walk_1.png", "walk_2.png"});
  EXPECT_EQ(names_of(two.items), (Names{"run", "walk"}));
  EXPECT_EQ(two.items[1].frames, (std::vector<FileRef>{{0, 2}, {0, 3}}));
  EXPECT_EQ(two.decision->reason,
            "in one folder names are a number and one of 2 words (run, walk): each is a video");
  const KindItems numbers_first =
      videos({"001_run.png", "001_walk.png", "002_run.png", "002_walk.png"});
  EXPECT_EQ(names_of(numbers_first.items), (Names{"run", "walk"}));
  EXPECT_EQ(numbers_first.items[1].frames, (std::vector<FileRef>{{0, 1}, {0, 3}}));
  EXPECT_EQ(names_of(videos({"a/v_x_g01_1.png", "a/v_x_g01_2.png", "a/v_x_g02_1.png",
                             "a/v_x_g02_2.png", "b/1.png", "b/2.png"})
                         .items),
            (Names{"a/v_x_g01", "a/v_x_g02", "b/b"}));
  const KindItems beside =
      videos({"a/f_1.png", "a/f_2.png", "b/g_1.png", "b/g_2.png", "b/h_1.png", "b/h_2.png",
              "c/0.1.png", "c/0.2.png", "c/1.1.png", "c/1.2.png"});
  EXPECT_EQ(names_of(beside.items), (Names{"a/a", "b/g", "b/h", "c/c"}))
      << "of one depth, for their class";
}

TEST(Kind, ImagesAmongClipsAreLeftOutWithAWordAndTimesAreNoClips) {
  const auto videos = [](const Names& names, int64_t frames = 0) {
    return items_of_kind(scan(names), DataKind::video, false, frames);
  };
  Names names;
  for (const char* word : {"walk", "run"})
    for (int i = 0; i < 20; ++i) names.push_back(word + ("_" + std::to_string(100 + i)) + ".png");
  names.push_back("poster.png");
  const KindItems stray = videos(names, 16);
  EXPECT_EQ(names_of(stray.items), (Names{"run", "walk"}));
  EXPECT_EQ(left_out_text(stray.left_out, true), "1 images beside clips, of none of them");
  EXPECT_EQ(stray.other_files, Names{"poster.png"});
  const std::string together = "and all are one video; a folder for each makes them several";
  const auto one = [&](const KindItems& found) {
    EXPECT_EQ(names_of(found.items), Names{"."});
    EXPECT_TRUE(found.decision && found.decision->reason.ends_with(together));
  };
  one(videos(names, 21));
  one(videos({"f_1.png", "f_2.png", "g_1.png", "g_2.png", "title.png"}));
  one(videos({"cap_0.00.png", "cap_0.50.png", "cap_1.00.png", "cap_1.50.png"}));
  one(videos({"2024-05-01_12-00-01.png", "2024-05-01_12-00-02.png", "2024-05-01_12-01-01.png",
              "2024-05-01_12-01-02.png"}));
}

Split split_of(const Names& names, const std::string& split = "train") {
  return choose_split(items_of(names), DataKind::image, split, "SRC");
}

TEST(Split, IsTheFolderOfItsName) {
  const Names names = {"set/Train/1.png", "set/Train/a/2.png", "set/val/1.png"};
  const Split train = split_of(names);
  EXPECT_EQ(names_of(train.items), (Names{"set/Train/1.png", "set/Train/a/2.png"}));
  EXPECT_EQ(train.root, "set/Train/");
  EXPECT_EQ(text(train.decision),
            "split = train: images of Train/ alone; left out: 1 image of val/ (--split val)");
  EXPECT_EQ(names_of(split_of(names, "test").items), Names{"set/val/1.png"});
  EXPECT_EQ(names_of(split_of(names, "val").items), Names{"set/val/1.png"});
}

TEST(Split, HasTheUsualNamesInAnyForm) {
  for (const auto& [train, test] : std::vector<std::pair<std::string, std::string>>{
           {"train", "test"},
           {"Training", "Testing"},
           {"training_set", "test_set"},
           {"TRAIN", "VAL"},
           {"train2017", "val2017"},
           {"train", "test1"},
           {"seg_train/seg_train", "seg_test/seg_test"},
           {"images-train", "images-valid"},
           {"trainset", "testset"},
           {"TrainData", "ValidationData"},
           {"train_32x32", "test_32x32"},
           {"trainingset", "validationset"},
           {"train_val", "test"},
           {"Train", "PublicTest"},
           {"train_dir", "test_dir"},
           {"training", "holdout"}}) {
    const Names names = {test + "/a/1.png", train + "/a/2.png", train + "/b/3.png"};
    EXPECT_EQ(names_of(split_of(names).items), (Names{names[1], names[2]})) << train;
    EXPECT_EQ(names_of(split_of(names, "test").items), Names{names[0]}) << test;
  }
}

TEST(Split, LeavesOutUnlabelledDataAndWhatLiesBeside) {
  const Names names = {"extra/1.png", "logo.png",        "masks/1.png", "test/1.png",
                       "train/1.png", "unlabeled/1.png", "val/1.png"};
  const Split train = split_of(names);
  EXPECT_EQ(names_of(train.items), Names{"train/1.png"});
  EXPECT_EQ(
      left_out_text(train.left_out, false),
      "1 image of extra/ (name the folder to use it), 1 image beside the folders of the "
      "parts, 1 image of masks/ (name the folder to use it, or --data A:B for pairs with it), "
      "1 image of test/ (--split "
      "test), 1 image of unlabeled/ (name the folder to use it), 1 image of val/ (--split "
      "val)");
  EXPECT_EQ(names_of(split_of(names, "test").items), Names{"test/1.png"});
  const Names decathlon{"imagesTr/1.png", "imagesTs/2.png", "labelsTr/1.png"};
  EXPECT_EQ(names_of(split_of(decathlon).items), Names{decathlon[0]});
  EXPECT_EQ(names_of(split_of(decathlon, "test").items), Names{decathlon[1]});
  EXPECT_EQ(split_of({"labelsTr/1.png", "labelsTs/2.png"}).items.size(), 2u) << "no parts";
  EXPECT_EQ(names_of(split_of({"train/1.png", "unlabeled/2.png"}).items), Names{"train/1.png"});
}

TEST(Split, UnlabelledDataIsNoClass) {
  for (const Names& names :
       {Names{"cat/1.png", "dog/2.png", "unlabeled/3.png"},
        Names{"labeled/a/1.png", "labeled/b/2.png", "unlabelled_data/3.png"}}) {
    const Split train = split_of(names);
    EXPECT_EQ(names_of(train.items), (Names{names[0], names[1]}));
    EXPECT_EQ(left_out_text(train.left_out, false),
              "1 image of " + first_folder(names[2]) + "/ (name the folder to use it)");
  }
  const Names names = {"cat/1.png", "dog/2.png", "test/4.png", "unlabeled/3.png"};
  EXPECT_EQ(names_of(split_of(names).items), (Names{names[0], names[1]}));
  EXPECT_EQ(names_of(split_of(names, "test").items), Names{names[2]});
}

TEST(Split, ATrainingFolderIsKnownByTheFoldersInIt) {
  const Names train = {"train/cat/1.png", "train/dog/2.png"};
  for (const Names& others : {Names{"predict/1.png", "unknown/2.png"}, Names{"old/cat/1.png"},
                              Names{"check/cat/1.png", "logo.png"}, Names{"tea/cat/1.png"}}) {
    Names names = others;
    names.insert(names.end(), train.begin(), train.end());
    const Split found = split_of(names);
    EXPECT_EQ(names_of(found.items), train) << others[0];
    EXPECT_EQ(found.root, "train/");
    EXPECT_EQ(found.others.size(), others.size());
    EXPECT_EQ(left_out_text(found.left_out, false)
                  .find("1 image of " + first_folder(others[0]) + "/ (name"),
              0u)
        << left_out_text(found.left_out, false);
  }
  const Names vehicles = {"bus/red/1.png", "train/fast/1.png", "train/slow/2.png"};
  EXPECT_EQ(names_of(split_of(vehicles).items), vehicles) << "a class with folders of its own";
}

TEST(Split, LeavesOutFurtherDataOfATrainingFoldersName) {
  for (const char* further : {"train_masks", "train_hq", "Train_augmented", "test_labels"}) {
    const Names names = {"test/1.png", "train/a/1.png", "train/b/1.png",
                         std::string(further) + "/1.png"};
    const Split train = split_of(names);
    EXPECT_EQ(names_of(train.items), (Names{"train/a/1.png", "train/b/1.png"})) << further;
    EXPECT_NE(
        left_out_text(train.left_out, false).find(std::string(further) + "/ (name the folder"),
        std::string::npos)
        << further;
  }
}

TEST(Split, MayLieInEachClassOrSide) {
  const Names combined = {"A/train/1.png", "A/val/2.png", "B/train/1.png", "B/val/2.png"};
  EXPECT_EQ(names_of(split_of(combined).items), (Names{"A/train/1.png", "B/train/1.png"}));
  EXPECT_EQ(names_of(split_of(combined, "test").items), (Names{"A/val/2.png", "B/val/2.png"}));
  const Names cyclegan = {"testA/1.png", "testB/1.png", "trainA/1.png", "trainB/1.png"};
  const Split train = split_of(cyclegan);
  EXPECT_EQ(names_of(train.items), (Names{"trainA/1.png", "trainB/1.png"}));
  EXPECT_EQ(text(train.decision),
            "split = train: images of trainA/ and trainB/ alone; left out: 1 image of testA/ "
            "(--split test), 1 image of testB/ (--split test)");
}

TEST(Split, OtherFoldersAreNone) {
  for (const Names& names :
       {Names{"cats/1.png", "train/1.png"}, Names{"train/1.png"},
        Names{"trainA/1.png", "trainB/1.png"}, Names{"train station/1.png", "test tube/1.png"},
        Names{"bus/train/1.png", "car/1.png"}}) {
    const Split all = split_of(names);
    EXPECT_EQ(names_of(all.items), names);
    EXPECT_EQ(all.root, "");
    EXPECT_EQ(text(all.decision), "");
    EXPECT_EQ(
        usage_error([&] { refuse_without_parts(DataKind::image, "test", "SRC"); }),
        "no test split: images are not in folders train/ and test/, nor parted by a table: SRC");
  }
  EXPECT_EQ(usage_error([] {
              split_of({"test/1.png", "val/1.png"});
            }),
            "no folder train/ in it: SRC");
  EXPECT_EQ(usage_error([] {
              split_of({"test/1.png", "train/1.png"}, "val");
            }),
            "no folder val/ in it: SRC");
}

TEST(Pairs, LayoutIsDetected) {
  const auto layout = [](const Names& names, const char* pairs = "auto", bool json = false) {
    return detect_layout(items_of(names), DataKind::image, {.pairs = pairs}, json);
  };
  const Names folders = {"A/1.png", "A/2.png", "B/1.jpg", "B/2.png"};
  EXPECT_EQ(layout(folders), PairLayout::folders);
  EXPECT_EQ(layout(folders, "none"), PairLayout::single);
  EXPECT_EQ(layout(folders, "edges"), PairLayout::edges);
  EXPECT_EQ(layout({"a/1.png", "b/2.png"}), PairLayout::single) << "names differ";
  EXPECT_EQ(layout({"a/1.png", "a/2.png", "b/1.png"}), PairLayout::folders) << "but one";
  EXPECT_EQ(layout({"trainA/1.png", "trainB/1.png"}), PairLayout::folders);
  EXPECT_EQ(layout({"a/1.png", "a/1.jpg", "b/2.png"}), PairLayout::single) << "twice in one";
  EXPECT_EQ(layout({"x/1.png", "y/1.png"}), PairLayout::single) << "not a and b";
  EXPECT_EQ(layout({"x/1.png", "y/1.png"}, "folders"), PairLayout::folders);
  EXPECT_EQ(layout({"1.png"}, "side"), PairLayout::side_by_side);
  EXPECT_EQ(layout({"1.png"}, "auto", true), PairLayout::side_by_side);
  EXPECT_EQ(layout({"1.png"}, "none", true), PairLayout::single);
  EXPECT_EQ(detect_layout(items_of(folders), DataKind::video, {}, true), PairLayout::single);
  for (const Names& wrong :
       {Names{"a/1.png"}, Names{"a/1.png", "b/1.png", "c/1.png"}, Names{"1.png", "a/1.png"}})
    EXPECT_TRUE(usage_error([&] {
                  layout(wrong, "folders");
                }).starts_with("expected two sub-folders of images, found "));
}

TEST(Pairs, NamesMayDifferInWhatAllOfASideHave) {
  const auto pairs = [](const Names& names, const std::string& how = "folders") {
    const FileOptions options{.pairs = how};
    const SampleItems items = items_of(names);
    return pair(items, detect_layout(items, DataKind::image, options, false), options);
  };
  const Pairing masks =
      pairs({"images/1.jpg", "images/2.jpg", "masks/1_mask.png", "masks/2_mask.png"});
  EXPECT_EQ(masks.items.size(), 2u);
  EXPECT_EQ(text(masks.decision),
            "pairs = folders: inputs are of images/, targets of masks/; names of masks/ without "
            "'_mask'");
  EXPECT_EQ(
      pairs({"a/001_A.png", "a/011_A.png", "b/001_B.png", "b/011_B.png"}, "auto").items.size(), 2u);
  EXPECT_EQ(pairs({"x/img_1.png", "x/img_2.png", "y/gt-1.png", "y/gt-2.png"}).items.size(), 2u);
  EXPECT_TRUE(pairs({"a/1.png", "a/2.png", "b/3_x.png", "b/4_x.png"}).items.empty());
}

TEST(Pairs, NamesOfOneFolderComeInTwos) {
  const auto pairs = [](const Names& names, const std::string& direction = "AtoB") {
    const FileOptions options{.pairs = "names", .direction = direction};
    const SampleItems items = items_of(names);
    return pair(items, detect_layout(items, DataKind::image, options, false), options);
  };
  const Pairing masks =
      pairs({"im_1.jpg", "im_1_mask.png", "im_2.jpg", "im_2_mask.png", "im_3.jpg"});
  EXPECT_EQ(names_of(masks.items), (Names{"im_1_mask.png", "im_2_mask.png"}));
  EXPECT_EQ(masks.items[0].input, (FileRef{0, 0}));
  EXPECT_EQ(text(masks.decision),
            "pairs = names: inputs are of names without '_mask', targets of '_mask'");
  EXPECT_EQ(lines(masks.problems),
            (Names{"im_3.jpg: has no partner im_3_mask.* on the other side"}));
  const Pairing sides =
      pairs({"x/1_A.png", "x/1_B.png", "y/2_A.png", "y/2_B.png", "y/3_C.png"}, "BtoA");
  EXPECT_EQ(names_of(sides.items), (Names{"x/1_A.png", "y/2_A.png"}));
  EXPECT_EQ(lines(sides.problems), (Names{"y/3_C.png: has neither '_A' nor '_B' in its name"}));
  EXPECT_THROW(pairs({"cat_1.png", "dog_2.png"}), UsageError);
}

TEST(Pairs, NamesMayDifferAtTheirBeginningOrInTheirExtension) {
  const auto said = [](const Names& names) {
    const SampleItems items = items_of(names);
    const FileOptions options{.pairs = "names"};
    const Pairing pairs =
        pair(items, detect_layout(items, DataKind::image, options, false), options);
    EXPECT_EQ(pairs.items.size(), 2u) << names[0];
    EXPECT_TRUE(pairs.problems.empty()) << names[0];
    return pairs.decision->reason;
  };
  EXPECT_EQ(said({"A_1.png", "A_2.png", "B_1.png", "B_2.png"}),
            "inputs are of 'A_', targets of 'B_'");
  EXPECT_EQ(said({"1.png", "2.png", "mask_1.png", "mask_2.png"}),
            "inputs are of names without 'mask_', targets of 'mask_'");
  EXPECT_EQ(said({"1a.png", "1b.png", "2a.png", "2b.png"}), "inputs are of 'a', targets of 'b'");
  EXPECT_EQ(said({"x_1_T1.png", "x_1_T2.png", "x_2_T1.png", "x_2_T2.png"}),
            "inputs are of '_T1', targets of '_T2'");
  EXPECT_EQ(said({"1.jpg", "1.png", "2.jpg", "2.png"}), "inputs are of '.jpg', targets of '.png'");
}

TEST(Pairs, OfSuperResolutionMatchWithoutTheirScale) {
  const SampleItems items =
      items_of({"HR/0801.png", "HR/0802.png", "LR/0801x4.png", "LR/0802x4.png"});
  EXPECT_NE(text(unused_pairs(items, DataKind::image, {})), "");
  const FileOptions options{.pairs = "folders"};
  EXPECT_EQ(pair(items, PairLayout::folders, options).items.size(), 2u);
}

TEST(Pairs, WhatLooksLikePairsIsSaid) {
  const auto said = [](const Names& names) {
    return text(unused_pairs(items_of(names), DataKind::image, {}));
  };
  EXPECT_EQ(said({"set/images/1.jpg", "set/images/2.jpg", "set/masks/1_mask.png",
                  "set/masks/2_mask.png"}),
            "pairs = none: images/ and masks/ have files of the same names: --pairs folders takes "
            "them as pairs");
  EXPECT_EQ(said({"1.jpg", "1_mask.png", "2.jpg", "2_mask.png"}),
            "pairs = none: names come with and without '_mask': --pairs names takes them as pairs");
  EXPECT_EQ(said({"1_A.png", "1_B.png", "2_A.png", "2_B.png"}),
            "pairs = none: names come with '_A' and '_B': --pairs names takes them as pairs");
  EXPECT_EQ(said({"cat/1.png", "cat/2.png", "dog/1.png", "dog/2.png"}), "");
  EXPECT_EQ(said({"cat_1.png", "cat_2.png", "dog_1.png", "dog_2.png"}), "");
}

TEST(Pairs, TheDirectionSaysWhichIsTheInput) {
  const Names names = {"a/1.png", "b/1.jpg"};
  const Pairing forward = pair(items_of(names), PairLayout::folders, {});
  ASSERT_EQ(names_of(forward.items), Names{"b/1.jpg"});
  EXPECT_EQ(forward.items[0].file, (FileRef{0, 1}));
  EXPECT_EQ(forward.items[0].input, (FileRef{0, 0}));
  EXPECT_EQ(text(forward.decision), "pairs = folders: inputs are of a/, targets of b/");
  const Pairing back = pair(items_of(names), PairLayout::folders, {.direction = "BtoA"});
  EXPECT_EQ(names_of(back.items), Names{"a/1.png"});
  EXPECT_EQ(text(back.decision), "pairs = folders: inputs are of b/, targets of a/");
  EXPECT_EQ(text(pair(items_of({"1.png"}), PairLayout::side_by_side, {}).decision),
            "pairs = side: the input is the left half");
  EXPECT_EQ(text(pair(items_of({"1.png"}), PairLayout::single, {}).decision), "");
}

TEST(Pairs, ImagesWithoutAPartnerAndSecondOnesAreProblems) {
  const Pairing pairs = pair(items_of({"a/1.jpg", "a/1.png", "a/2.png", "b/1.png", "b/3.png"}),
                             PairLayout::folders, {});
  EXPECT_EQ(names_of(pairs.items), Names{"b/1.png"});
  EXPECT_EQ(lines(pairs.problems), (Names{"a/1.png: a second image of this name",
                                          "a/2.png: has no partner 2.* on the other side",
                                          "b/3.png: has no partner 3.* on the other side"}));
}

TEST(Pairs, OfTwoTreesAreNamedWithTheirFolders) {
  const PairSide a{
      .items = scan({"1.png", "2.png"}).images, .root = "", .name = "A", .prefix = "A/"};
  const PairSide b{
      .items = scan({"x/1.png"}, {}, 1).images, .root = "x/", .name = "B", .prefix = "B/"};
  const Pairing pairs = pair_sides(a, b, "AtoB");
  ASSERT_EQ(pairs.items.size(), 1u);
  EXPECT_EQ(pairs.items[0].file, (FileRef{1, 0}));
  EXPECT_EQ(pairs.items[0].input, (FileRef{0, 0}));
  EXPECT_EQ(lines(pairs.problems), Names{"A/2.png: has no partner 2.* on the other side"});
}

std::vector<int64_t> numbers(const Labels& labels) {
  std::vector<int64_t> all;
  for (const SampleItem& item : labels.items) all.push_back(item.label.number);
  return all;
}

DatasetJson json_of(const std::string& root, const std::map<std::string, int64_t>& labels) {
  DatasetJson json{.root = root, .labels = {}};
  json.labels.classes = {"x", "y"};
  for (const auto& [name, number] : labels) json.labels.of[name].number = number;
  return json;
}

TEST(Labels, SubFoldersAreClasses) {
  const Labels labels = label(items_of({"set/a/1.png", "set/b/c/2.png", "set/3.png"}), {}, {});
  EXPECT_EQ(labels.classes, (Names{"a", "b"}));
  EXPECT_EQ(names_of(labels.items), (Names{"set/a/1.png", "set/b/c/2.png"}));
  EXPECT_EQ(numbers(labels), (std::vector<int64_t>{0, 1}));
  EXPECT_EQ(lines(labels.problems),
            Names{"set/3.png: has no label: it lies beside the folders of the classes"});
  EXPECT_EQ(text(labels.decision), "labels = auto: 2 sub-folders are the classes");
}

TEST(Labels, AClassOfTheNameOfAPartIsSaid) {
  EXPECT_EQ(text(label(items_of({"cat/1.png", "dog/1.png", "test/1.png"}), {}, {}).decision),
            "labels = auto: 3 sub-folders are the classes; test is one of them, as no other part "
            "of a set lies beside it");
}

TEST(Labels, ClassesAreInNaturalOrder) {
  Names names;
  for (int i = 1; i <= 12; ++i) names.push_back(std::to_string(i) + "/x.png");
  const Labels labels = label(items_of(names), {}, {});
  EXPECT_EQ(labels.classes, (Names{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"}));
  EXPECT_EQ(numbers(labels), (std::vector<int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
}

TEST(Labels, FoldersBesideMostItemsAreNoClasses) {
  const Names names = {"1.png", "2.png", "3.png", "edited/1.png", "raw/1.png"};
  const Labels labels = label(items_of(names), {}, {});
  EXPECT_TRUE(labels.classes.empty());
  EXPECT_EQ(names_of(labels.items), names);
  EXPECT_EQ(text(labels.decision),
            "labels = none: 3 lie beside the sub-folders, which are no classes then");
  EXPECT_EQ(label(items_of(names), {}, {.labels = "folders"}).classes, (Names{"edited", "raw"}));
}

TEST(Labels, FoldersThatDivideASetAreNoClasses) {
  const auto labels = [](const Names& names, const std::string& how = "auto") {
    return label(items_of(names), {}, {.labels = how});
  };
  const Names folds = {"fold1/train/cat/1.png", "fold1/train/dog/2.png", "fold2/train/cat/3.png",
                       "fold2/train/dog/4.png"};
  EXPECT_EQ(labels(folds).classes, (Names{"cat", "dog"}));
  EXPECT_EQ(labels(folds, "folders").classes, (Names{"fold1", "fold2"}));
  EXPECT_EQ(text(labels({"part_1/1.png", "part_2/2.png"}).decision),
            "labels = none: part_1, part_2 divide the set, and are no classes (--labels folders "
            "makes them some)");
  EXPECT_TRUE(labels({"Train/1.png", "Train (1)/1.png"}).classes.empty());
  EXPECT_EQ(labels({"trainA/1.png", "trainB/2.png"}).classes, (Names{"trainA", "trainB"}))
      << "no pairs: two classes";
  const Labels copied = labels({"cat/1.png", "dog/1.png", "dog - Copy/1.png", "dog (2)/3.png"});
  EXPECT_EQ(copied.classes, (Names{"cat", "dog"}));
  EXPECT_EQ(copied.items.back().label.number, 1);
  EXPECT_EQ(labels({"1/a.png", "2/b.png"}).classes, (Names{"1", "2"}));
  EXPECT_EQ(labels({"fold/a.png", "tear/b.png"}).classes, (Names{"fold", "tear"}));
}

TEST(Labels, ClassesOfNumbersHaveTheirNames) {
  const auto names = [](const Names& classes, std::string_view text) {
    return name_classes(classes, text).names;
  };
  EXPECT_TRUE(are_numbers({"0", "10"}));
  EXPECT_FALSE(are_numbers({"0", "n1"}));
  EXPECT_EQ(names({"0", "2"}, "a cat\nb\nc\n"), (Names{"a cat", "c"}));
  EXPECT_EQ(names({"1", "2"}, "cat\ndog\n"), (Names{"cat", "dog"})) << "from 1";
  EXPECT_EQ(names({"1", "2"}, "2 002.Dog\n1 001.Cat\n"), (Names{"001.Cat", "002.Dog"}));
  EXPECT_EQ(names({"3", "4"}, "3: cat\n4: dog\n"), (Names{"cat", "dog"}));
  EXPECT_TRUE(names({"1", "2"}, "a\nb\nc\n").empty()) << "from 0 or from 1?";
  EXPECT_TRUE(names({"0", "3"}, "a\nb\nc\n").empty());
  EXPECT_TRUE(names({"0", "1"}, "a\na\n").empty());
  EXPECT_EQ(name_classes({"0", "3"}, "a\nb\n").reason,
            "passed over: 2 lines, the classes are 0 to 3");
}

TEST(Labels, OneFolderIsNoClass) {
  const Names names = {"1.png", "a/2.png"};
  const Labels labels = label(items_of(names), {}, {});
  EXPECT_TRUE(labels.classes.empty());
  EXPECT_EQ(names_of(labels.items), names);
  EXPECT_EQ(usage_error([&] {
              label(items_of(names), {}, {.labels = "folders", .kind = DataKind::audio});
            }),
            "expected at least two sub-folders of audio clips, found 1: --labels folders");
  EXPECT_TRUE(label(items_of({"a/1.png", "b/1.png"}), {}, {.labels = "none"}).classes.empty());
  EXPECT_TRUE(
      label(items_of({"b/1.png", "c/2.png"}), {}, {.layout = PairLayout::folders}).classes.empty());
}

TEST(Labels, ByTheWordsOfNamesWhereAskedFor) {
  for (const char* name :
       {"a/cat.12.png", "cat (12).png", "cat-012.png", "cat12.png", "cat_[1].png"})
    EXPECT_EQ(name_word(name), "cat") << name;
  EXPECT_EQ(name_word("n01440764_10026.JPEG"), "n01440764");
  for (const char* name : {"12.png", "cat.png", "cat1a.png", "...png", "_1_.png"})
    EXPECT_EQ(name_word(name), "") << name;
  for (const char* name : {"012_cat.png", "a/1 - cat.png", "(3) cat.png", "2.cat_.png"})
    EXPECT_EQ(name_word(name), "cat") << name;
  for (const char* name : {"1cat.png", "x1_cat.png", "1_.png"}) EXPECT_EQ(name_word(name), "");
  EXPECT_EQ(name_word("12_cat_07.png"), "12_cat");
  const SampleItems items = items_of({"cat.1.jpg", "cat.2.jpg", "dog.1.jpg", "dog.2.jpg"});
  const Labels labels = label(items, {}, {.labels = "names"});
  EXPECT_EQ(labels.classes, (Names{"cat", "dog"}));
  EXPECT_EQ(numbers(labels), (std::vector<int64_t>{0, 0, 1, 1}));
  EXPECT_EQ(text(labels.decision), "labels = names: classes by 2 words (cat, dog) beside a number");
  EXPECT_TRUE(label(items, {}, {}).classes.empty());
  EXPECT_FALSE(name_words(items_of({"IMG_1.jpg", "IMG_2.jpg", "DSC_1.jpg", "DSC_2.jpg"})));
  EXPECT_FALSE(name_words(items_of({"a1.png", "a2.png", "b1.png", "b2.png", "c.png", "d.png"})));
  EXPECT_EQ(
      usage_error([&] {
        label(items_of({"1.png", "2.png"}), {}, {.labels = "names"});
      }),
      "expected images named by a word and a number, of two words at least, each with several "
      "numbers (cat.1.jpg, cat.2.jpg, dog.1.jpg, ...), found '1.png' and others: --labels "
      "names");
}

TEST(Labels, TheNearestDatasetJsonAboveTheItemsIsFound) {
  const SampleItems items = items_of({"a/b/1.png", "a/b/2.png"});
  EXPECT_EQ(find_dataset_json({"a/b/1.png", "a/b/2.png", "a/dataset.json"}, items), 2u);
  EXPECT_EQ(find_dataset_json({"a/b/1.png", "a/b/dataset.json"}, items), 1u);
  EXPECT_EQ(find_dataset_json({"dataset.json"}, items), 0u);
  EXPECT_EQ(find_dataset_json({"a/b/c/dataset.json", "c/dataset.json"}, items), std::nullopt);
}

TEST(Labels, OfDatasetJsonAreByPathsBelowIt) {
  const SampleItems items = items_of({"set/1.png", "set/2.png", "set/3.png"});
  const DatasetJson json = json_of("set/", {{"1.png", 1}, {"2.png", 0}, {"4.png", 1}});
  const Labels labels = label(items, json, {});
  EXPECT_EQ(labels.classes, (Names{"x", "y"}));
  EXPECT_EQ(numbers(labels), (std::vector<int64_t>{1, 0}));
  EXPECT_EQ(lines(labels.problems),
            (Names{"set/3.png: has no label in dataset.json",
                   "set/4.png: is named in dataset.json, and is not there"}));
  EXPECT_EQ(text(labels.decision), "labels = auto: by dataset.json");
  EXPECT_EQ(label(items, json, {.split_root = "set/sub/"}).problems.size(), 1u)
      << "of another split";
  EXPECT_EQ(label(items, json, {.layout = PairLayout::folders}).problems.size(), 1u)
      << "of an input image";
  EXPECT_TRUE(label(items, json_of("set/", {}), {}).classes.empty()) << "labels: null";
}

TEST(Labels, FoldersOverruleDatasetJsonWhereAskedFor) {
  const Labels labels = label(items_of({"a/1.png", "b/2.png"}),
                              json_of("", {{"a/1.png", 1}, {"b/2.png", 0}}), {.labels = "folders"});
  EXPECT_EQ(labels.classes, (Names{"a", "b"}));
  EXPECT_EQ(numbers(labels), (std::vector<int64_t>{0, 1}));
}

TEST(Labels, EachItemHasEveryKindOfLabel) {
  DatasetJson json = json_of("", {{"1.png", 0}, {"2.png", 1}});
  json.labels.attributes = 2;
  json.labels.of.at("1.png").attributes = {1, 2};
  const Labels labels = label(items_of({"1.png", "2.png"}), json, {});
  EXPECT_EQ(labels.attributes, 2);
  EXPECT_EQ(names_of(labels.items), Names{"1.png"});
  EXPECT_EQ(lines(labels.problems), Names{"2.png: has no label in dataset.json"});
}

TEST(ImageSize, IsThatOfTheOptionsElseOfTheImagesElseAUsualOne) {
  const std::vector<ImageSize> square = {{40, 40}, {40, 40}}, wide = {{40, 30}, {40, 30}, {9, 9}};
  EXPECT_EQ(size_of_options({.image_size = 16})->size, (ImageSize{16, 16}));
  EXPECT_EQ(size_of_options({.files = {.crop = "random"}})->size, (ImageSize{96, 96}));
  EXPECT_FALSE(size_of_options({}));
  const SizeChoice own = choose_image_size(square, {});
  EXPECT_EQ(own.size, (ImageSize{40, 40}));
  EXPECT_TRUE(own.is_stored);
  EXPECT_EQ(text(own.decision), "image-size = 40: all 2 images are 40x40");
  const SizeChoice usual = choose_image_size(wide, {});
  EXPECT_EQ(usual.size, (ImageSize{32, 32}));
  EXPECT_FALSE(usual.is_stored);
  EXPECT_EQ(text(usual.decision),
            "image-size = 32: images are of 2 sizes, their shorter sides from 9 to 30; most are "
            "below 64");
  const SizeChoice whole = choose_image_size(wide, {.files = {.crop = "none"}});
  EXPECT_EQ(whole.size, (ImageSize{40, 30}));
  EXPECT_EQ(text(whole.decision), "image-size = auto: most of the 3 images are 40x30");
  EXPECT_EQ(choose_image_size({}, {}).size, ImageSize{});
}

TEST(ImageSize, OfImagesThatDoNotHalveWellIsTheNextThatDoes) {
  const auto chosen = [](int64_t side) {
    return text(choose_image_size({side, side}, {}).decision);
  };
  EXPECT_EQ(chosen(50),
            "image-size = 48: all 2 images are 50x50, and 48 is the next size that halves well");
  EXPECT_EQ(chosen(100),
            "image-size = 64: images are 100x100; 64 is learned within hours on a CPU");
  EXPECT_EQ(chosen(9), "image-size = 9: all 2 images are 9x9");
  EXPECT_EQ(size_of_options({.image_size = {128, 64}})->size, (ImageSize{128, 64}));
}

}  // namespace
}  // namespace gannet
