#include "gannet/formats/dataset_json.h"

#include <gtest/gtest.h>

#include "support/formats.h"

namespace gannet {
namespace {

SampleLabels read(const std::string& text) { return read_dataset_json(as_bytes(text), "dataset.json"); }

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
  EXPECT_EQ(captions.of.at("a.png").captions, (std::vector<std::string>{"a red cat"}));
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
  EXPECT_EQ(labels.of.at("a.png"), (SampleLabel{1, {1, 2}, {"x"}}));
  EXPECT_EQ(labels.classes, (std::vector<std::string>{"cat", "dog"}));
  EXPECT_TRUE(labels.side_by_side);
  EXPECT_EQ(read(write_dataset_json(labels)), labels);
}

TEST(DatasetJson, NamesWhatIsWrong) {
  const auto said = [](const std::string& text) { return error_of([&] { read(text); }); };
  EXPECT_EQ(said("[]"), "expected a JSON object {\"labels\": ...}: dataset.json");
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

TEST(DatasetJson, SeveralCaptionsAreAListOrSeveralEntries) {
  const SampleLabels list = read(R"({"labels": [["a.png", ["one", "two"]], ["b.png", "three"]]})");
  EXPECT_EQ(list.of.at("a.png").captions, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(read(write_dataset_json(list)), list);
  const SampleLabels entries = read(R"({"labels": [["a.png", "one"], ["a.png", "two"]]})");
  EXPECT_EQ(entries.of.at("a.png").captions, (std::vector<std::string>{"one", "two"}));
}

TEST(DatasetJson, AnEmptyCaptionIsNoneAndCounted) {
  const SampleLabels labels = read(R"({"labels": [["a.png", ""], ["b.png", "x"]]})");
  EXPECT_TRUE(labels.of.at("a.png").captions.empty());
  EXPECT_EQ(labels.notes, (std::vector<std::string>{"1 empty caption"}));
}

TEST(DatasetJson, MarksOtherEncodingsAndStrayCommasAreForgiven) {
  EXPECT_EQ(read("\xef\xbb\xbf{\"labels\": [[\"a\", 1]]}").of.at("a").number, 1);
  const SampleLabels latin = read("{\"labels\":\n[[\"a\", \"gr\xfcn\"]]}");
  EXPECT_EQ(latin.of.at("a").captions[0], "gr\xc3\xbcn");
  EXPECT_EQ(latin.notes, (std::vector<std::string>{"not UTF-8 (line 2), read as Windows-1252"}));
  const SampleLabels comma = read("{\"labels\": [[\"a,]\", 1,],\n ],}");
  EXPECT_EQ(comma.of.at("a,]").number, 1);
  EXPECT_EQ(comma.notes, (std::vector<std::string>{"a stray comma (line 1)"}));
}

TEST(DatasetJson, SaysWhereItIsNoJson) {
  const auto said = [](const std::string& text) { return error_of([&] { read(text); }); };
  EXPECT_EQ(said("{\"labels\": [\n [\"a\" 1]]}"),
            "line 2, column 7: not JSON from here on: dataset.json");
  EXPECT_EQ(said("{\"labels\": [\n"),
            "line 2, column 0: the text ends in the middle of the JSON: dataset.json");
}

TEST(DatasetJson, AttributesSayWhatTheNumbersAre) {
  const SampleLabels labels = read(
      R"({"labels": [["a", [30, 1, 0, 1]]], "attributes": ["Age", {"name": "Hair", "words": )"
      R"(["dark", "fair"]}, {"name": "Smiling", "words": ["-1", "1"], "yes_no": true}]})");
  ASSERT_EQ(labels.attribute_columns.size(), 3u);
  EXPECT_EQ(labels.attribute_columns[1].kind, ColumnKind::words);
  EXPECT_EQ(labels.attribute_columns[2].kind, ColumnKind::yes_no);
  EXPECT_EQ(read(write_dataset_json(labels)), labels);
  EXPECT_EQ(error_of([] { read(R"({"labels": [["a", [30, 1]]], "attributes": ["Age"]})"); }),
            "vectors have 2 numbers, and these are 1 attributes: dataset.json");
}

}  // namespace
}  // namespace gannet
