// Readers of images against what Pillow sees in the same files, and what is done to images.
#include "gannet/formats/image.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "gannet/formats/bmp.h"
#include "gannet/formats/bytes.h"
#include "gannet/formats/exif.h"
#include "gannet/formats/image_file.h"
#include "gannet/formats/jpeg.h"
#include "gannet/formats/png.h"
#include "gannet/formats/tiff.h"
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
  EXPECT_EQ(seen, 45);
}

TEST(Images, OfNoKindAreRefused) {
  EXPECT_EQ(error_of([] { read_image({}, "a.png"); }), "file is empty: a.png");
  EXPECT_EQ(error_of([] { read_image(as_bytes("hello, I am a text"), "a.png"); }),
            "not a PNG, JPEG, WebP, TIFF or BMP image, but a text: a.png");
  EXPECT_EQ(image_format(as_bytes("GIF89a")), "");
  EXPECT_TRUE(has_image_name("a/b.JPeG") && has_image_name("x.webp") && has_image_name("x.JFIF") &&
              has_image_name("x.tif") && has_image_name("x.BMP"));
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
  EXPECT_EQ(said("header"), "JPEG is truncated at 4 bytes, in its header: a.jpg");
  EXPECT_EQ(said("cut"), "JPEG is truncated at 384 bytes, in its header: a.jpg");
  EXPECT_EQ(said("progressive-scan-short"),
            "JPEG is truncated at 564 bytes, before its last scan: a.jpg");
  EXPECT_NE(said("twelve-bits").find("12"), std::string::npos) << said("twelve-bits");
  EXPECT_NE(said("many-scans").find("progress"), std::string::npos) << said("many-scans");
  EXPECT_EQ(error_of([] { read_jpeg(golden("rgb.jpeg"), "a.jpg", 24 * 16 - 1); }),
            "JPEG of 24x16 has more than 383 pixels: a.jpg");
  EXPECT_EQ(error_of([] { read_jpeg(golden("lossy.webp"), "a.jpg"); }), "not a JPEG file: a.jpg");
}

// The end mark, and bits that fill up the last byte, are no pixels.
TEST(Jpeg, ACutIsRefusedUnlessAllPixelsAreThere) {
  for (const char* name : {"rgb.jpeg", "progressive.jpeg", "turned6.jpeg", "restarts.jpeg"}) {
    const Bytes whole = golden(name);
    const Image expected = read_jpeg(whole, "a.jpg");
    for (size_t size = 0; size < whole.size(); ++size) {
      const ByteSpan cut = ByteSpan(whole).first(size);
      if (error_of([&] { read_jpeg(cut, "a.jpg"); }) == "no error") {
        EXPECT_GE(size, whole.size() - 3) << name;
        EXPECT_EQ(read_jpeg(cut, "a.jpg"), expected) << name;
      }
    }
    EXPECT_EQ(read_jpeg(ByteSpan(whole).first(whole.size() - 2), "a.jpg"), expected) << name;
  }
}

TEST(Jpeg, NamesTheLineWhereItIsCut) {
  const Bytes whole = golden("restarts.jpeg");
  const std::string said =
      error_of([&] { read_jpeg(ByteSpan(whole).first(whole.size() - 40), "a"); });
  EXPECT_NE(said.find(" bytes, in line 17 of 24: a"), std::string::npos) << said;
}

