#include "gannet/formats/json_table.h"

#include <gtest/gtest.h>

#include "support/formats.h"

namespace gannet {
namespace {

using Lines = std::vector<std::string>;

CsvTable read(const std::string& text) { return read_json_table(as_bytes(text), "t.json"); }

// Its header and rows, cells parted by '|'.
Lines lines(const CsvTable& table) {
  Lines all(1);
  for (const std::string& name : table.columns) all[0] += (all[0].empty() ? "" : "|") + name;
  for (int64_t r = 0; r < table.rows; ++r) {
    all.emplace_back(table.cell(r, 0));
    for (int64_t c = 1; c < table.width; ++c) all.back() += "|" + std::string(table.cell(r, c));
  }
  return all;
}

TEST(JsonTable, JsonLinesAndListsOfObjectsAreRows) {
  const Lines rows = {"file_name|text", "1.png|a cat", "2.png|"};
  EXPECT_EQ(lines(read("{\"file_name\": \"1.png\", \"text\": \"a cat\"}\n\n"
                       "{\"file_name\": \"2.png\", \"text\": null}\n")),
            rows);
  EXPECT_EQ(lines(read(R"([{"file_name": "1.png", "text": "a cat"}, {"file_name": "2.png"},])")),
            rows);
}

TEST(JsonTable, ColumnsOfLaterRowsAreAdded) {
  EXPECT_EQ(lines(read(R"([{"f": "1", "n": 0.5}, {"f": "2", "yes": true}])")),
            (Lines{"f|n|yes", "1|0.5|", "2||yes"}));
}

TEST(JsonTable, ObjectsByFile) {
  EXPECT_EQ(lines(read(R"({"1.png": "cat", "2.png": 3})")),
            (Lines{"file|value", "1.png|cat", "2.png|3"}));
  EXPECT_EQ(lines(read(R"({"1.png": {"age": 30}, "2.png": ["a", "b"]})")),
            (Lines{"file|age|value", "1.png|30|", "2.png||a", "2.png||b"}));
}

TEST(JsonTable, CocoAndKarpathy) {
  EXPECT_EQ(lines(read(R"({"images": [{"id": 7, "file_name": "a.jpg"}], "annotations": [)"
                       R"({"image_id": 7, "caption": "x y"}, {"image_id": 9, "caption": "z"}]})")),
            (Lines{"file_name|caption", "a.jpg|x y"}));
  EXPECT_EQ(lines(read(R"({"images": [{"filename": "a.jpg", "split": "test",)"
                       R"("sentences": [{"raw": "x"}, {"raw": "y"}]}]})")),
            (Lines{"filename|split|caption", "a.jpg|test|x", "a.jpg|test|y"}));
}

TEST(JsonTable, NestedValuesAreLeftOutWithANote) {
  const CsvTable table = read(R"([{"f": "1", "box": [1, 2], "o": {"a": 1}}])");
  EXPECT_EQ(lines(table), (Lines{"f", "1"}));
  ASSERT_EQ(table.notes.size(), 1u);
  EXPECT_NE(table.notes[0].find("nested values are left out"), std::string::npos);
}

TEST(JsonTable, WhatIsNoTableIsRefusedByLine) {
  EXPECT_EQ(error_of([] { read("{\"a\": 1}\n{\"a\": }\n"); }),
            "line 2, column 7: not JSON from here on: t.json");
  EXPECT_EQ(error_of([] { read("[1, 2]"); }),
            "expected a list of objects, as {\"file\": ..., ...}: t.json");
  EXPECT_EQ(error_of([] { read(R"({"images": [], "annotations": [{"bbox": [1, 2]}]})"); }),
            "annotations have no captions: t.json");
  EXPECT_EQ(error_of([] { read("[]"); }), "no rows in it: t.json");
  EXPECT_NE(error_of([] { read(R"({"labels": [["a.png", 1]]})"); }).find("dataset.json"),
            std::string::npos);
}

TEST(JsonTable, IsToldFromCsv) {
  EXPECT_TRUE(is_json_text(as_bytes("  [1]")));
  EXPECT_TRUE(is_json_text(as_bytes("\xef\xbb\xbf{}")));
  EXPECT_FALSE(is_json_text(as_bytes("file,label\n")));
  EXPECT_FALSE(is_json_text({}));
}

}  // namespace
}  // namespace gannet
