#include <algorithm>
#include <string>
#include <utility>

#include "gannet/base/error.h"
#include "gannet/base/file_names.h"
#include "gannet/formats/bytes.h"
#include "gannet/formats/checksum.h"
#include "gannet/formats/detail/zip_records.h"
#include "gannet/formats/file_type.h"
#include "gannet/formats/gzip.h"
#include "gannet/formats/zip.h"

namespace gannet {
namespace {

struct Directory {
  uint64_t entries = 0, bytes = 0, offset = 0;
  uint64_t front = 0;  // bytes before the zip begins, of a self-extracting one
};

ByteReader reader_at(ByteSpan bytes, uint64_t offset, std::string_view source) {
  ByteReader reader(bytes, source);
  reader.take(offset);
  return reader;
}

[[noreturn]] void refuse_without_end(ByteSpan bytes, std::string_view source) {
  const FileType type = file_type(bytes);
  if (bytes.empty()) throw Error("file is empty", std::string(source));
  if (type.name == "zip") throw Error("zip is cut: its end is missing", std::string(source));
  if (!type.name.empty()) throw Error(not_expected(bytes, "a zip file"), std::string(source));
  throw Error("not a zip file, or its end is missing", std::string(source));
}

// Without the zeros that some disks and transfers fill up files with. The end record itself may end
// with some.
ByteSpan without_padding(ByteSpan bytes) {
  const auto last = std::find_if(bytes.rbegin(), bytes.rend(),
                                 [](std::byte byte) { return byte != std::byte{0}; });
  const auto rest = static_cast<size_t>(bytes.rend() - last);
  return bytes.first(std::min(bytes.size(), rest + kEndBytes));
}

// The end record is the last thing in the file but a comment of up to 64 KiB, and zeros.
uint64_t find_end(ByteSpan bytes, std::string_view source) {
  if (bytes.size() >= kEndBytes) {
    const uint64_t last = bytes.size() - kEndBytes;
    const uint64_t first = last > kMost16 ? last - kMost16 : 0;
    for (uint64_t at = last + 1; at-- > first;) {
      if (!as_text(bytes.subspan(at)).starts_with("PK\x05\x06")) continue;
      ByteReader end = reader_at(bytes, at + kEndBytes - 2, source);
      const uint64_t comment = end.little(2);
      if (comment == end.left()) return at;
      const ByteSpan behind = bytes.subspan(at + kEndBytes);
      if (comment == 0 && std::ranges::count(behind, std::byte{0}) == std::ssize(behind)) return at;
    }
  }
  refuse_without_end(bytes, source);
}

Directory find_directory(ByteSpan bytes, std::string_view source) {
  const uint64_t at = find_end(without_padding(bytes), source);
  ByteReader end = reader_at(bytes, at + 4, source);
  const uint64_t disk = end.little(2), start_disk = end.little(2), here = end.little(2);
  Directory directory;
  directory.entries = end.little(2);
  directory.bytes = end.little(4);
  directory.offset = end.little(4);
  const bool large = here == kMost16 || directory.entries == kMost16 ||
                     directory.bytes == kMost32 || directory.offset == kMost32;
  if (!large && (disk != 0 || start_disk != 0 || here != directory.entries)) {
    end.fail("zip is split over several files");
  }
  const uint64_t behind = directory.offset + directory.bytes;
  if (!large && behind < at && !as_text(bytes.subspan(directory.offset)).starts_with("PK\x01\x02"))
    directory.front = at - behind;
  if (large && at >= kLocatorBytes) {
    ByteReader locator = reader_at(bytes, at - kLocatorBytes, source);
    if (locator.little(4) == kLocator64) {
      locator.take(4);
      const uint64_t end64_at = locator.little(8);
      ByteReader end64 = reader_at(bytes, end64_at, source);
      if (end64.little(4) != kEnd64) end64.fail("zip64 end record is damaged");
      end64.take(8 + 2 + 2 + 4 + 4 + 8);
      directory = {end64.little(8), end64.little(8), end64.little(8)};
    }
  }
  return directory;
}

// Sizes and offset that do not fit 32 bits stand in extra field 1, those that are needed, in this
// order.
void read_zip64(ByteReader extra, ByteReader& file, uint64_t& size, uint64_t& packed,
                uint64_t& offset) {
  while (extra.left() >= 4) {
    const uint64_t id = extra.little(2), length = extra.little(2);
    ByteReader field(extra.take(length), file.source());
    if (id != 1) continue;
    for (uint64_t* value : {&size, &packed, &offset}) {
      if (*value == kMost32) *value = field.little(8);
    }
  }
}

// The name in the UTF-8 of extra field 0x7075 (Info-ZIP), "" where there is none.
std::string_view unicode_path(ByteReader extra, ByteSpan name) {
  while (extra.left() >= 4) {
    const uint64_t id = extra.little(2), length = extra.little(2);
    ByteReader field(extra.take(length), extra.source());
    if (id != 0x7075 || length < 5 || field.little(1) != 1 || field.little(4) != crc32(name))
      continue;
    return as_text(field.take(field.left()));
  }
  return "";
}

// Does it look like Windows-1252? Its letters are from 0xC0 on, where code page 437 has lines and
// Greek letters (and the sharp s at 0xE1); those of code page 437 are below 0xA8.
bool looks_like_windows(std::string_view name) {
  bool letters = false;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 && byte < 0xc0) return false;
    letters |= byte >= 0xc0 && byte != 0xe1;
  }
  return letters;
}

