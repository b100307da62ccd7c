#include "gannet/formats/zip.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "gannet/formats/bytes.h"
#include "gannet/formats/checksum.h"
#include "gannet/formats/gzip.h"
#include "support/formats.h"

namespace gannet {
namespace {

std::string error_reading(ByteSpan bytes) {
  return error_of([&] {
    for (const ZipMember& member : read_zip(bytes, "a.zip")) unpack(member, "a.zip");
  });
}

// The deflate stream inside of a gzip file.
Bytes deflated(ByteSpan bytes) {
  const Bytes packed = gzip(bytes);
  return Bytes(packed.begin() + 10, packed.end() - 8);
}

// A zip of one member, whatever its fields say.
struct HandMade {
  std::string name = "a.txt";
  Bytes data = to_bytes("hello");
  uint64_t flags = 0, method = 0, crc = crc32(as_bytes("hello")), size = 5, packed = 5, offset = 0;
  Bytes extra;

  Bytes bytes() const {
    Bytes file, common;
    append_little(common, 20, 2);
    append_little(common, flags, 2);
    append_little(common, method, 2);
    append_little(common, 0, 4);
    append_little(common, crc, 4);
    append_little(common, packed, 4);
    append_little(common, size, 4);
    append_little(common, name.size(), 2);
    append_little(common, extra.size(), 2);
    append(file, "PK\x03\x04");
    append(file, common);
    append(file, name);
    append(file, extra);
    append(file, data);
    const uint64_t directory = file.size();
    append(file, std::string_view("PK\x01\x02\x14\x00", 6));
    append(file, common);
    append_little(file, 0, 2 + 2 + 2);
    append_little(file, 0, 4);
    append_little(file, offset, 4);
    append(file, name);
    append(file, extra);
    const uint64_t length = file.size() - directory;
    append(file, "PK\x05\x06");
    append_little(file, 0, 4);
    append_little(file, 1, 2);
    append_little(file, 1, 2);
    append_little(file, length, 4);
    append_little(file, directory, 4);
    append_little(file, 0, 2);
    return file;
  }
};

TEST(Zip, ReadsBackWhatItWrote) {
  rc::check([] {
    std::vector<Bytes> contents;
    for (int i = *rc::gen::inRange(0, 5); i > 0; --i) {
      contents.push_back(
          random_bytes(*rc::gen::inRange<size_t>(0, 200), *rc::gen::arbitrary<unsigned>()));
    }
    std::vector<ZipContent> members;
    for (size_t i = 0; i < contents.size(); ++i) {
      members.push_back({"folder/" + std::to_string(i), contents[i]});
    }
    const Bytes file = write_zip(members);
    const std::vector<ZipMember> read = read_zip(file, "a.zip");
    RC_ASSERT(read.size() == members.size());
    for (size_t i = 0; i < read.size(); ++i) {
      RC_ASSERT(read[i].name == members[i].name);
      RC_ASSERT(unpack(read[i], "a.zip") == contents[i]);
    }
  });
}

TEST(Zip, OneMemberInPiecesIsTheSame) {
  const Bytes content = to_bytes("hello");
  Bytes pieces = zip_local_header("a.txt", crc32(content), 5);
  append(pieces, content);
  append(pieces, zip_end("a.txt", crc32(content), 5));
  EXPECT_EQ(pieces, write_zip({{"a.txt", content}}));
}

TEST(Zip, DeflatedMembersAndCommentsAreRead) {
  const Bytes content(5000, std::byte{'x'});
  HandMade zip;
  zip.data = deflated(content);
  zip.method = 8;
  zip.crc = crc32(content);
  zip.size = content.size();
  zip.packed = zip.data.size();
  Bytes file = zip.bytes();
  file[file.size() - 2] = std::byte{7};
  append(file, "comment");
  const std::vector<ZipMember> members = read_zip(file, "a.zip");
  ASSERT_EQ(members.size(), 1u);
  EXPECT_EQ(unpack(members[0], "a.zip"), content);
  EXPECT_EQ(error_of([&] { unpack(members[0], "a.zip", 4999); }),
            "unpacks to 5000 bytes, at most 4999 are read here: a.zip(a.txt)");
}

TEST(Zip, MayBeBehindAProgramAndBeforeZeros) {
  const Bytes content = to_bytes("hello");
  const Bytes file = write_zip({{"a.txt", content}});
  for (const auto& [front, zeros] : {std::pair(0, 1), {0, 512}, {100, 0}, {1, 30}}) {
    Bytes padded(static_cast<size_t>(front), std::byte{'x'});
    padded.insert(padded.end(), file.begin(), file.end());
    padded.resize(padded.size() + static_cast<size_t>(zeros));
    const std::vector<ZipMember> members = read_zip(padded, "a.zip");
    ASSERT_EQ(members.size(), 1u) << front << " " << zeros;
    EXPECT_EQ(unpack(members[0], "a.zip"), content) << front << " " << zeros;
  }
}

TEST(Zip, SaysWhatIsWrong) {
  EXPECT_EQ(error_reading(HandMade().bytes()), "no error");
  EXPECT_EQ(error_reading({}), "file is empty: a.zip");
  EXPECT_EQ(error_reading(as_bytes("Rar!\x1a\x07...")), "not a zip file, but a RAR archive: a.zip");
  EXPECT_EQ(error_reading(as_bytes("<html>log in</html>")),
            "not a zip file, but a web page: a.zip");
  EXPECT_EQ(error_reading(as_bytes("PK\3\4...")), "zip is cut: its end is missing: a.zip");
  EXPECT_EQ(error_reading(Bytes(100'000)), "not a zip file, or its end is missing: a.zip");
  EXPECT_EQ(error_reading(HandMade{.flags = 1}.bytes()),
            "is encrypted: unpack the zip with its password: a.zip(a.txt)");
  EXPECT_EQ(
      error_reading(HandMade{.method = 12}.bytes()),
      "is compressed by method 12 (bzip2), expected 0 (stored) or 8 (deflated): unpack the zip, or "
      "pack it anew: a.zip(a.txt)");
  EXPECT_EQ(error_reading(HandMade{.crc = 1}.bytes()),
            "checksum does not match: the file is damaged: a.zip(a.txt)");
  EXPECT_EQ(error_reading(HandMade{.size = 6}.bytes()), "has two sizes in the zip: a.zip(a.txt)");
  EXPECT_EQ(error_reading(HandMade{.offset = 3}.bytes()),
            "is not where the zip's directory says: a.zip(a.txt)");
  EXPECT_EQ(error_reading(HandMade{.offset = 0xfffffff0}.bytes()),
            "lies beyond the end of the zip, which is cut or damaged: a.zip(a.txt)");
}

TEST(Zip, NamesAreUtf8AndTheirFoldersPartedBySlashes) {
  const auto name_of = [](HandMade zip) { return read_zip(zip.bytes(), "a.zip").at(0).name; };
  EXPECT_EQ(name_of({.name = "photos\\cats\\1.png"}), "photos/cats/1.png");
  EXPECT_EQ(name_of({.name = "e\xcc\x81"}), "\xc3\xa9") << "by most programs, without a flag";
  EXPECT_EQ(name_of({.name = "caf\x82"}), "caf\xc3\xa9") << "code page 437";
  EXPECT_EQ(name_of({.name = "stra\xe1"
                             "e"}),
            "stra\xc3\x9f"
            "e")
      << "code page 437";
  EXPECT_EQ(name_of({.name = "caf\xe9"}), "caf\xc3\xa9") << "Windows-1252";
  HandMade zip{.name = "caf\xe9"};
  append_little(zip.extra, 0x7075, 2);
  append_little(zip.extra, 10, 2);
  append_little(zip.extra, 1, 1);
  append_little(zip.extra, crc32(as_bytes(zip.name)), 4);
  append(zip.extra, "caf\xc3\xa9");
  EXPECT_EQ(name_of(zip), "caf\xc3\xa9") << "Info-ZIP's field";
}

TEST(Zip, StartsOfMembersAreUnpackedAlone) {
  const Bytes content(5000, std::byte{'x'}), start(7, std::byte{'x'});
  HandMade zip{.data = deflated(content), .method = 8, .crc = 0, .size = 5000};
  zip.packed = zip.data.size();
  EXPECT_EQ(unpack_start(read_zip(zip.bytes(), "a.zip")[0], 7), start);
  EXPECT_EQ(unpack_start(read_zip(HandMade().bytes(), "a.zip")[0], 100), to_bytes("hello"));
  EXPECT_EQ(unpack_start(read_zip(HandMade{.flags = 1}.bytes(), "a.zip")[0], 100), Bytes());
  EXPECT_EQ(unpack_start(read_zip(HandMade{.method = 8}.bytes(), "a.zip")[0], 100), Bytes());
}

TEST(Zip, AMemberMustUnpackToItsSize) {
  const Bytes content(5000, std::byte{'x'});
  HandMade zip;
  zip.data = deflated(content);
  zip.method = 8;
  zip.crc = crc32(content);
  zip.packed = zip.data.size();
  for (const uint64_t size : std::vector<uint64_t>{4999, 5001, 6000, 0, 4'000'000'000}) {
    zip.size = size;
    const std::string error = error_reading(zip.bytes());
    EXPECT_NE(error, "no error") << size;
  }
}

TEST(Zip, LargeArchivesHaveTheirOwnEndRecord) {
  // The same directory, announced by the zip64 records; the member's offset stands in its extra
  // field.
  HandMade zip;
  append_little(zip.extra, 1, 2);
  append_little(zip.extra, 8, 2);
  append_little(zip.extra, 0, 8);
  zip.offset = 0xffffffff;
  Bytes file = zip.bytes();
  file.resize(file.size() - 22);
  const uint64_t directory = 30 + 5 + 12 + 5, length = file.size() - directory, end64 = file.size();
  append(file, "PK\x06\x06");
  append_little(file, 44, 8);
  append_little(file, 45 << 16 | 45, 4);
  append_little(file, 0, 8);
  append_little(file, 1, 8);
  append_little(file, 1, 8);
  append_little(file, length, 8);
  append_little(file, directory, 8);
  append(file, "PK\x06\x07");
  append_little(file, 0, 4);
  append_little(file, end64, 8);
  append_little(file, 1, 4);
  append(file, "PK\x05\x06");
  append_little(file, 0, 4);
  append_little(file, 0xffffffff, 4);
  append_little(file, 0xffffffff, 4);
  append_little(file, 0xffffffff, 4);
  append_little(file, 0, 2);
  EXPECT_EQ(error_reading(file), "no error");
  ASSERT_EQ(read_zip(file, "a.zip").size(), 1u);
  EXPECT_EQ(unpack(read_zip(file, "a.zip")[0], "a.zip"), to_bytes("hello"));
  file[end64] = std::byte{0};
  EXPECT_EQ(error_reading(file), "zip64 end record is damaged: a.zip");
}

TEST(Zip, EveryCutAndMostFlipsAreRefused) {
  const Bytes a = random_bytes(300, 1), b = random_bytes(20, 2);
  const Bytes file = write_zip({{"a", a}, {"b", b}});
  const auto read = [](ByteSpan bytes) {
    for (const ZipMember& member : read_zip(bytes, "a.zip")) unpack(member, "a.zip");
  };
  expect_every_cut_is_refused(file, read);
  count_undetected_flips(file, read);
}

TEST(ZipWriter, GivesItsMembersBack) {
  const TemporaryFolder folder;
  {
    ZipWriter zip(folder / "a.zip");
    zip.add("a/1", as_bytes("one"));
    zip.add("2", as_bytes(""));
    EXPECT_EQ(error_of([&] { zip.add("2", as_bytes("again")); }),
              "a second member of this name: 2");
    EXPECT_FALSE(std::filesystem::exists(folder / "a.zip"));
    zip.commit();
  }
  const Bytes bytes = read_file(folder / "a.zip");
  EXPECT_EQ(bytes, write_zip({{"a/1", as_bytes("one")}, {"2", {}}}));
}

TEST(ZipWriter, CountsBeyondSixteenBits) {
  const TemporaryFolder folder;
  ZipWriter zip(folder / "a.zip");
  for (int i = 0; i < 70'000; ++i) zip.add(std::to_string(i), as_bytes("x"));
  zip.commit();
  const Bytes bytes = read_file(folder / "a.zip");
  const std::vector<ZipMember> members = read_zip(bytes, "a.zip");
  ASSERT_EQ(members.size(), 70'000u);
  EXPECT_EQ(members.back().name, "69999");
  EXPECT_EQ(unpack(members.back(), "a.zip"), to_bytes("x"));
}

}  // namespace
}  // namespace gannet
