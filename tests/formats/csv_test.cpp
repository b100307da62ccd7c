#include "gannet/formats/csv.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <bit>
#include <cmath>

#include "support/formats.h"

namespace gannet {
namespace {

Table read(std::string_view text) { return read_csv(as_bytes(text), "a.csv"); }
std::string error_reading(std::string_view text) {
  return error_of([&] { read(text); });
}

TEST(Csv, NumbersWithAndWithoutAHeader) {
  EXPECT_EQ(read("1,2\n3,4.5\n-1e-3,0\n"), (Table{{}, 3, 2, {1, 2, 3, 4.5, -1e-3, 0}}));
  EXPECT_EQ(read("x,y\n1,2\n"), (Table{{"x", "y"}, 1, 2, {1, 2}}));
  EXPECT_EQ(read("+1,+2e+0\n"), (Table{{}, 1, 2, {1, 2}}));
  EXPECT_EQ(read("7"), (Table{{}, 1, 1, {7}}));
  EXPECT_EQ(read("x,2\n1,2\n"), (Table{{"x", "2"}, 1, 2, {1, 2}})) << "one word makes a header";
}

TEST(Csv, SpacesQuotesAndLineEndsAreForgiven) {
  EXPECT_EQ(read("\xef\xbb\xbf \"a, \"\"b\"\"\" ,c\r\n 1 ,\t\"2\"\r\n\r\n\n"),
            (Table{{"a, \"b\"", "c"}, 1, 2, {1, 2}}));
}

TEST(Csv, SaysLineAndColumn) {
  EXPECT_EQ(error_reading("1,2\n3\n"), "line 2 has 1 columns, expected 2: a.csv");
  EXPECT_EQ(error_reading("x,y\n1,2\n1,2,3\n"), "line 3 has 3 columns, expected 2: a.csv");
  EXPECT_EQ(error_reading("1,2\n3,four\n"), "line 2, column 2: 'four' is not a number: a.csv");
  EXPECT_EQ(error_reading("1\n+-2\n"), "line 2, column 1: '+-2' is not a number: a.csv");
  EXPECT_EQ(error_reading("1\n++2\n"), "line 2, column 1: '++2' is not a number: a.csv");
  EXPECT_EQ(error_reading("1,2\n3,\n"), "line 2, column 2: '' is not a number: a.csv");
  EXPECT_EQ(error_reading("1,2\n3,0x10\n"), "line 2, column 2: '0x10' is not a number: a.csv");
  EXPECT_EQ(error_reading("1,2\nnan,1\n"), "line 2, column 1: 'nan' is not a finite number: a.csv");
  EXPECT_EQ(error_reading("nan,1\n"), "line 1, column 1: 'nan' is not a finite number: a.csv");
  EXPECT_EQ(error_reading("1\n-inf\n"), "line 2, column 1: '-inf' is not a finite number: a.csv");
  EXPECT_EQ(error_reading("1\n1e999\n"), "line 2, column 1: '1e999' is not a finite number: a.csv");
  EXPECT_EQ(error_reading("1\n\n2\n"), "line 2 is empty: a.csv");
  EXPECT_EQ(error_reading("1,2\n\"3,4\n"), "line 2, column 1: quote does not end: a.csv");
  EXPECT_EQ(error_reading("1,2\n\"3\"x,4\n"), "line 2, column 1: text after a quote: a.csv");
  EXPECT_EQ(error_reading(""), "has no rows of numbers: a.csv");
  EXPECT_EQ(error_reading("x,y\n"), "has no rows of numbers: a.csv");
  EXPECT_EQ(error_reading("PK\x03\x04").substr(0, 22), "has no rows of numbers");
}

TEST(Csv, EveryNumberReadsBackTheSame) {
  rc::check([] {
    const auto width = *rc::gen::inRange<int64_t>(1, 5), rows = *rc::gen::inRange<int64_t>(1, 9);
    Table table{{}, rows, width, {}};
    for (int64_t i = 0; i < rows * width; ++i) {
      const auto value = std::bit_cast<double>(*rc::gen::arbitrary<uint64_t>());
      table.values.push_back(std::isfinite(value) ? value : 0.1);
    }
    if (*rc::gen::arbitrary<bool>()) {
      for (int64_t i = 0; i < width; ++i) table.columns.push_back("c\"" + std::to_string(i));
    }
    RC_ASSERT(read(write_csv(table)) == table);
  });
}

}  // namespace
}  // namespace gannet