TEST(Jpeg, StrayBytesThatChangeNoPixelArePassedOver) {
  const Bytes whole = golden("rgb.jpeg");
  const Image expected = read_jpeg(whole, "a.jpg");
  for (const size_t at : {size_t{20}, whole.size() - 2, whole.size()}) {
    Bytes stray = whole;
    const Bytes more = to_bytes("\x12\x34\x56 thumbnail \r\n");
    stray.insert(stray.begin() + static_cast<std::ptrdiff_t>(at), more.begin(), more.end());
    EXPECT_EQ(read_jpeg(stray, "a.jpg"), expected) << at;
  }
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

TEST(Webp, WhatFollowsIsIgnored) {
  Bytes longer = golden("lossless.webp");
  append(longer, "tail");
  EXPECT_EQ(read_webp(longer, "a.webp"), read_webp(golden("lossless.webp"), "a.webp"));
}

Bytes corpus(const std::string& folder, const std::string& name) {
  return read_file(Path(GANNET_SOURCE_DIR) / "fuzz" / "corpus" / folder / name);
}

TEST(Tiff, SamplesAreAsStored) {
  const DeepImage deep = read_deep_image(golden("big-endian.tiff"), "a.tif");
  EXPECT_EQ(deep.values, (std::vector<float>{0, 9000, 65535, 300, 40000, 32768}));
  EXPECT_EQ(deep.white, 65535);
  EXPECT_EQ(value_range(deep), (ValueRange{0, 65535}));
  EXPECT_EQ(to_image(deep, ValueRange{9000, 40000}).pixels,
            (std::vector<uint8_t>{0, 0, 255, 0, 255, 196}));
  EXPECT_EQ(read_deep_image(corpus("tiff", "signed"), "a").values,
            (std::vector<float>{-1000, 3000}));
  EXPECT_EQ(read_deep_image(corpus("tiff", "planes"), "a").values,
            (std::vector<float>{0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11}));
  EXPECT_EQ(read_image(corpus("tiff", "premultiplied"), "a").pixels,
            (std::vector<uint8_t>{40, 80, 159, 64}));
  const Image tiles = read_image(corpus("tiff", "tiles"), "a");
  EXPECT_EQ(tiles.pixels[17 + 15], 31);
  EXPECT_EQ(tiles.pixels[16], 0);
}

TEST(Tiff, SaysWhetherThereAreMorePages) {
  EXPECT_TRUE(read_image_info(golden("pages.tiff"), "a.tif").more_pages);
  EXPECT_FALSE(read_image_info(golden("rgb.tiff"), "a.tif").more_pages);
}

TEST(Tiff, NamesWhatItDoesNotRead) {
  const auto said = [](const std::string& name) {
    return error_of([&] { read_tiff(corpus("tiff", name), "a.tif"); });
  };
  EXPECT_EQ(said("huge-claim"), "TIFF of 60000x60000 has more than 67108864 pixels: a.tif");
  EXPECT_EQ(said("large-claim"), "TIFF of 8000x8000 cannot fit 99 bytes: a.tif");
  EXPECT_EQ(said("five-channels"), "TIFF has 5 channels, expected 1 or 2 of grey: a.tif");
  EXPECT_EQ(said("signed"), "has values from -1000 to 3000, expected 0 to 32767: a.tif");
  EXPECT_NE(said("twelve-bits").find("12 bits"), std::string::npos) << said("twelve-bits");
  EXPECT_NE(said("cut").find("TIFF is damaged or cut"), std::string::npos) << said("cut");
  EXPECT_NE(said("short-strip").find("in line 3 of 4"), std::string::npos) << said("short-strip");
  expect_every_cut_is_refused(golden("deflate.tiff"), [](ByteSpan cut) { read_tiff(cut, "a"); });
}

TEST(Tiff, AnyFlippedBitGivesAnImageOrOneError) {
  for (const char* name : {"lzw.tiff", "deep.tiff", "jpeg.tiff"})
    EXPECT_GT(count_undetected_flips(golden(name), [](ByteSpan b) { read_tiff(b, "a", 1 << 16); }),
              0);
}

TEST(Bmp, NamesWhatItDoesNotRead) {
  const auto said = [](const std::string& name) {
    return error_of([&] { read_bmp(corpus("bmp", name), "a.bmp"); });
  };
  EXPECT_EQ(said("rle"), "BMP is compressed (type 1): a.bmp");
  EXPECT_EQ(said("thirteen"), "BMP of 13 bits a pixel, expected 1, 4, 8, 16, 24 or 32: a.bmp");
  EXPECT_EQ(said("huge-claim"), "BMP of 16777216x16777216 has more than 67108864 pixels: a.bmp");
  EXPECT_EQ(said("cut"), "BMP is truncated at 1037 of 1042 bytes: a.bmp");
  EXPECT_EQ(said("last-byte"), "no error");  // of the padding
  EXPECT_FALSE(is_bmp(as_bytes("BM is how this text begins, and it is long enough")));
}

TEST(DeepImage, OnlyAlphaKeepsItsRange) {
  const DeepImage deep{.width = 2,
                       .height = 1,
                       .channels = 4,
                       .white = 65535,
                       .values = {100, 150, 200, 65535, 50, 300, 100, 0}};
  EXPECT_EQ(value_range(deep), (ValueRange{50, 300}));
  EXPECT_EQ(to_image(deep, ValueRange{100, 200}).pixels,
            (std::vector<uint8_t>{0, 128, 255, 255, 0, 255, 0, 0}));
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
            "WebP is an animation, expected one image (Pillow makes files of its frames): a.webp");
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
