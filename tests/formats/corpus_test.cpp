// The seed corpora of fuzz/: which of their files are good. A reader that became too strict or too
// lax shows here.
#include <gtest/gtest.h>

#include <set>

#include "gannet/formats/bmp.h"
#include "gannet/formats/csv.h"
#include "gannet/formats/dataset_json.h"
#include "gannet/formats/idx.h"
#include "gannet/formats/jpeg.h"
#include "gannet/formats/npy.h"
#include "gannet/formats/png.h"
#include "gannet/formats/safetensors.h"
#include "gannet/formats/tensorboard.h"
#include "gannet/formats/tiff.h"
#include "gannet/formats/wav.h"
#include "gannet/formats/webp.h"
#include "gannet/formats/webp_animation.h"
#include "gannet/text/tokenizer.h"
#include "support/formats.h"

namespace gannet {
namespace {

using Names = std::set<std::string>;

Names accepted(const char* reader, const std::function<void(ByteSpan)>& read) {
  Names names;
  const Path folder = Path(GANNET_SOURCE_DIR) / "fuzz" / "corpus" / reader;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    const Bytes bytes = read_file(entry.path());
    if (!name.starts_with("found-") && error_of([&] { read(bytes); }) == "no error")
      names.insert(name);
  }
  return names;
}

// Rows too many are ignored by libpng, as by all who use it.
TEST(Corpus, GoodImagesAreReadAndBrokenOnesRefused) {
  EXPECT_EQ(accepted("png", [](ByteSpan b) { read_png(b, "a"); }),
            (Names{"ancillary", "grey-alpha", "grey-key", "grey1", "grey16", "grey8", "interlaced",
                   "paeth", "palette-alpha", "palette2", "rgb", "rgb-longer", "rgba16",
                   "too-many-rows"}));
}

// A flipped bit of compressed pixels can give other pixels.
TEST(Corpus, GoodJpegsAreReadAndBrokenOnesRefused) {
  EXPECT_EQ(accepted("jpeg", [](ByteSpan b) { read_jpeg(b, "a"); }),
            (Names{"cmyk",     "cmyk-plain", "exif-loops", "flipped",      "grey",
                   "halved",   "longer",     "no-end",     "progressive",  "progressive-no-end",
                   "restarts", "rgb",        "stray",      "stray-header", "turned2",
                   "turned3",  "turned4",    "turned5",    "turned6",      "turned7",
                   "turned8"}));
}

TEST(Corpus, GoodWebpsAreReadAndBrokenOnesRefused) {
  EXPECT_EQ(accepted("webp", [](ByteSpan b) { read_webp(b, "a"); }),
            (Names{"alpha", "flipped", "longer", "lossless", "lossy", "lossy-alpha", "turned8"}));
  EXPECT_EQ(accepted("webp", [](ByteSpan b) { read_webp_animation(b, "a"); }),
            (Names{"animation", "animation-flipped"}));
}

TEST(Corpus, GoodTiffsAndBmpsAreReadAndBrokenOnesRefused) {
  EXPECT_EQ(
      accepted("tiff", [](ByteSpan b) { read_deep_tiff(b, "a"); }),
      (Names{"alpha",  "big-endian",    "deep", "deflate",  "double", "fax",     "float",
             "grey",   "jpeg",          "lzw",  "packbits", "pages",  "palette", "palette-16",
             "planes", "premultiplied", "rgb",  "signed",   "tiles",  "turned6", "white-is-zero"}));
  EXPECT_EQ(accepted("bmp", [](ByteSpan b) { read_bmp(b, "a"); }),
            (Names{"alpha", "downwards", "five-six-five", "four", "grey", "last-byte", "no-palette",
                   "one", "os2", "palette", "rgb", "sixteen", "thirty-two", "wide-mask"}));
}

TEST(Corpus, GoodAudioIsReadAndBrokenOnesRefused) {
  EXPECT_EQ(accepted("wav", [](ByteSpan b) { read_wav(b, "a"); }),
            (Names{"empty", "lowest", "mono", "stereo"}));
}

TEST(Corpus, GoodLabelsAreReadAndBrokenOnesRefused) {
  EXPECT_EQ(accepted("dataset_json", [](ByteSpan b) { read_dataset_json(b, "a"); }),
            (Names{"all", "captions", "columns", "comma", "latin1", "mark", "nothing", "null-label",
                   "numbers", "several", "side", "vectors"}));
}

TEST(Corpus, GoodTokenizersAreReadAndBrokenOnesRefused) {
  EXPECT_EQ(accepted("tokenizer", [](ByteSpan b) { Tokenizer::read(as_text(b), "a"); }),
            (Names{"none", "some"}));
}

TEST(Corpus, GoodIdxFilesAreReadAndBrokenOnesRefused) {
  EXPECT_EQ(accepted("idx", [](ByteSpan b) { read_idx(b, "a"); }),
            (Names{"empty-axis", "empty-axis.gz", "images", "images-flipped", "images.gz", "labels",
                   "labels.gz", "two-members.gz", "vectors", "vectors.gz", "zeros.gz"}));
}

TEST(Corpus, GoodNumpyFilesAreReadAndBrokenOnesRefused) {
  EXPECT_EQ(
      accepted("npy", [](ByteSpan b) { read_npy(b, "a"); }),
      (Names{"b1", "big-endian", "empty", "f4", "f8", "fortran", "fortran-2", "i8", "u1", "v2"}));
  EXPECT_EQ(accepted("npz", [](ByteSpan b) { read_npz(b, "a"); }),
            (Names{"comment", "deflated", "deflated-longer", "empty", "stored", "stored-longer",
                   "zip64"}));
}

TEST(Corpus, GoodTablesAreReadAndBrokenOnesRefused) {
  EXPECT_EQ(accepted("csv", [](ByteSpan b) { read_csv(b, "a"); }),
            (Names{"blank-line", "celeba", "commas", "excel",  "header", "hex",        "infinite",
                   "latin1",     "lines",  "mark",   "nan",    "nul",    "numbers",    "numpy",
                   "one",        "padded", "plain",  "quoted", "r",      "semicolons", "tabs",
                   "thousands",  "titles", "word",   "words"}));
}

TEST(Corpus, GoodSafetensorsAreReadAndBrokenOnesRefused) {
  EXPECT_EQ(accepted("safetensors", [](ByteSpan b) { read_safetensors(b, "a"); }),
            (Names{"checksum", "escapes", "good", "nothing", "type-bool", "type-f16", "type-i16",
                   "type-i32", "type-i8", "type-u8", "unordered"}));
}

TEST(Corpus, GoodEventFilesAreReadAndBrokenOnesRefused) {
  EXPECT_EQ(accepted("tensorboard", [](ByteSpan b) { read_tensorboard(b, "a"); }),
            (Names{"back-in-time", "both", "empty", "empty-bare", "image", "negative-step",
                   "scalar", "start", "unknown", "whole"}));
}

}  // namespace
}  // namespace gannet
