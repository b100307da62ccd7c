// Readers of images against what Pillow sees in the same files, and what is done to images.
#include "gannet/formats/image.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "gannet/formats/exif.h"
#include "gannet/formats/image_file.h"
#include "gannet/formats/jpeg.h"
#include "gannet/formats/png.h"
#include "gannet/formats/webp.h"
#include "gannet/formats/webp_animation.h"
#include "support/formats.h"

namespace gannet {
namespace {

const Path kGolden = Path(GANNET_SOURCE_DIR) / "tests" / "golden" / "pictures";

Bytes golden(const std::string& name) { return read_file(kGolden / name); }

int largest_difference(const Image& a, const Image& b) {
  int largest = 0;
  for (size_t i = 0; i < a.pixels.size(); ++i)
    largest = std::max(largest, std::abs(a.pixels[i] - b.pixels[i]));
  return largest;
}

// Decoders may round differently in the last bit, and interpolate halved colours by other filters.
TEST(Images, AreWhatPillowSeesInThem) {
  int64_t seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kGolden)) {
    const std::string name = entry.path().filename();
    if (name.ends_with(".png") || name == "exif-chunk") continue;
    ++seen;
    const Bytes bytes = read_file(entry.path()), expected_bytes = golden(name + ".png");
    const Image image = read_image(bytes, name), expected = read_png(expected_bytes, name);
    EXPECT_EQ(image_format(bytes), name.substr(name.find('.') + 1));
    ASSERT_EQ(image.width, expected.width) << name;
    ASSERT_EQ(image.height, expected.height) << name;
    ASSERT_EQ(image.channels, expected.channels) << name;
    EXPECT_LE(largest_difference(image, expected), 2) << name;
    EXPECT_EQ(read_image_size(bytes, name), (ImageSize{image.width, image.height}));
  }
  EXPECT_EQ(seen, 18);
}

TEST(Images, OfNoKindAreRefused) {
  EXPECT_EQ(error_of([] { read_image({}, "a.png"); }), "file is empty: a.png");
  EXPECT_EQ(error_of([] { read_image(as_bytes("hello, I am a text"), "a.png"); }),
            "not a PNG, JPEG or WebP image: a.png");
  EXPECT_EQ(image_format(as_bytes("GIF89a")), "");
  EXPECT_TRUE(has_image_name("a/b.JPeG") && has_image_name("x.webp"));
  EXPECT_FALSE(has_image_name("png") || has_image_name("a.png.txt") || has_image_name(""));
}

TEST(Jpeg, NamesWhatItDoesNotRead) {
  const auto said = [](const std::string& name) {
    const Bytes bytes = read_file(Path(GANNET_SOURCE_DIR) / "fuzz" / "corpus" / "jpeg" / name);
    return error_of([&] { read_jpeg(bytes, "a.jpg"); });
  };
  EXPECT_EQ(said("arithmetic"), "JPEG with arithmetic coding cannot be read: a.jpg");
  EXPECT_EQ(said("huge-claim"), "JPEG of 60000x60000 has more than 67108864 pixels: a.jpg");
  EXPECT_EQ(said("large-claim"), "JPEG of 8000x8000 cannot fit 769 bytes: a.jpg");
  EXPECT_EQ(said("no-end"), "JPEG is truncated at 767 bytes: a.jpg");
  EXPECT_EQ(said("cut"), "JPEG is truncated at 384 bytes: a.jpg");
  EXPECT_NE(said("twelve-bits").find("12"), std::string::npos) << said("twelve-bits");
  EXPECT_NE(said("many-scans").find("progress"), std::string::npos) << said("many-scans");
  EXPECT_EQ(error_of([] { read_jpeg(golden("rgb.jpeg"), "a.jpg", 24 * 16 - 1); }),
            "JPEG of 24x16 has more than 383 pixels: a.jpg");
  EXPECT_EQ(error_of([] { read_jpeg(golden("lossy.webp"), "a.jpg"); }), "not a JPEG file: a.jpg");
}

TEST(Jpeg, EveryCutIsRefused) {
  for (const char* name : {"rgb.jpeg", "progressive.jpeg", "turned6.jpeg", "restarts.jpeg"})
    expect_every_cut_is_refused(golden(name), [](ByteSpan cut) { read_jpeg(cut, "a.jpg"); });
}

TEST(Jpeg, AnyFlippedBitGivesAImageOrOneError) {
  for (const char* name : {"grey.jpeg", "progressive.jpeg", "turned6.jpeg"})
    EXPECT_GT(count_undetected_flips(golden(name), [](ByteSpan b) { read_jpeg(b, "a", 1 << 16); }),
              0);
}

