#include "gannet/formats/checksum.h"

#include <gtest/gtest.h>

#include "gannet/formats/bytes.h"
#include "support/formats.h"

namespace gannet {
namespace {

// FIPS 180-4's examples (csrc.nist.gov, "SHA256.pdf"), and the million 'a'.
TEST(Sha256, AgreesWithThePublishedVectors) {
  EXPECT_EQ(sha256_hex(as_bytes("")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex(as_bytes("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(as_bytes("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
                                "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu")),
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  EXPECT_EQ(sha256_hex(as_bytes(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, InstructionsGiveWhatTheFormulasGive) {
  std::string text;
  for (int size = 0; size < 400; ++size) {
    Sha256 fast, plain(/*by_instructions=*/false);
    for (Sha256* sha : {&fast, &plain}) {
      sha->update(as_bytes(text).first(text.size() / 3));
      sha->update(as_bytes(text).subspan(text.size() / 3));
    }
    ASSERT_EQ(fast.hex(), plain.hex()) << size;
    text += static_cast<char>(size * 37 % 251);
  }
}

TEST(Sha256, PiecesGiveTheSameAsTheWhole) {
  const Bytes bytes = random_bytes(300, 1);
  for (size_t size = 0; size <= bytes.size(); ++size) {
    const ByteSpan whole = ByteSpan(bytes).first(size);
    Sha256 pieces;
    for (size_t at = 0, n = 1; at < size; at += n, n = n * 7 % 97) {
      n = std::min(n, size - at);
      pieces.update(whole.subspan(at, n));
      pieces.hex();  // asking in between changes nothing
    }
    ASSERT_EQ(pieces.hex(), sha256_hex(whole)) << size;
  }
}

TEST(Crc, AgreesWithThePublishedCheckValues) {
  EXPECT_EQ(crc32(as_bytes("123456789")), 0xcbf43926u);
  EXPECT_EQ(crc32c(as_bytes("123456789")), 0xe3069283u);
  // RFC 3720, B.4.
  EXPECT_EQ(crc32c(Bytes(32)), 0x8a9136aau);
  EXPECT_EQ(crc32c(Bytes(32, std::byte{0xff})), 0x62a8ab43u);
  EXPECT_EQ(masked_crc32c(Bytes(32)), (0x8a9136aau >> 15 | 0x8a9136aau << 17) + 0xa282ead8u);
}

TEST(Crc, OfPartsIsThatOfTheWhole) {
  const Bytes bytes = random_bytes(1000, 2);
  const uint32_t whole = crc32(bytes);
  for (const size_t cut : {size_t{0}, size_t{1}, size_t{500}, size_t{1000}}) {
    const ByteSpan front = ByteSpan(bytes).first(cut), back = ByteSpan(bytes).subspan(cut);
    EXPECT_EQ(crc32(back, crc32(front)), whole);
    EXPECT_EQ(crc32({}, whole), whole);
    EXPECT_EQ(crc32_join(crc32(front), crc32(back), back.size()), whole);
  }
}

TEST(Bytes, ArraySizesNeverOverflow) {
  EXPECT_EQ(array_bytes({}, Dtype::F64), 8u);
  EXPECT_EQ(array_bytes({60000, 28, 28}, Dtype::U8), 47040000u);
  EXPECT_EQ(array_bytes({3, 0, 5}, Dtype::F32), 0u);
  EXPECT_EQ(array_bytes({-1}, Dtype::U8), std::nullopt);
  EXPECT_EQ(array_bytes({int64_t{1} << 62, 2}, Dtype::U8), std::nullopt);
  EXPECT_EQ(array_bytes({int64_t{1} << 62}, Dtype::F32), std::nullopt);
  EXPECT_EQ(array_bytes({0, int64_t{1} << 62, int64_t{1} << 62}, Dtype::U8), std::nullopt);
  EXPECT_EQ(array_bytes({INT64_MAX}, Dtype::I8), uint64_t{INT64_MAX});
}

TEST(Bytes, TypesHaveNamesAndSizes) {
  for (int i = 0; i < 10; ++i) {
    const auto type = static_cast<Dtype>(i);
    EXPECT_EQ(find_dtype(dtype_name(type)), type);
  }
  EXPECT_EQ(dtype_size(Dtype::BF16), 2u);
  EXPECT_EQ(find_dtype("f32"), std::nullopt);
  EXPECT_EQ(find_dtype(""), std::nullopt);
}

TEST(Bytes, AReaderNeverLeavesItsSpan) {
  const Bytes bytes = to_bytes("abcdef");
  ByteReader reader(bytes, "file");
  EXPECT_EQ(reader.little(2), 0x6261u);
  EXPECT_EQ(reader.big(2), 0x6364u);
  EXPECT_EQ(error_of([&] { reader.take(3); }), "truncated at 6 of 7 bytes: file");
  EXPECT_EQ(error_of([&] { reader.take(~uint64_t{0}); }),
            "truncated at 6 of 18446744073709551615 bytes: file");
  EXPECT_EQ(reader.left(), 2u);
}

}  // namespace
}  // namespace gannet
