// Animated PNGs, read back by a chunk parser of the test's own: each frame, made a PNG by itself,
// is the image that was added.
#include <gtest/gtest.h>
#include <zlib.h>

#include "gannet/base/error.h"
#include "gannet/formats/bytes.h"
#include "gannet/formats/png.h"
#include "gannet/formats/png_animation.h"

namespace gannet {
namespace {

struct Chunk {
  std::string name;
  Bytes data;
};

std::vector<Chunk> parse(const Bytes& file) {
  const auto* p = reinterpret_cast<const uint8_t*>(file.data());
  const auto number = [&](size_t at) {
    return uint32_t{p[at]} << 24 | uint32_t{p[at + 1]} << 16 | uint32_t{p[at + 2]} << 8 | p[at + 3];
  };
  std::vector<Chunk> chunks;
  size_t at = 8;
  while (at + 12 <= file.size()) {
    const size_t length = number(at);
    EXPECT_LE(at + 12 + length, file.size());
    EXPECT_EQ(crc32(0, p + at + 4, static_cast<uInt>(4 + length)), number(at + 8 + length));
    chunks.push_back({std::string(p + at + 4, p + at + 8),
                      Bytes(file.begin() + static_cast<std::ptrdiff_t>(at + 8),
                            file.begin() + static_cast<std::ptrdiff_t>(at + 8 + length))});
    at += 12 + length;
  }
  EXPECT_EQ(at, file.size());
  return chunks;
}

uint64_t big(const Bytes& data, size_t at, size_t count) {
  uint64_t value = 0;
  for (size_t i = 0; i < count; ++i)
    value = value << 8 | std::to_integer<uint64_t>(data.at(at + i));
  return value;
}

void put_chunk(Bytes& to, const std::string& name, ByteSpan data) {
  append_big(to, data.size(), 4);
  Bytes checked;
  append(checked, name);
  append(checked, data);
  append(to, checked);
  append_big(
      to,
      crc32(0, reinterpret_cast<const Bytef*>(checked.data()), static_cast<uInt>(checked.size())),
      4);
}

Image image(int64_t width, int64_t height, int64_t channels, int seed) {
  Image p{width, height, channels, {}};
  for (int64_t i = 0; i < width * height * channels; ++i)
    p.pixels.push_back(static_cast<uint8_t>(i * 37 + seed * 91 + i * i * seed));
  return p;
}

TEST(PngAnimation, HoldsEveryFrameInOrder) {
  for (const int64_t channels : {1, 3, 4}) {
    PngAnimation animation(2);
    for (int i = 0; i < 4; ++i) animation.add(image(13, 7, channels, i), 40 + i);
    const Bytes file = animation.finish();
    EXPECT_EQ(read_png(file, ""), image(13, 7, channels, 0));  // what others see of it
    const std::vector<Chunk> chunks = parse(file);
    ASSERT_EQ(chunks[0].name, "IHDR");
    ASSERT_EQ(chunks[1].name, "acTL");
    EXPECT_EQ(big(chunks[1].data, 0, 4), 4u);
    EXPECT_EQ(big(chunks[1].data, 4, 4), 2u);
    EXPECT_EQ(chunks.back().name, "IEND");
    uint64_t sequence = 0;
    int frame = -1;
    for (const Chunk& chunk : chunks) {
      if (chunk.name == "fcTL" || chunk.name == "fdAT") {
        EXPECT_EQ(big(chunk.data, 0, 4), sequence++);
      }
      if (chunk.name == "fcTL") {
        ++frame;
        EXPECT_EQ(big(chunk.data, 4, 4), 13u);
        EXPECT_EQ(big(chunk.data, 8, 4), 7u);
        EXPECT_EQ(big(chunk.data, 12, 8), 0u);
        EXPECT_EQ(big(chunk.data, 20, 2), 40u + static_cast<unsigned>(frame));
        EXPECT_EQ(big(chunk.data, 22, 2), 1000u);
      }
      if (chunk.name != "IDAT" && chunk.name != "fdAT") continue;
      Bytes single;
      append(single, std::string_view("\x89PNG\r\n\x1a\n"));
      put_chunk(single, "IHDR", chunks[0].data);
      put_chunk(single, "IDAT", ByteSpan(chunk.data).subspan(chunk.name == "fdAT" ? 4 : 0));
      put_chunk(single, "IEND", {});
      EXPECT_EQ(read_png(single, ""), image(13, 7, channels, frame)) << frame;
    }
    EXPECT_EQ(frame, 3);
  }
}

TEST(PngAnimation, RefusesWhatIsNone) {
  PngAnimation animation;
  EXPECT_THROW(animation.finish(), Error);
  animation.add(image(4, 4, 3, 0), 10);
  EXPECT_THROW(animation.add(image(4, 5, 3, 0), 10), Error);
  EXPECT_THROW(animation.add(image(4, 4, 1, 0), 10), Error);
  EXPECT_THROW(animation.add(image(4, 4, 3, 0), 0), Error);
  EXPECT_THROW(animation.add(image(4, 4, 3, 0), 65536), Error);
}

}  // namespace
}  // namespace gannet
