#include "gannet/formats/csv.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "support/formats.h"

namespace gannet {
namespace {

using Row = std::vector<std::string>;

CsvTable read(std::string_view text) { return read_csv(as_bytes(text), "a.csv"); }
std::string error_reading(std::string_view text) {
  return error_of([&] { read(text); });
}

// All rows, the header first.
std::vector<Row> rows(const CsvTable& table) {
  std::vector<Row> all;
  if (!table.columns.empty()) all.push_back(table.columns);
  for (int64_t r = 0; r < table.rows; ++r) {
    all.emplace_back();
    for (int64_t c = 0; c < table.width; ++c) all.back().emplace_back(table.cell(r, c));
  }
  return all;
}

TEST(Csv, SeparatorsAreGuessed) {
  const std::vector<Row> expected = {{"x", "y"}, {"1", "2"}, {"3", "4"}};
  for (const char* text : {"x,y\n1,2\n3,4\n", "x;y\n1;2\n3;4\n", "x\ty\n1\t2\n3\t4\n",
                           "x|y\r\n1|2\r\n3|4\r\n", "x  y\n 1 2\n3   4 \n", "sep=;\nx;y\n1;2\n3;4"})
    EXPECT_EQ(rows(read(text)), expected) << text;
  EXPECT_EQ(rows(read("1,5;2\n3;4,5\n")), (std::vector<Row>{{"1,5", "2"}, {"3", "4,5"}}));
  EXPECT_EQ(rows(read("a cat\na dog\n1\n")), (std::vector<Row>{{"a cat"}, {"a dog"}, {"1"}}))
      << "words of one column";
  EXPECT_EQ(read("x;y\n1;2\n").notes, (Row{"columns are parted by ;"}));
}

TEST(Csv, HeadersAreGuessed) {
  const auto header = [](std::string_view text) { return read(text).columns; };
  EXPECT_EQ(header("x,2\n1,2\n"), (Row{"x", "2"})) << "a word above a number";
  EXPECT_TRUE(header("1,red\n2,blue\n3,red\n").empty());
  EXPECT_EQ(header("file,label\na.png,cat\nb.png,cat\n"), (Row{"file", "label"}));
  EXPECT_TRUE(header("a.png,cat\nb.png,cat\n").empty()) << "the word comes again";
  EXPECT_EQ(header(",name\n1,bob\n2,eve\n"), (Row{"", "name"})) << "of pandas";
  EXPECT_EQ(header("x,y\nr1,1,2\nr2,3,4\n"), (Row{"", "x", "y"})) << "of R";
  EXPECT_EQ(header("# x y\n1 2\n3 4\n"), (Row{"x", "y"})) << "of NumPy";
  EXPECT_EQ(read("# made today\n1,2\n# more\n3,4\n").rows, 2);
  EXPECT_EQ(header("3\nSmiling Male\na.jpg 1 -1\nb.jpg -1 -1\nc.jpg 1 1\n"),
            (Row{"", "Smiling", "Male"}))
      << "of CelebA";
}

TEST(Csv, TitlesAboveTheHeaderArePassedOver) {
  const std::vector<Row> expected = {{"name", "age", "pay"}, {"a", "1", "2"}, {"b", "3", "4"}};
  for (const char* text : {"Staff 2024\nname,age,pay\na,1,2\nb,3,4\n",
                           "Staff 2024\n\nof the office\n\nname;age;pay\na;1;2\nb;3;4\n",
                           "Staff,,\n,,\nname,age,pay\na,1,2\nb,3,4\n"})
    EXPECT_EQ(rows(read(text)), expected) << text;
  EXPECT_EQ(read("Staff 2024\nname,age,pay\na,1,2\nb,3,4\n").notes,
            (Row{"1 line above the table passed over: 'Staff 2024'"}));
  EXPECT_EQ(rows(read("Ages\nname,age\na,1\nb,3\n"))[0], (Row{"name", "age"}))
      << "no header of R, which stands above rows";
  EXPECT_EQ(read("Sales\nregion,2019,2020\na,1,2\nb,3,4\n").columns,
            (Row{"region", "2019", "2020"}));
  EXPECT_EQ(error_reading("1\n1,2\n3,4\n5,6,7\n"), "line 4 has 3 columns, expected 2: a.csv");
}

TEST(Csv, ALastRowOfSumsIsLeftOut) {
  const CsvTable table = read("name,age\na,1\nb,3\nc,5\nTotal,9\n");
  EXPECT_EQ(table.rows, 3);
  EXPECT_EQ(table.notes, (Row{"the last line is 'Total' of the others, and left out"}));
  EXPECT_EQ(read("name,age\ntotal,1\nb,3\nc,5\nTotal,9\n").rows, 4) << "a name like others";
}

TEST(Csv, QuotesBlanksAndLineEndsAreForgiven) {
  EXPECT_EQ(rows(read("\xef\xbb\xbf \"a, \"\"b\"\"\" ,c\r\n 1 ,\t\"2\"\r\n\r\n\n")),
            (std::vector<Row>{{"a, \"b\"", "c"}, {"1", "2"}}));
  EXPECT_EQ(rows(read("file,text\na.png,\"two\nlines\"\nb.png,one\n"))[1],
            (Row{"a.png", "two\nlines"}));
  const CsvTable gap = read("1,2\n\n3,4\n");
  EXPECT_EQ(gap.rows, 2);
  EXPECT_EQ(gap.lines, (std::vector<int64_t>{1, 3}));
  EXPECT_EQ(gap.notes, (Row{"1 empty lines are passed over"}));
  EXPECT_EQ(read("x,gr\xf6\xdf"
                 "e\n1,2\n")
                .columns[1],
            "gr\xc3\xb6\xc3\x9f"
            "e");
  EXPECT_EQ(read(std::string_view("\xff\xfex\0,\0y\0\n\0001\0,\0002\0", 16)).columns,
            (Row{"x", "y"}))
      << "Excel's Unicode text";
}

TEST(Csv, CaptionsKeepTheirCommas) {
  const CsvTable table =
      read("image,caption\n1.png,a dog, and a cat\n2.png,\"a, b\"\n3.png,a tree\n");
  EXPECT_EQ(rows(table), (std::vector<Row>{{"image", "caption"},
                                           {"1.png", "a dog, and a cat"},
                                           {"2.png", "a, b"},
                                           {"3.png", "a tree"}}));
  EXPECT_EQ(table.notes, Row{"1 lines have further commas, which are of their last column"});
  EXPECT_EQ(rows(read("image,caption\n1.png,a, b\n2.png,c, d\n"))[2], (Row{"2.png", "c, d"}))
      << "no header of R's";
  EXPECT_EQ(rows(read("image,caption\n1.png,a,\n2.png,b, c,\n"))[2], (Row{"2.png", "b, c"}));
  EXPECT_NE(error_reading("image,x\n1.png,a\n2.png,c,d\n"), "");
}

TEST(Csv, LinesMayEndAsOnOldMacs) {
  EXPECT_EQ(rows(read("x,y\r1,2\r3,4\r")), (std::vector<Row>{{"x", "y"}, {"1", "2"}, {"3", "4"}}));
}

TEST(Csv, SaysLineAndColumn) {
  EXPECT_EQ(error_reading("1,2\n3\n"), "line 2 has 1 columns, expected 2: a.csv");
  EXPECT_EQ(error_reading("x,y\n1,2\n1,2,3\n"), "line 3 has 3 columns, expected 2: a.csv");
  EXPECT_EQ(error_reading("1,2\n\"3,4\n"), "line 2, column 1: quote does not end: a.csv");
  EXPECT_EQ(error_reading("1,2\n\"3\"x,4\n"), "line 2, column 1: text after a quote: a.csv");
  EXPECT_EQ(error_reading(""), "has no rows: a.csv");
  EXPECT_EQ(error_reading("x,y\n"), "has no rows: a.csv");
}

TEST(Csv, CellsReadBackTheSame) {
  rc::check([] {
    const auto width = *rc::gen::inRange<size_t>(2, 5), height = *rc::gen::inRange<size_t>(1, 9);
    std::vector<Row> table(height, Row(width));
    std::string text = "sep=,\n";
    for (Row& row : table) {
      for (std::string& cell : row)
        cell = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("a1 ,;\"#\n\t.")));
      text += csv_line(row);
    }
    RC_ASSERT(rows(read_csv(as_bytes(text), "a.csv", CsvHeader::no)) == table);
  });
}

}  // namespace
}  // namespace gannet