TEST(Webp, EveryCutIsRefused) {
  for (const char* name : {"lossy.webp", "lossless.webp", "lossy-alpha.webp"})
    expect_every_cut_is_refused(golden(name), [](ByteSpan cut) { read_webp(cut, "a.webp"); });
  EXPECT_EQ(error_of([] { read_webp(ByteSpan(golden("lossy.webp")).first(100), "a.webp"); }),
            "WebP is truncated at 100 of 166 bytes: a.webp");
}

TEST(Webp, LosslessGivesThePixelsBack) {
  for (const int64_t channels : {1, 3, 4}) {
    Image image{23, 9, channels, {}};
    for (const std::byte b : random_bytes(static_cast<size_t>(23 * 9 * channels), 5))
      image.pixels.push_back(std::to_integer<uint8_t>(b));
    EXPECT_EQ(read_webp(write_webp(image), "a.webp"), as_colour(image));
    EXPECT_EQ(write_webp(image), write_webp(image));
  }
}

TEST(Webp, LossyIsSmallerAndNear) {
  const Image smooth = read_png(golden("lossless.webp.png"), "a");
  const Bytes lossy = write_webp(smooth, 90);
  EXPECT_LE(largest_difference(read_webp(lossy, "a"), smooth), 24);
  Image noise{64, 64, 3, {}};
  for (const std::byte b : random_bytes(64 * 64 * 3, 5))
    noise.pixels.push_back(std::to_integer<uint8_t>(b));
  EXPECT_LT(write_webp(noise, 10).size(), write_webp(noise, 90).size());
  EXPECT_LT(write_webp(noise, 90).size(), write_webp(noise).size());
}

TEST(Webp, OnlyImagesThatMakeSenseAreWritten) {
  EXPECT_EQ(error_of([] {
              write_webp({2, 2, 1, {1, 2, 3}});
            }),
            "image of 2x2x1 with 3 samples cannot be written: WebP");
  EXPECT_EQ(error_of([] {
              write_webp({1, 1, 1, {1}}, 101);
            }),
            "quality is 101, expected 0 to 100: WebP");
  EXPECT_THROW(write_webp({16384, 1, 1, std::vector<uint8_t>(16384)}), Error);
}

Image frame(int64_t number) {
  Image image{8, 6, 4, {}};
  for (int64_t i = 0; i < 8 * 6; ++i)
    for (const int64_t value : {10 * i % 256, 80 * number, int64_t{7}, int64_t{255}})
      image.pixels.push_back(static_cast<uint8_t>(value));
  return image;
}

TEST(WebpAnimation, FramesAndTimesComeBack) {
  WebpAnimation animation(8, 6);
  for (int64_t i = 0; i < 3; ++i) animation.add(frame(i), 40 * (i + 1));
  const Bytes bytes = animation.finish();
  const std::vector<Frame> frames = read_webp_animation(bytes, "a.webp");
  ASSERT_EQ(frames.size(), 3u);
  for (int64_t i = 0; i < 3; ++i) {
    EXPECT_EQ(frames[static_cast<size_t>(i)].image, frame(i));
    EXPECT_EQ(frames[static_cast<size_t>(i)].milliseconds, 40 * (i + 1));
  }
  EXPECT_EQ(error_of([&] { read_webp(bytes, "a.webp"); }),
            "WebP is an animation, expected one image: a.webp");
  EXPECT_EQ(error_of([&] { read_webp_animation(bytes, "a.webp", 100); }),
            "WebP of 3 frames of 8x6 has more than 100 pixels: a.webp");
  expect_every_cut_is_refused(bytes, [](ByteSpan cut) { read_webp_animation(cut, "a.webp"); });
}

TEST(WebpAnimation, NamesFramesThatDoNotFit) {
  EXPECT_THROW(WebpAnimation(0, 6), Error);
  WebpAnimation animation(9, 6);
  EXPECT_EQ(error_of([&] { animation.finish(); }), "an animation without frames: WebP animation");
  EXPECT_EQ(error_of([&] { animation.add(frame(0), 40); }),
            "frame is 8x6, expected 9x6: WebP animation");
  EXPECT_EQ(error_of([] { WebpAnimation(8, 6).add(frame(0), 0); }),
            "a frame of 0 ms: WebP animation");
}

