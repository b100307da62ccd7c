// What columns of tables mean: numbers as people write them, words, gaps, indices.
#include "gannet/formats/columns.h"

#include <gtest/gtest.h>

#include <cmath>

#include "support/formats.h"

namespace gannet {
namespace {

using Words = std::vector<std::string>;

CsvTable table_of(std::string_view text) { return read_csv(as_bytes(text), "a.csv"); }

ColumnValues column(std::string_view text, int64_t number = 0, ColumnRules rules = {}) {
  const CsvTable table = table_of(text);
  rules.decimal_commas = has_decimal_commas(table);
  return read_column(table, number, rules, "a.csv");
}
std::vector<double> values(std::string_view text, int64_t number = 0) {
  return column(text, number).values;
}
std::string error_reading(std::string_view text, int64_t number = 0) {
  return error_of([&] { column(text, number); });
}

TEST(Columns, NumbersAreWrittenInManyWays) {
  EXPECT_EQ(values("1,x\n-2.5,x\n+3e1,x\n.5,x\n"), (std::vector<double>{1, -2.5, 30, 0.5}));
  EXPECT_EQ(values("a;b\n1,5;1\n0,143;2\n"), (std::vector<double>{1.5, 0.143}));
  EXPECT_EQ(values("a;b\n1.234,5;1\n-12;2\n"), (std::vector<double>{1234.5, -12}));
  EXPECT_EQ(values("a,b\n\"1,234\",1\n\"12,345,678.5\",2\n"),
            (std::vector<double>{1234, 12345678.5}));
  EXPECT_EQ(values("a,b\n\xe2\x88\x92"
                   "2.5,1\n2,3\n"),
            (std::vector<double>{-2.5, 2}))
      << "a typeset minus sign";
  EXPECT_EQ(values("a;b\n1 234,5;1\n1'000;2\n"), (std::vector<double>{1234.5, 1000}));
  EXPECT_EQ(values("a;b\n1\xc2\xa0"
                   "234;1\n2;2\n"),
            (std::vector<double>{1234, 2}));
  EXPECT_EQ(values("a;b\n1.234;0,5\n2.345;1,5\n"), (std::vector<double>{1234, 2345}))
      << "points between thousands, where other columns have decimal commas";
  EXPECT_EQ(values("a;b\n1.234;1\n2.345;2\n"), (std::vector<double>{1.234, 2.345}));
  EXPECT_EQ(column("a;b\n1,5;1\n").note, "decimal commas");
  EXPECT_EQ(column("a,b\n\"1,234\",1\n").note, "marked thousands");
}

TEST(Columns, DecimalCommasAreWrittenAgain) {
  const ColumnValues c = column("a;b\n1,25;1\n0,5;2\n");
  const double x = -3.456;
  EXPECT_EQ(to_cells({&c.column, 1}, {&x, 1})[0], "-3,46");
}

TEST(Columns, DigitsAfterAZeroAreWords) {
  const ColumnValues codes = column("zip,x\n00123,1\n80331,2\n00123,3\n,4\n", 0);
  EXPECT_EQ(codes.column.words, (Words{"00123", "80331"}));
  EXPECT_EQ(codes.note, "zeros in front, taken as words");
  EXPECT_EQ(column("zip,x\n0,1\n80331,2\n", 0).column.kind, ColumnKind::number);
  EXPECT_EQ(column("x,y\n0.5,1\n00.7,2\n", 0).column.kind, ColumnKind::number);
}

TEST(Columns, LongWholeNumbersAreWrittenWhole) {
  for (const char* number : {"9007199254740995", "9999999999999000"}) {
    const ColumnValues c = column(std::string("id2,x\n") + number + ",1\n1000000000000000,2\n", 0);
    EXPECT_EQ(c.column.decimals, 0);
    EXPECT_EQ(to_cells({&c.column, 1}, {c.values.data(), 1})[0].size(), 16u);
  }
}

TEST(Columns, UnitsAreRememberedAndWrittenAgain) {
  const auto cell_again = [](std::string_view text, double x) {
    const ColumnValues c = column(text);
    EXPECT_EQ(c.column.kind, ColumnKind::number) << text;
    return to_cells({&c.column, 1}, {&x, 1})[0];
  };
  EXPECT_EQ(values("a;b\n12%;1\n-3.5%;2\n"), (std::vector<double>{12, -3.5}));
  EXPECT_EQ(cell_again("a;b\n12%;1\n-3.5%;2\n", -0.25), "-0.2%");
  EXPECT_EQ(values("a;b\n$3.50;1\n-$1,200.00;2\n$-2;3\n"), (std::vector<double>{3.5, -1200, -2}));
  EXPECT_EQ(cell_again("a;b\n$3.50;1\n-$1,200.00;2\n", -7), "-$7.00");
  EXPECT_EQ(cell_again("a;b\n1.234,50 €;1\n0,5 €;2\n", 3), "3,00 €");
  EXPECT_EQ(column("a;b\n12%;1\n7;2\n").note, "the unit %") << "a number without it too";
  EXPECT_EQ(column("a;b\n$1;1\n€2;2\n").column.kind, ColumnKind::words) << "of two currencies";
  EXPECT_EQ(column("a;b\n5mg;1\n10mg;2\n5mg;3\n").column.kind, ColumnKind::words) << "few doses";
  std::string many = "a;b\n";
  for (int i = 0; i < 20; ++i) many += std::to_string(i) + " bhp;1\n";
  EXPECT_EQ(cell_again(many, 4.4), "4 bhp");
  EXPECT_EQ(column("12%,a\n13%,b\n").column.name, "") << "a first row of units is no header";
}

TEST(Columns, DatesAreDays) {
  const auto again = [](std::string_view text, double shift = 1) {
    const ColumnValues c = column(text);
    EXPECT_EQ(c.column.kind, ColumnKind::number) << text;
    const double x = c.values.at(0) + shift;
    return c.column.date + " " + to_cells({&c.column, 1}, {&x, 1})[0];
  };
  EXPECT_EQ(values("d,x\n1970-01-02,1\n2024-05-01,2\n"), (std::vector<double>{1, 19844}));
  EXPECT_EQ(again("d,x\n2024-02-28,1\n2024-05-01,2\n"), "%Y-%m-%d 2024-02-29");
  EXPECT_EQ(again("d,x\n31.12.2023,1\n01.05.2024,2\n"), "%d.%m.%Y 01.01.2024");
  EXPECT_EQ(again("d,x\n31.12.2023,1\n1.5.2024,2\n"), "%-d.%-m.%Y 1.1.2024");
  EXPECT_EQ(again("d,x\n25/12/2023,1\n01/05/2024,2\n"), "%d/%m/%Y 26/12/2023");
  EXPECT_EQ(again("d,x\n31 January 2024,1\n1 May 2024,2\n"), "%-d %B %Y 1 February 2024");
  EXPECT_EQ(again("d,x\n31 Jan 2024,1\n01 Mar 2024,2\n"), "%d %b %Y 01 Feb 2024");
  EXPECT_EQ(again("d,x\n2024-05-01 23:59,1\n2024-05-02 00:10,2\n", 1. / 24 / 60),
            "%Y-%m-%d %H:%M 2024-05-02 00:00");
  EXPECT_EQ(column("d,x\n01/05/2024,1\n02/05/2024,2\n").note,
            "dates as %m/%d/%Y, in days (also readable as %d/%m/%Y)");
  EXPECT_EQ(column("d,x\n2024-02-30,1\n2024-05-01,2\n").column.kind, ColumnKind::words);
  EXPECT_EQ(column("d,x\n2024-05-01,1\n2024-05-01,2\n").column.words, Words{"2024-05-01"});
  const Column date = column("d,x\n2024-05-01,1\n2024-05-02,2\n").column;
  EXPECT_EQ(parse_number("01.05.2024", date), 19844);
  EXPECT_EQ(table_of("2024-05-01,a\n2024-05-02,b\n").rows, 2)
      << "a first row of dates is no header";
}

TEST(Columns, ANumberHasItsDecimals) {
  const auto decimals = [](std::string_view text) { return column(text).column.decimals; };
  EXPECT_EQ(decimals("1,x\n2,x\n"), 0);
  EXPECT_EQ(decimals("1.0,x\n2.25,x\n"), 2);
  EXPECT_EQ(decimals("1e-3,x\n2,x\n"), -1);
  const Column one = column("1.0,x\n2.25,x\n").column;
  const auto cell = [&](double x) { return to_cells({&one, 1}, {&x, 1})[0]; };
  EXPECT_EQ(cell(3.14159), "3.14");
  EXPECT_EQ(cell(-0.001), "0.00");
}

TEST(Columns, WordsAreSorted) {
  const ColumnValues kind = column("x,kind\n1,red\n2,blue\n3,red\n", 1);
  EXPECT_EQ(kind.column.kind, ColumnKind::words);
  EXPECT_EQ(kind.column.words, (Words{"blue", "red"}));
  EXPECT_EQ(kind.values, (std::vector<double>{1, 0, 1}));
  EXPECT_EQ(to_cells({&kind.column, 1}, std::vector<double>{0.2, 0.7})[0], "red");
  EXPECT_EQ(number_names(std::vector<Column>{kind.column}), (Words{"kind=blue", "kind=red"}));
}

TEST(Columns, YesOrNoIsOneNumberWhereAskedFor) {
  const ColumnRules rules{.yes_no = true};
  for (const char* text : {"x,s\n1,0\n2,1\n", "x,s\n1,-1\n2,1\n", "x,s\n1,no\n2,yes\n",
                           "x,s\n1,False\n2,True\n", "x,s\n1,N\n2,Y\n"}) {
    const ColumnValues s = column(text, 1, rules);
    EXPECT_EQ(s.column.kind, ColumnKind::yes_no) << text;
    EXPECT_EQ(s.values, (std::vector<double>{0, 1})) << text;
  }
  EXPECT_EQ(column("x,s\n1,0\n2,1\n", 1).column.kind, ColumnKind::number);
}

TEST(Columns, GapsAreCounted) {
  const ColumnValues gaps = column("x,y\n1,2\n,3\nNA,4\n-,5\n2,6\n");
  EXPECT_EQ(gaps.gaps, 3);
  EXPECT_EQ(gaps.first_gap, "line 3, column 1 (x)");
  EXPECT_TRUE(std::isnan(gaps.values[1]));
  EXPECT_EQ(column("x,k\n1,a\n2,\n3,b\n", 1).gaps, 1);
}

TEST(Columns, WhatHasNothingToLearnIsLeftOut) {
  EXPECT_EQ(column(",x\n0,5\n1,7\n2,4\n").left_out, "it counts the rows");
  EXPECT_EQ(column("id,x\n7,5\n8,7\n9,4\n").left_out, "it counts the rows");
  EXPECT_EQ(column("age,x\n7,5\n8,7\n9,4\n").left_out, "") << "a name of its own";
  EXPECT_EQ(column("x,y\n1,\n2,\n", 1).left_out, "no cell has a value");
  std::string names = "name,x\n";
  for (int i = 0; i < 30; ++i) names += "n" + std::to_string(i) + ",1\n";
  EXPECT_EQ(column(names).left_out, "30 different words in 30 rows");
  EXPECT_EQ(column(",x\nr1,1\nr2,2\nr3,3\n").left_out, "3 different words in 3 rows");
  std::string cities = "city,x\n";
  for (int i = 0; i < 303; ++i) cities += "c" + std::to_string(i % 101) + ",1\n";
  EXPECT_EQ(column(cities).left_out,
            "101 different words in 303 rows, at most 100 are learned: write `other` for the rare "
            "ones");
  const Column same = column("x,y\n1,7.50\n2,7.50\n", 1).column;
  EXPECT_EQ(same.kind, ColumnKind::constant);
  EXPECT_EQ(to_cells({&same, 1}, {})[0], "7.50");
}

TEST(Columns, SayWhichCellIsNoNumber) {
  EXPECT_EQ(error_reading("1,2\n3,four\n", 1), "line 2, column 2: 'four' is not a number: a.csv");
  EXPECT_EQ(error_reading("x\n1\n2\n+-2\n"), "line 4, column 1 (x): '+-2' is not a number: a.csv");
  EXPECT_EQ(error_reading("1,2\n3,0x10\n", 1), "line 2, column 2: '0x10' is not a number: a.csv");
  EXPECT_EQ(error_reading("1\n-inf\n"), "line 2, column 1: '-inf' is not a finite number: a.csv");
  EXPECT_EQ(error_reading("1\n1e999\n"), "line 2, column 1: '1e999' is not a finite number: a.csv");
  EXPECT_EQ(column("1,2\n3,four\n", 1, {.bad_as_gaps = true}).gaps, 1);
}

}  // namespace
}  // namespace gannet
