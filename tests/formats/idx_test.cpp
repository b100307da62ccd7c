#include "gannet/formats/idx.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "gannet/formats/bytes.h"
#include "gannet/formats/gzip.h"
#include "support/formats.h"

namespace gannet {
namespace {

IdxArray random_array(std::vector<int64_t> shape, unsigned seed) {
  IdxArray array{std::move(shape), {}};
  for (const std::byte b : random_bytes(*array_bytes(array.shape, Dtype::U8), seed)) {
    array.values.push_back(std::to_integer<uint8_t>(b));
  }
  return array;
}

// The magic number's four bytes, the axes, as many values as given.
Bytes file_of(uint64_t magic, const std::vector<uint64_t>& axes, size_t values) {
  Bytes bytes;
  append_big(bytes, magic, 4);
  for (const uint64_t axis : axes) append_big(bytes, axis, 4);
  append(bytes, Bytes(values));
  return bytes;
}

std::string error_reading(const Bytes& bytes, uint64_t limit = 1 << 20) {
  return error_of([&] { read_idx(bytes, "a.idx", limit); });
}

TEST(Idx, ReadsBackWhatItWrotePlainAndGzipped) {
  rc::check([] {
    std::vector<int64_t> shape = *rc::gen::container<std::vector<int64_t>>(
        *rc::gen::inRange(1, 4), rc::gen::inRange<int64_t>(0, 12));
    const IdxArray array = random_array(shape, *rc::gen::arbitrary<unsigned>());
    RC_ASSERT(read_idx(write_idx(array), "a.idx") == array);
    RC_ASSERT(read_idx(gzip(write_idx(array)), "a.idx.gz") == array);
  });
}

TEST(Idx, TheLayoutIsThatOfMnist) {
  const Bytes bytes =
      to_bytes(std::string("\0\0\x08\x03\0\0\0\x01\0\0\0\x02\0\0\0\x03"
                           "abcdef",
                           22));
  const IdxArray array = read_idx(bytes, "a.idx");
  EXPECT_EQ(array.shape, (std::vector<int64_t>{1, 2, 3}));
  EXPECT_EQ(array.values, (std::vector<uint8_t>{'a', 'b', 'c', 'd', 'e', 'f'}));
  EXPECT_EQ(write_idx(array), bytes);
}

TEST(Idx, IsKnownByItsFirstBytes) {
  EXPECT_TRUE(is_idx(file_of(0x803, {1, 1, 1}, 1)));
  EXPECT_TRUE(is_idx(gzip(file_of(0x801, {1}, 1))));
  EXPECT_FALSE(is_idx(to_bytes("PK\x03\x04")));
  EXPECT_FALSE(is_idx({}));
}

TEST(Idx, SaysWhatIsWrong) {
  EXPECT_EQ(error_reading({}), "truncated at 0 of 2 bytes: a.idx");
  EXPECT_EQ(error_reading(to_bytes("\x89PNG\r\n")),
            "not an IDX file: its first two bytes are not zero: a.idx");
  EXPECT_EQ(error_reading(file_of(0x0d03, {1, 1, 1}, 4)),
            "IDX values are of type 0x0d, expected 0x08 (unsigned bytes): a.idx");
  EXPECT_EQ(error_reading(file_of(0x0800, {}, 0)), "IDX array has 0 axes, expected 1 to 3: a.idx");
  EXPECT_EQ(error_reading(file_of(0x0804, {1, 1, 1, 1}, 1)),
            "IDX array has 4 axes, expected 1 to 3: a.idx");
  EXPECT_EQ(error_reading(file_of(0x0803, {10, 28, 28}, 7839)),
            "truncated at 7855 of 7856 bytes: a.idx");
  EXPECT_EQ(error_reading(file_of(0x0803, {10, 28, 28}, 7842)),
            "IDX array [10, 28, 28] is followed by 2 bytes too many: a.idx");
}

TEST(Idx, HugeAxesAreRefusedBeforeAnyMemoryIsTaken) {
  EXPECT_EQ(error_reading(file_of(0x0803, {0xffffffff, 0xffffffff, 0xffffffff}, 0)),
            "IDX array [4294967295, 4294967295, 4294967295] is larger than 1048576 bytes: a.idx");
  EXPECT_EQ(error_reading(file_of(0x0801, {1 << 21}, 0)),
            "IDX array [2097152] is larger than 1048576 bytes: a.idx");
  EXPECT_EQ(error_reading(file_of(0x0801, {1 << 20}, 0)), "truncated at 8 of 1048584 bytes: a.idx");
}

TEST(Idx, EveryCutIsRefused) {
  const Bytes plain = write_idx(random_array({3, 5, 7}, 1));
  expect_every_cut_is_refused(plain, [](ByteSpan b) { read_idx(b, "a.idx"); });
  expect_every_cut_is_refused(gzip(plain), [](ByteSpan b) { read_idx(b, "a.idx.gz"); });
}

TEST(Idx, AFlippedBitOfGzippedDataNeverChangesTheArray) {
  const IdxArray array = random_array({2, 6, 6}, 2);
  const int64_t undetected = count_undetected_flips(gzip(write_idx(array)), [&](ByteSpan flipped) {
    EXPECT_EQ(read_idx(flipped, "a.gz"), array);
  });
  // When and where it was packed (6 bytes), whether it is text (a bit), and padding of less than a
  // byte.
  EXPECT_LE(undetected, 6 * 8 + 1 + 7);
}

TEST(Idx, OnlyArraysThatMakeSenseAreWritten) {
  EXPECT_EQ(error_of([] {
              write_idx({{2, 2}, {1, 2, 3}});
            }),
            "shape [2, 2] does not suit 3 values: IDX");
  EXPECT_THROW(write_idx({{}, {1}}), Error);
  EXPECT_THROW(write_idx({{1, 1, 1, 1}, {1}}), Error);
  EXPECT_THROW(write_idx({{-1, -1}, {1}}), Error);
  EXPECT_THROW(write_idx({{int64_t{1} << 32, 0}, {}}), Error);
}

TEST(Gzip, UnpacksSeveralMembersAndLargeOnes) {
  const Bytes a = random_bytes(300'000, 3), b(1'000'000, std::byte{7});
  Bytes packed = gzip(a);
  EXPECT_EQ(gunzip(packed, "a.gz", 1 << 20), a);
  append(packed, gzip(b));
  Bytes both = a;
  append(both, b);
  EXPECT_EQ(gunzip(packed, "a.gz", 1 << 21), both);
  EXPECT_EQ(gunzip(gzip({}), "a.gz", 0), Bytes());
}

TEST(Gzip, ABombStopsAtTheLimit) {
  const Bytes bomb = gzip(Bytes(10'000'000));
  EXPECT_LT(bomb.size(), 20'000u);
  EXPECT_EQ(error_of([&] { gunzip(bomb, "a.gz", 1'000'000); }),
            "unpacks to more than 1000000 bytes: a.gz");
  EXPECT_EQ(gunzip(bomb, "a.gz", 10'000'000).size(), 10'000'000u);
  EXPECT_EQ(gunzip(bomb, "a.gz", ~uint64_t{0}).size(), 10'000'000u);
}

TEST(Gzip, SaysWhatIsWrong) {
  Bytes packed = gzip(random_bytes(1000, 4));
  EXPECT_EQ(error_of([&] { gunzip(ByteSpan(packed).first(600), "a.gz", 1 << 20); }),
            "compressed data is truncated: a.gz");
  EXPECT_EQ(error_of([&] { gunzip(to_bytes("plain"), "a.gz", 1 << 20); }), "is not gzipped: a.gz");
  append(packed, "tail");
  EXPECT_EQ(error_of([&] { gunzip(packed, "a.gz", 1 << 20); }),
            "4 bytes too many after the gzipped data: a.gz");
  packed.resize(packed.size() - 4);
  packed[packed.size() - 5] ^= std::byte{1};
  EXPECT_EQ(error_of([&] { gunzip(packed, "a.gz", 1 << 20); }), "compressed data is damaged: a.gz");
}

}  // namespace
}  // namespace gannet