// Files are in tests/golden too; here each number is checked by hand on 1 2 3 / 4 5 6.
TEST(Upright, TurnsAndMirrorsAsExifSays) {
  const Image p{3, 2, 1, {1, 2, 3, 4, 5, 6}};
  const std::vector<std::vector<uint8_t>> expected = {
      {1, 2, 3, 4, 5, 6}, {1, 2, 3, 4, 5, 6}, {3, 2, 1, 6, 5, 4}, {6, 5, 4, 3, 2, 1},
      {4, 5, 6, 1, 2, 3}, {1, 4, 2, 5, 3, 6}, {4, 1, 5, 2, 6, 3}, {6, 3, 5, 2, 4, 1},
      {3, 6, 2, 5, 1, 4}, {1, 2, 3, 4, 5, 6}};
  for (int o = 0; o < 10; ++o) {
    const Image turned = upright(p, o);
    EXPECT_EQ(turned.pixels, expected[static_cast<size_t>(o)]) << o;
    EXPECT_EQ(turned.width, o >= 5 && o <= 8 ? 2 : 3) << o;
    EXPECT_EQ(turned.height, o >= 5 && o <= 8 ? 3 : 2) << o;
  }
}

TEST(Exif, IsReadInBothByteOrdersAndDamageIsNoOrientation) {
  const std::string little("II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0", 26);
  const std::string big("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x08\0\0\0\0\0\0", 26);
  EXPECT_EQ(exif_orientation(as_bytes(little)), 6);
  EXPECT_EQ(exif_orientation(as_bytes(big)), 8);
  EXPECT_EQ(exif_orientation(as_bytes(std::string("Exif\0\0", 6) + big)), 8);
  for (size_t size = 0; size < 22; ++size)
    EXPECT_EQ(exif_orientation(as_bytes(little.substr(0, size))), 1);
  std::string far = little;
  far[4] = '\xff';
  EXPECT_EQ(exif_orientation(as_bytes(far)), 1);
  std::string nine = little;
  nine[18] = 9;
  EXPECT_EQ(exif_orientation(as_bytes(nine)), 1);
}

TEST(Image, AlphaIsLaidOnTheBackground) {
  const Image p{3, 1, 4, {10, 20, 30, 0, 10, 20, 30, 255, 0, 0, 255, 128}};
  EXPECT_EQ(on_background(p, {255, 255, 255}),
            (Image{3, 1, 3, {255, 255, 255, 10, 20, 30, 127, 127, 255}}));
  EXPECT_EQ(on_background(p, {0, 0, 0}).pixels,
            (std::vector<uint8_t>{0, 0, 0, 10, 20, 30, 0, 0, 128}));
  const Image opaque{1, 1, 3, {1, 2, 3}};
  EXPECT_EQ(on_background(opaque, {0, 0, 0}), opaque);
}

TEST(Image, TheCentreIsCut) {
  EXPECT_EQ(centre_crop({4, 1, 1, {1, 2, 3, 4}}, 7), (Image{1, 1, 1, {2}}));
  EXPECT_EQ(centre_crop({2, 4, 1, {1, 2, 3, 4, 5, 6, 7, 8}}, 7), (Image{2, 2, 1, {3, 4, 5, 6}}));
  EXPECT_EQ(cropped({3, 2, 1, {1, 2, 3, 4, 5, 6}}, 1, 0, 2, 2), (Image{2, 2, 1, {2, 3, 5, 6}}));
}

TEST(Image, GreyIsTold) {
  EXPECT_TRUE(is_grey({1, 1, 1, {5}}) && is_grey({2, 1, 3, {5, 5, 5, 9, 9, 9}}));
  EXPECT_FALSE(is_grey({2, 1, 3, {5, 5, 5, 9, 9, 8}}));
  EXPECT_EQ(as_grey({2, 1, 3, {5, 5, 5, 9, 9, 9}}), (Image{2, 1, 1, {5, 9}}));
  EXPECT_EQ(as_colour({2, 1, 1, {5, 9}}), (Image{2, 1, 3, {5, 5, 5, 9, 9, 9}}));
}

// A PNG with an eXIf chunk put in front of the end: 12 bytes of IEND.
TEST(Png, IsUprightByItsExif) {
  const Image p{3, 2, 1, {1, 2, 3, 4, 5, 6}};
  const Bytes plain = write_png(p);
  const Bytes chunk = read_file(kGolden / "exif-chunk");
  Bytes bytes(plain.begin(), plain.end() - 12);
  bytes.insert(bytes.end(), chunk.begin(), chunk.end());
  bytes.insert(bytes.end(), plain.end() - 12, plain.end());
  EXPECT_EQ(read_png(bytes, "a.png"), upright(p, 6));
  EXPECT_EQ(read_png_size(bytes, "a.png"), (ImageSize{2, 3}));
  EXPECT_EQ(read_png_size(plain, "a.png"), (ImageSize{3, 2}));
}

}  // namespace
}  // namespace gannet