// Names are in UTF-8 where a flag says so, and by most programs; else in the code page of old DOS,
// or of Windows, which display_name() takes what is not UTF-8 for.
std::string name_of(ByteSpan raw, ByteReader extra) {
  const std::string_view other = unicode_path(extra, raw), stored = as_text(raw);
  std::string name =
      display_name(!other.empty()                                  ? std::string(other)
                   : is_utf8(stored) || looks_like_windows(stored) ? std::string(stored)
                                                                   : from_code_page_437(stored));
  std::ranges::replace(name, '\\', '/');
  return name;
}

std::string method_text(uint64_t method) {
  const char* name = method == 9    ? " (Deflate64)"
                     : method == 12 ? " (bzip2)"
                     : method == 14 ? " (LZMA)"
                     : method == 93 ? " (Zstandard)"
                     : method == 95 ? " (xz)"
                                    : "";
  return "is compressed by method " + std::to_string(method) + name +
         ", expected 0 (stored) or 8 (deflated): unpack the zip, or pack it anew";
}

// The member's bytes, behind its local header, which must not contradict the directory.
void find_data(ByteReader local, ByteSpan name, uint64_t method, uint64_t packed,
               ZipMember& member) {
  if (local.little(4) != kLocal) {
    member.problem = "is not where the zip's directory says";
    return;
  }
  local.take(4);
  const bool same_method = local.little(2) == method;
  local.take(16);
  const uint64_t local_name = local.little(2), local_extra = local.little(2);
  if (!same_method || as_text(local.take(local_name)) != as_text(name)) {
    member.problem = "contradicts the zip's directory";
    return;
  }
  local.take(local_extra);
  member.data = local.take(packed);
  if (!member.deflated && packed != member.size) member.problem = "has two sizes in the zip";
}

ZipMember read_entry(ByteReader& file, ByteSpan bytes) {
  if (file.little(4) != kCentral) file.fail("zip directory is damaged");
  file.take(4);
  const uint64_t flags = file.little(2), method = file.little(2);
  file.take(4);
  ZipMember member;
  member.crc = static_cast<uint32_t>(file.little(4));
  uint64_t packed = file.little(4);
  member.size = file.little(4);
  const uint64_t name_size = file.little(2), extra_size = file.little(2), comment = file.little(2);
  file.take(2 + 2 + 4);
  uint64_t offset = file.little(4);
  const ByteSpan name = file.take(name_size), extra = file.take(extra_size);
  member.name = name_of(name, ByteReader(extra, file.source()));
  read_zip64(ByteReader(extra, file.source()), file, member.size, packed, offset);
  file.take(comment);
  member.deflated = method == 8;
  if ((flags & 1) != 0) {
    member.problem = "is encrypted: unpack the zip with its password";
  } else if (method != 0 && method != 8) {
    member.problem = method_text(method);
  } else {
    try {
      find_data(reader_at(bytes, offset, file.source()), name, method, packed, member);
    } catch (const Error&) {
      member.problem = "lies beyond the end of the zip, which is cut or damaged";
    }
  }
  return member;
}

}  // namespace

std::vector<ZipMember> read_zip(ByteSpan bytes, std::string_view source) {
  constexpr uint64_t kEntryBytes = 46;  // at least
  const Directory directory = find_directory(bytes, source);
  bytes = bytes.subspan(directory.front);
  ByteReader file = reader_at(bytes, directory.offset, source);
  file = ByteReader(file.take(directory.bytes), source);
  if (directory.entries > directory.bytes / kEntryBytes) file.fail("zip directory is damaged");
  std::vector<ZipMember> members;
  for (uint64_t i = 0; i < directory.entries; ++i) members.push_back(read_entry(file, bytes));
  if (file.left() > 0) file.fail("zip directory has more than it says");
  return members;
}

Bytes unpack(const ZipMember& member, std::string_view source, uint64_t limit) {
  const std::string where = std::string(source) + "(" + member.name + ")";
  if (!member.problem.empty()) throw Error(member.problem, where);
  if (member.size > limit) {
    throw Error("unpacks to " + std::to_string(member.size) + " bytes, at most " +
                    std::to_string(limit) + " are read here",
                where);
  }
  Bytes bytes = member.deflated ? inflate_exactly(member.data, where, member.size)
                                : Bytes(member.data.begin(), member.data.end());
  if (crc32(bytes) != member.crc)
    throw Error("checksum does not match: the file is damaged", where);
  return bytes;
}

Bytes unpack_start(const ZipMember& member, uint64_t most) {
  if (!member.problem.empty()) return {};
  if (member.deflated) return inflate_start(member.data, most);
  const ByteSpan start = member.data.first(std::min<uint64_t>(most, member.data.size()));
  return {start.begin(), start.end()};
}

}  // namespace gannet
