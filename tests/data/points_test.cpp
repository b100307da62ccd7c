// Points from .npy and .csv files, and the one clear line for each thing that is wrong with them.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "data/opening.h"
#include "data/temporary.h"
#include "gannet/base/files.h"
#include "gannet/data/registry.h"
#include "gannet/formats/columns.h"
#include "gannet/formats/npy.h"

namespace gannet {
namespace {

using testing::complaint;
using testing::sample;
using testing::TemporaryFolder;

template <class T>
Bytes npy(Dtype type, const std::vector<int64_t>& shape, const std::vector<T>& values) {
  return write_npy({.dtype = type, .shape = shape, .bytes = std::as_bytes(std::span(values))});
}

TEST(PointData, IsStandardizedColumnByColumn) {
  const TemporaryFolder folder;
  const std::vector<double> values = {1, 100, 5, 2, 200, 5, 3, 300, 5, 6, 600, 5};
  write_file(folder / "p.npy", npy(Dtype::F64, {4, 3}, values));
  const auto data = open_dataset(folder / "p.npy");
  const DatasetInfo& shape = data->info();
  EXPECT_EQ(data->size(), 4);
  EXPECT_EQ(shape.dims, (Shape{3}));
  EXPECT_EQ(shape.mean, (std::vector<double>{3, 300, 5}));
  EXPECT_DOUBLE_EQ(shape.scale[0], std::sqrt(3.5));
  EXPECT_DOUBLE_EQ(shape.scale[1], 100 * std::sqrt(3.5));
  EXPECT_EQ(shape.scale[2], 1);  // a constant column
  EXPECT_TRUE(shape.columns.empty());
  for (int64_t i = 0; i < 4; ++i) {
    const Sample s = sample(*data, i);
    for (size_t c = 0; c < 3; ++c)
      EXPECT_NEAR(s.values[c] * shape.scale[c] + shape.mean[c],
                  values[static_cast<size_t>(i) * 3 + c], 1e-4);
  }
}

TEST(PointData, AConstantColumnThatIsNoBinaryFractionStaysSo) {
  const TemporaryFolder folder;
  write_file(folder / "p.npy", npy(Dtype::F64, {7, 1}, std::vector<double>(7, 0.1)));
  EXPECT_EQ(open_dataset(folder / "p.npy")->info().scale[0], 1);
}

TEST(PointData, NumbersThatAreLargeBesideTheirDeviationAreStandardized) {
  const TemporaryFolder folder;
  write_file(
      folder / "ids.csv",
      std::string_view("id,x\n1000000000000100,1\n1000000000000300,2\n1000000000000200,3\n"));
  const auto data = open_dataset(folder / "ids.csv");
  EXPECT_EQ(data->info().mean[0], 1000000000000200);
  EXPECT_NEAR(data->info().scale[0], 100 * std::sqrt(2. / 3), 1e-6);
  EXPECT_NEAR(sample(*data, 0).values[0], -std::sqrt(1.5), 1e-6);
}

TEST(PointData, ReadsAnyNumbers) {
  const TemporaryFolder folder;
  const auto first = [&](const Bytes& bytes) {
    write_file(folder / "p.npy", bytes);
    const auto data = open_dataset(folder / "p.npy");
    const DatasetInfo& shape = data->info();
    return sample(*data, 1).values[0] * shape.scale[0] + shape.mean[0];
  };
  EXPECT_NEAR(first(npy(Dtype::F32, {2, 1}, std::vector<float>{1.5f, -2.5f})), -2.5, 1e-6);
  EXPECT_NEAR(first(npy(Dtype::I64, {2, 1}, std::vector<int64_t>{1, -7})), -7, 1e-6);
  EXPECT_NEAR(first(npy(Dtype::I32, {2, 1}, std::vector<int32_t>{1, -7})), -7, 1e-6);
  EXPECT_NEAR(first(npy(Dtype::I16, {2, 1}, std::vector<int16_t>{1, -7})), -7, 1e-6);
  EXPECT_NEAR(first(npy(Dtype::I8, {2, 1}, std::vector<int8_t>{1, -7})), -7, 1e-6);
  EXPECT_NEAR(first(npy(Dtype::U8, {2, 1}, std::vector<uint8_t>{1, 200})), 200, 1e-6);
  EXPECT_NEAR(first(npy(Dtype::U16, {2, 1}, std::vector<uint16_t>{1, 60000})), 60000, 1e-2);
  EXPECT_NEAR(first(npy(Dtype::U32, {2, 1}, std::vector<uint32_t>{1, 4000000000})), 4e9, 1e3);
  EXPECT_NEAR(first(npy(Dtype::U64, {2, 1}, std::vector<uint64_t>{1, 1ull << 40})), 0x1p40, 1e5);
  EXPECT_NEAR(first(npy(Dtype::BOOL, {2, 1}, std::vector<uint8_t>{0, 1})), 1, 1e-6);
  EXPECT_NEAR(first(npy(Dtype::F16, {2, 1}, std::vector<uint16_t>{0x3c00, 0xc100})), -2.5, 1e-6);
}

TEST(PointData, TakesItsColumnNamesFromACsvHeader) {
  const TemporaryFolder folder;
  write_file(folder / "p.csv", std::string_view("height,weight\n1.5,50\n1.7,70\n"));
  const auto data = open_dataset(folder / "p.csv");
  EXPECT_EQ(data->info().columns, (std::vector<std::string>{"height", "weight"}));
  EXPECT_EQ(data->size(), 2);
  EXPECT_NEAR(data->info().mean[0], 1.6, 1e-12);
  write_file(folder / "q.csv", std::string_view("1.5,50\n1.7,70\n"));
  EXPECT_TRUE(open_dataset(folder / "q.csv")->info().columns.empty());
  EXPECT_EQ(open_dataset(folder / "q.csv")->hash(), data->hash());
}

// A table of words, gaps, an index and a constant column, as spreadsheets write them.
constexpr std::string_view kTable =
    "Nr;Preis;Art;Stadt;Land\n1;1.200,5;rot;Ulm;DE\n2;800;blau;;DE\n3;;rot;Bonn;DE\n"
    "4;2.000,25;rot;Ulm;DE\n";

std::vector<std::string> decisions(const Dataset& data) {
  std::vector<std::string> all;
  for (const Decision& d : data.decisions())
    all.push_back(d.name + " = " + d.value + ": " + d.reason);
  return all;
}

TEST(Tables, WordsAreOneHotAndGapsAreDroppedOrFilled) {
  const TemporaryFolder folder;
  write_file(folder / "t.csv", kTable);
  const auto drop = open_dataset(folder / "t.csv", {.gaps = "drop"});
  EXPECT_EQ(drop->size(), 2);
  EXPECT_EQ(drop->info().columns, (std::vector<std::string>{"Preis"}));  // of the rows that stay
  EXPECT_DOUBLE_EQ(drop->info().mean[0], 1600.375);
  EXPECT_EQ(decisions(*drop),
            (std::vector<std::string>{
                "left out = Nr: it counts the rows",
                "gaps = drop: 2 of 4 rows are left out: 2 cells without a value in 2 columns",
                "table = t.csv: columns are parted by ;",
                "numbers = decimal commas, marked thousands: in Preis",
                "constant = Art, Stadt, Land: not learned, but written by sample --out FILE.csv"}));
  const auto mean = open_dataset(folder / "t.csv", {.gaps = "mean"});
  EXPECT_EQ(mean->size(), 4);
  EXPECT_EQ(mean->info().columns,
            (std::vector<std::string>{"Preis", "Art=blau", "Art=rot", "Stadt=Bonn", "Stadt=Ulm"}));
  EXPECT_NEAR(mean->info().mean[0], (1200.5 + 800 + 2000.25) / 3, 1e-9);
  EXPECT_DOUBLE_EQ(mean->info().mean[4], 0.5) << "3 of 4 are 1, the most frequent word too";
  EXPECT_NE(mean->hash(), drop->hash());
  const testing::Complaint said = complaint(folder / "t.csv");
  EXPECT_EQ(said.what,
            "2 cells without a value in 2 columns, the first at line 4, column 2 (Preis): " +
                (folder / "t.csv"));
  EXPECT_EQ(said.hint.substr(0, 39), "--gaps drop leaves out 2 of 4 rows, --g");
}

TEST(Tables, AreWrittenAgainAsTheyWere) {
  const TemporaryFolder folder;
  write_file(folder / "t.csv", kTable);
  const auto data = open_dataset(folder / "t.csv", {.gaps = "mean"});
  const DatasetInfo& info = data->info();
  const Sample s = sample(*data, 3);
  std::vector<double> row;
  for (size_t k = 0; k < s.values.size(); ++k)
    row.push_back(s.values[k] * info.scale[k] + info.mean[k]);
  EXPECT_EQ(to_cells(info.table->columns, row),
            (std::vector<std::string>{"2000,25", "rot", "Ulm", "DE"}));
}

TEST(Tables, OtherNamesAndSeparatorsAreTables) {
  const TemporaryFolder folder;
  for (const char* name : {"t.tsv", "t.TXT", "t.data"}) {
    write_file(folder / name, std::string_view("5.1\t3.5\ta\n4.9\t3.0\tb\n"));
    EXPECT_EQ(open_dataset(folder / name)->info().dims, Shape{4}) << name;
  }
  write_file(folder / "c.csv", std::string_view("x,y\n1,a\n1,a\n"));
  EXPECT_NE(complaint(folder / "c.csv").what.find("no column to learn from"), std::string::npos);
}

TEST(PointData, GapsOfAnArrayGoAsThoseOfATable) {
  const TemporaryFolder folder;
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  write_file(folder / "p.npy", npy(Dtype::F32, {3, 2}, std::vector<float>{0, 1, 2, nan, 4, 5}));
  EXPECT_EQ(complaint(folder / "p.npy").hint,
            "--gaps drop leaves out 1 of 3 rows, --gaps mean puts the column's mean there");
  EXPECT_EQ(open_dataset(folder / "p.npy", {.gaps = "drop"})->size(), 2);
  const auto filled = open_dataset(folder / "p.npy", {.gaps = "mean"});
  EXPECT_EQ(filled->size(), 3);
  EXPECT_EQ(filled->info().mean[1], 3);
}

TEST(PointData, NamesTheRowOfWhatIsNoNumber) {
  const TemporaryFolder folder;
  constexpr float nan = std::numeric_limits<float>::quiet_NaN(),
                  infinity = std::numeric_limits<float>::infinity();
  write_file(folder / "p.npy", npy(Dtype::F32, {3, 2}, std::vector<float>{0, 1, 2, 3, 4, nan}));
  EXPECT_EQ(
      complaint(folder / "p.npy").what,
      "NaN in row 2, column 1 (counted from 0), expected finite numbers: " + (folder / "p.npy"));
  write_file(folder / "p.npy",
             npy(Dtype::F32, {3, 2}, std::vector<float>{0, 1, -infinity, 3, 4, 5}));
  EXPECT_NE(complaint(folder / "p.npy").what.find("infinity in row 1, column 0"),
            std::string::npos);
  for (const std::string bad : {"nan", "inf", "1e999", "x"}) {
    write_file(folder / "p.csv", "a,b\n1,2\n3," + bad + "\n");
    EXPECT_NE(complaint(folder / "p.csv").what.find("line 3"), std::string::npos)
        << complaint(folder / "p.csv").what;
  }
  write_file(folder / "p.npy", npy(Dtype::F64, {2, 1}, std::vector<double>{1e308, -1e308}));
  EXPECT_NE(complaint(folder / "p.npy").what.find("too large"), std::string::npos);
}

TEST(PointData, NamesWhatIsWrongWithTheFile) {
  const TemporaryFolder folder;
  const std::vector<float> values(24);
  write_file(folder / "p.npy", npy(Dtype::F32, {2, 3, 4}, values));
  EXPECT_EQ(
      complaint(folder / "p.npy").what,
      "array is [2, 3, 4], expected images [N, H, W], [N, H, W, C] or [N, C, H, W] of 1, 3 or 4 "
      "channels, or points [N, D]: " +
          (folder / "p.npy"));
  write_file(folder / "p.npy", npy(Dtype::F32, {24}, values));
  EXPECT_EQ(complaint(folder / "p.npy").what,
            "array is [24], expected points [N, D]: " + (folder / "p.npy"));
  write_file(folder / "p.npy", npy(Dtype::F32, {0, 2}, std::vector<float>{}));
  EXPECT_NE(complaint(folder / "p.npy").what.find("no points"), std::string::npos);
  const Bytes right = npy(Dtype::F32, {8, 3}, values);
  for (const size_t size : {size_t{0}, size_t{5}, size_t{20}, right.size() - 1}) {
    write_file(folder / "p.npy", ByteSpan(right).first(size));
    EXPECT_NE(complaint(folder / "p.npy").what.find(folder / "p.npy"), std::string::npos) << size;
    EXPECT_NE(complaint(folder / "p.npy").what, "nothing");
  }
  for (const std::string text : {"", "a,b\n", "1,2\n3\n"}) {
    write_file(folder / "p.csv", text);
    EXPECT_NE(complaint(folder / "p.csv").what.find(folder / "p.csv"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace gannet
