#include "gannet/formats/png.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>

#include "gannet/formats/bytes.h"
#include "gannet/formats/checksum.h"
#include "support/formats.h"

namespace gannet {
namespace {

Image random_image(int64_t width, int64_t height, int64_t channels, unsigned seed) {
  Image image{width, height, channels, {}};
  for (const std::byte b : random_bytes(static_cast<size_t>(width * height * channels), seed)) {
    image.pixels.push_back(std::to_integer<uint8_t>(b));
  }
  return image;
}

Image read(const Bytes& bytes) { return read_png(bytes, "a.png"); }

// PNG files made by hand, chunk by chunk: the compressed data is one stored block.
struct HandMade {
  Bytes bytes = to_bytes("\x89PNG\r\n\x1a\n");

  HandMade& chunk(std::string_view type, const Bytes& data) {
    append_big(bytes, data.size(), 4);
    Bytes checked = to_bytes(type);
    append(checked, data);
    append(bytes, checked);
    append_big(bytes, crc32(checked), 4);
    return *this;
  }
  HandMade& header(uint64_t width, uint64_t height, uint64_t depth, uint64_t colour,
                   uint64_t interlaced = 0) {
    Bytes data;
    append_big(data, width, 4);
    append_big(data, height, 4);
    append_big(data, depth << 8 | colour, 2);
    append_big(data, interlaced, 3);
    return chunk("IHDR", data);
  }
  HandMade& rows(const std::vector<uint8_t>& rows) {
    Bytes data = to_bytes("\x78\x01\x01");
    append_little(data, rows.size(), 2);
    append_little(data, ~rows.size() & 0xffff, 2);
    uint64_t a = 1, b = 0;  // Adler-32
    for (const uint8_t value : rows) {
      data.push_back(static_cast<std::byte>(value));
      a = (a + value) % 65521;
      b = (b + a) % 65521;
    }
    append_big(data, b << 16 | a, 4);
    return chunk("IDAT", data);
  }
  Bytes end() { return chunk("IEND", {}).bytes; }
};

TEST(Png, ReadsBackWhatItWrote) {
  rc::check([] {
    const Image image = random_image(*rc::gen::inRange(1, 40), *rc::gen::inRange(1, 40),
                                     *rc::gen::element(1, 3, 4), *rc::gen::arbitrary<unsigned>());
    RC_ASSERT(read(write_png(image)) == image);
  });
}

TEST(Png, EqualPixelsGiveEqualBytes) {
  const Image image = random_image(64, 48, 3, 1);
  EXPECT_EQ(write_png(image), write_png(image));
}

TEST(Png, ALargeGridSurvives) {
  const Image image = random_image(1000, 777, 3, 2);
  EXPECT_EQ(read(write_png(image)), image);
}

TEST(Png, FewerBitsBecomeEight) {
  // Two rows of 1-bit grey: 1 0 1, 0 1 1.
  const Image bits = read(HandMade().header(3, 2, 1, 0).rows({0, 0xa0, 0, 0x60}).end());
  EXPECT_EQ(bits, (Image{3, 2, 1, {255, 0, 255, 0, 255, 255}}));
  // 4-bit grey: 0x1 -> 17.
  const Image nibbles = read(HandMade().header(2, 1, 4, 0).rows({0, 0x1f}).end());
  EXPECT_EQ(nibbles, (Image{2, 1, 1, {17, 255}}));
}

TEST(Png, SixteenBitsAreRounded) {
  // 0x0080 = 128 is 0.498 of 257, 0x0081 is more than a half.
  const Image grey = read(HandMade()
                              .header(4, 1, 16, 0)
                              .rows({0, 0x00, 0x80, 0x00, 0x81, 0xff, 0xff, 0x12, 0x34})
                              .end());
  EXPECT_EQ(grey, (Image{4, 1, 1, {0, 1, 255, 18}}));
}

TEST(Png, PalettesBecomeColours) {
  const Bytes palette = to_bytes(std::string("\x01\x02\x03\xff\x80\x00", 6));
  const Image opaque =
      read(HandMade().header(2, 1, 8, 3).chunk("PLTE", palette).rows({0, 1, 0}).end());
  EXPECT_EQ(opaque, (Image{2, 1, 3, {255, 128, 0, 1, 2, 3}}));
  const Image transparent = read(HandMade()
                                     .header(2, 1, 8, 3)
                                     .chunk("PLTE", palette)
                                     .chunk("tRNS", to_bytes("\x07"))
                                     .rows({0, 1, 0})
                                     .end());
  EXPECT_EQ(transparent, (Image{2, 1, 4, {255, 128, 0, 255, 1, 2, 3, 7}}));
}

TEST(Png, AlphaBecomesAFourthChannel) {
  EXPECT_EQ(read(HandMade().header(2, 1, 8, 4).rows({0, 10, 20, 30, 40}).end()),
            (Image{2, 1, 4, {10, 10, 10, 20, 30, 30, 30, 40}}));
  // One colour of the image declared transparent.
  const Bytes key = to_bytes(std::string("\0\x0a", 2));
  EXPECT_EQ(read(HandMade().header(2, 1, 8, 0).chunk("tRNS", key).rows({0, 10, 20}).end()),
            (Image{2, 1, 4, {10, 10, 10, 0, 20, 20, 20, 255}}));
}

TEST(Png, GammaAndTextAreIgnored) {
  const Bytes gamma = to_bytes(std::string("\0\0\x10\0", 4));
  const Bytes bytes = HandMade()
                          .header(1, 1, 8, 0)
                          .chunk("gAMA", gamma)
                          .chunk("tEXt", to_bytes("Title"))
                          .chunk("prVt", random_bytes(100, 3))
                          .rows({0, 100})
                          .end();
  EXPECT_EQ(read(bytes), (Image{1, 1, 1, {100}}));
}

TEST(Png, InterlacedImagesAreFilledIn) {
  constexpr int kSide = 9;
  // Adam7: first column, first row, column step, row step of each pass.
  constexpr std::array<std::array<int, 4>, 7> kPasses = {{{0, 0, 8, 8},
                                                          {4, 0, 8, 8},
                                                          {0, 4, 4, 8},
                                                          {2, 0, 4, 4},
                                                          {0, 2, 2, 4},
                                                          {1, 0, 2, 2},
                                                          {0, 1, 1, 2}}};
  std::vector<uint8_t> rows;
  for (const auto& [x0, y0, dx, dy] : kPasses) {
    for (int y = y0; y < kSide && x0 < kSide; y += dy) {
      rows.push_back(0);
      for (int x = x0; x < kSide; x += dx) rows.push_back(static_cast<uint8_t>(10 * y + x));
    }
  }
  Image expected{kSide, kSide, 1, {}};
  for (int y = 0; y < kSide; ++y) {
    for (int x = 0; x < kSide; ++x) expected.pixels.push_back(static_cast<uint8_t>(10 * y + x));
  }
  EXPECT_EQ(read(HandMade().header(kSide, kSide, 8, 0, 1).rows(rows).end()), expected);
}

TEST(Png, ACutIsRefusedUnlessOnlyTheEndChunkIsMissing) {
  constexpr size_t kEnd = 12;
  const Bytes bytes = write_png(random_image(20, 30, 3, 4));
  for (size_t size = 0; size < bytes.size(); ++size) {
    const Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(error_of([&] { read(cut); }) == "no error", size == bytes.size() - kEnd) << size;
  }
  EXPECT_EQ(error_of([&] { read_png(ByteSpan(bytes).first(500), "a.png"); }),
            "PNG is truncated at 500 bytes: a.png");
  EXPECT_EQ(error_of([&] { read_png({}, "a.png"); }), "not a PNG file: a.png");
}

TEST(Png, EveryFlippedBitIsDetected) {
  const Bytes bytes = write_png(random_image(12, 9, 3, 5));
  EXPECT_EQ(count_undetected_flips(bytes, [](ByteSpan b) { read_png(b, "a.png"); }), 0);
}

TEST(Png, WhatFollowsTheImageIsIgnored) {
  const Image image = random_image(2, 2, 1, 6);
  for (const Bytes& tail :
       {to_bytes(std::string_view("\0", 1)), to_bytes("\r\n"), Bytes(4096), write_png(image)}) {
    Bytes bytes = write_png(image);
    append(bytes, tail);
    EXPECT_EQ(read(bytes), image);
  }
}

TEST(Png, SixteenBitsCanBeReadAsStored) {
  const Bytes bytes = HandMade().header(3, 1, 16, 0).rows({0, 0, 7, 0x12, 0x34, 0xff, 0xff}).end();
  EXPECT_TRUE(is_deep_png(bytes));
  const DeepImage deep = read_deep_png(bytes, "a.png");
  EXPECT_EQ(deep.values, (std::vector<float>{7, 0x1234, 65535}));
  EXPECT_EQ(to_image(deep), read(bytes));
}

TEST(Png, ASmallFileCannotClaimALargeImage) {
  EXPECT_EQ(error_of([&] { read(HandMade().header(9000, 9000, 8, 0).rows({0}).end()); }),
            "PNG of 9000x9000 has more than 67108864 pixels: a.png");
  EXPECT_EQ(error_of([&] { read(HandMade().header(8000, 8000, 8, 0).rows({0}).end()); }),
            "PNG of 8000x8000 cannot fit 69 bytes: a.png");
  EXPECT_EQ(error_of([&] { read_png(write_png(random_image(11, 10, 1, 7)), "a.png", 100); }),
            "PNG of 11x10 has more than 100 pixels: a.png");
  EXPECT_EQ(error_of([&] { read(HandMade().header(0, 8, 8, 0).rows({0}).end()); }).substr(0, 14),
            "PNG is damaged");
}

TEST(Png, TooFewRowsAreRefused) {
  const Bytes bytes = HandMade().header(2, 2, 8, 0).rows({0, 1, 2}).end();
  EXPECT_NE(error_of([&] { read(bytes); }), "no error");
}

TEST(Png, OnlyImagesThatMakeSenseAreWritten) {
  EXPECT_EQ(error_of([] {
              write_png(Image{2, 2, 1, {1, 2, 3}});
            }),
            "image of 2x2x1 with 3 samples cannot be written: PNG");
  EXPECT_THROW(write_png(Image{1, 1, 2, {1, 2}}), Error);
  EXPECT_THROW(write_png(Image{0, 0, 1, {}}), Error);
  EXPECT_THROW(write_png(Image{-1, -1, 1, {0}}), Error);
  EXPECT_THROW(write_png(Image{int64_t{1} << 40, int64_t{1} << 40, 3, {}}), Error);
}

}  // namespace
}  // namespace gannet
