#include "gannet/formats/file_type.h"

#include <gtest/gtest.h>

#include <string>

namespace gannet {
namespace {

std::string name_of(std::string_view bytes) { return std::string(file_type(as_bytes(bytes)).name); }

TEST(FileType, IsThatOfTheFirstBytes) {
  const std::pair<std::string, std::string> files[] = {
      {"\x89PNG\r\n\x1a\n...", "png"},
      {"\xff\xd8\xff\xe0", "jpeg"},
      {"RIFF....WEBPVP8 ", "webp"},
      {"RIFF....WAVEfmt ", "wav"},
      {"RIFF....AVI LIST", "avi"},
      {"GIF89a...", "gif"},
      {std::string("II*\0....", 8), "tiff"},
      {std::string("MM\0*....", 8), "tiff"},
      {std::string("\0\0\0\x18"
                   "ftypheic",
                   12),
       "heic"},
      {std::string("\0\0\0\x18"
                   "ftypavif",
                   12),
       "avif"},
      {std::string("\0\0\0\x18"
                   "ftypisom",
                   12),
       "mp4"},
      {std::string("\0\0\0\x18"
                   "ftypqt  ",
                   12),
       "mov"},
      {std::string("\0\0\0\x18"
                   "ftypM4A ",
                   12),
       "m4a"},
      {"FORM....AIFFCOMM", "aiff"},
      {"ID3\3", "mp3"},
      {"\xff\xfb\x90\x64", "mp3"},
      {"fLaC", "flac"},
      {"OggS", "ogg"},
      {"PK\3\4", "zip"},
      {"Rar!\x1a\x07", "rar"},
      {"version https://git-lfs.github.com/spec/v1\noid", "lfs"},
      {"<!DOCTYPE html><p>", "html"},
      {"<html>403 Forbidden</html>", "html"},
      {"\n<?xml version='1.0'?><svg>", "svg"},
      {"P6\n3 3\n", "pnm"},
      {"a line\n", "text"},
      {"", ""},
      {std::string("\0\5\26\7", 4), ""},
      {"BM" + std::string(60, '\0'), ""},
      {"BM" + std::string(12, '\0') + "\x28" + std::string(40, '\0'), "bmp"},
      {std::string(257, 'x') + "ustar", "tar"},
  };
  for (const auto& [bytes, name] : files) EXPECT_EQ(name_of(bytes), name) << bytes;
}

TEST(FileType, OfANameIsThatOfItsEnding) {
  EXPECT_EQ(file_type_of_name("a/b.HEIC").name, "heic");
  EXPECT_EQ(file_type_of_name("x.tar.gz").name, "gzip");
  EXPECT_EQ(file_type_of_name("x.jfif").name, "jpeg");
  for (const char* name : {"", "noextension", "a.b/c", ".", "x.", "x.unknown", "x.pn"})
    EXPECT_EQ(file_type_of_name(name).name, "") << name;
}

TEST(FileType, OfAZipMayBeThatOfItsName) {
  const auto type = [](std::string_view bytes, const char* name) {
    return file_type(as_bytes(bytes), name).name;
  };
  EXPECT_EQ(type("PK\3\4", "a.xlsx"), "spreadsheet");
  EXPECT_EQ(type("PK\3\4", "a.docx"), "document");
  EXPECT_EQ(type("PK\3\4", "a.npz"), "npy");
  EXPECT_EQ(type("PK\3\4", "a.png"), "zip");
  EXPECT_EQ(type("PK\3\4", "a.zip"), "zip");
  EXPECT_EQ(type("GIF89a", "a.mat"), "gif");
  EXPECT_EQ(type("a line", "labels.csv"), "csv");
  EXPECT_EQ(type("a line", "readme"), "text");
}

TEST(FileType, IsNamedWhereSomethingElseIsExpected) {
  EXPECT_EQ(not_expected(as_bytes("GIF89a"), "a PNG image"), "not a PNG image, but a GIF image");
  EXPECT_EQ(not_expected(as_bytes(std::string_view("\0\1", 2)), "a PNG image"), "not a PNG image");
  EXPECT_EQ(not_expected(as_bytes("version https://git-lfs"), "a PNG image"),
            "not a PNG image, but a Git LFS pointer, not the file itself (`git lfs pull` brings "
            "the files)");
}

}  // namespace
}  // namespace gannet
