#include "gannet/formats/dataset_json.h"

#include <gtest/gtest.h>

#include "support/formats.h"

namespace gannet {
namespace {

SampleLabels read(const std::string& text) { return read_dataset_json(text, "dataset.json"); }

TEST(DatasetJson, HoldsClassNumbersVectorsOrCaptions) {
  const SampleLabels numbers = read(R"({"labels": [["00000/a.png", 2], ["b\\c.png", 0]]})");
  EXPECT_EQ(numbers.of.at("00000/a.png").number, 2);
  EXPECT_EQ(numbers.of.at("b/c.png").number, 0);
  EXPECT_EQ(numbers.classes, (std::vector<std::string>{"0", "1", "2"}));
  const SampleLabels vectors = read(R"({"labels": [["a.png", [0.5, -1]]]})");
  EXPECT_EQ(vectors.of.at("a.png").attributes, (std::vector<float>{0.5f, -1.0f}));
  EXPECT_EQ(vectors.attributes, 2);
  EXPECT_TRUE(vectors.classes.empty());
  const SampleLabels captions = read(R"({"labels": [["a.png", "a red cat"]]})");
  EXPECT_EQ(captions.of.at("a.png").caption, "a red cat");
  EXPECT_TRUE(captions.captions);
}

TEST(DatasetJson, NullIsNoLabel) {
  EXPECT_EQ(read(R"({"labels": null})"), SampleLabels{});
  EXPECT_EQ(read("{}"), SampleLabels{});
  EXPECT_FALSE(read(R"({"labels": [["a.png", null], ["b.png", 1]]})").of.contains("a.png"));
}

TEST(DatasetJson, OwnKeysAddNamesCaptionsAndVectors) {
  const std::string text =
      R"({"labels": [["a.png", 1]], "vectors": [["a.png", [1, 2]]], "captions": [["a.png", "x"]],)"
      R"( "classes": ["cat", "dog"], "pairs": "side"})";
  const SampleLabels labels = read(text);
  EXPECT_EQ(labels.of.at("a.png"), (SampleLabel{1, {1, 2}, "x"}));
  EXPECT_EQ(labels.classes, (std::vector<std::string>{"cat", "dog"}));
  EXPECT_TRUE(labels.side_by_side);
  EXPECT_EQ(read(write_dataset_json(labels)), labels);
}

TEST(DatasetJson, NamesWhatIsWrong) {
  const auto said = [](const std::string& text) { return error_of([&] { read(text); }); };
  EXPECT_EQ(said("["), "expected a JSON object {\"labels\": ...}: dataset.json");
  EXPECT_EQ(said(R"({"labels": 3})"), "expected a list or null labels: dataset.json");
  EXPECT_EQ(said(R"({"labels": ["a.png"]})"),
            "expected [\"path\", label] in the list labels: dataset.json");
  EXPECT_EQ(said(R"({"labels": [["a", 1], ["b", "two"]]})"),
            "labels are class numbers, and captions at b: dataset.json");
  EXPECT_EQ(said(R"({"labels": [["a", 1], ["a", 1]]})"), "two labels for a: dataset.json");
  EXPECT_EQ(said(R"({"labels": [["a", [1]], ["b", [1, 2]]]})"),
            "vectors have 1 numbers, and 2 at b: dataset.json");
  for (const char* value : {"-1", "1e9", "100000", "true", "{}", "[]", "[1, \"x\"]", "[1e99]"})
    EXPECT_NE(said(std::string(R"({"labels": [["a", )") + value + "]]}").find("for a"),
              std::string::npos)
        << value;
  EXPECT_EQ(said(R"({"labels": [["a", 1]], "classes": ["x"]})"),
            "there are 1 names, and a label 1 classes: dataset.json");
}

}  // namespace
}  // namespace gannet
