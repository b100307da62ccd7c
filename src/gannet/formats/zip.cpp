#include "gannet/formats/zip.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "gannet/base/error.h"
#include "gannet/formats/bytes.h"
#include "gannet/formats/checksum.h"
#include "gannet/formats/gzip.h"

namespace gannet {
namespace {

// Signatures of the records.
constexpr uint64_t kLocal = 0x04034b50, kCentral = 0x02014b50, kEnd = 0x06054b50;
constexpr uint64_t kEnd64 = 0x06064b50, kLocator64 = 0x07064b50;
constexpr uint64_t kEndBytes = 22, kLocatorBytes = 20;
constexpr uint64_t kMost16 = 0xffff, kMost32 = 0xffffffff;
constexpr uint64_t kDate = 0x21;  // 1980-01-01

struct Directory {
  uint64_t entries = 0, bytes = 0, offset = 0;
};

ByteReader reader_at(ByteSpan bytes, uint64_t offset, std::string_view source) {
  ByteReader reader(bytes, source);
  reader.take(offset);
  return reader;
}

// The end record is the last thing in the file but a comment of up to 64 KiB.
uint64_t find_end(ByteSpan bytes, std::string_view source) {
  if (bytes.size() >= kEndBytes) {
    const uint64_t last = bytes.size() - kEndBytes;
    const uint64_t first = last > kMost16 ? last - kMost16 : 0;
    for (uint64_t at = last + 1; at-- > first;) {
      if (!as_text(bytes.subspan(at)).starts_with("PK\x05\x06")) continue;
      ByteReader end = reader_at(bytes, at + kEndBytes - 2, source);
      if (end.little(2) == end.left()) return at;
    }
  }
  throw Error("not a zip file, or its end is missing", std::string(source));
}

Directory find_directory(ByteSpan bytes, std::string_view source) {
  const uint64_t at = find_end(bytes, source);
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

ZipMember read_entry(ByteReader& file, ByteSpan bytes) {
  if (file.little(4) != kCentral) file.fail("zip directory is damaged");
  file.take(4);
  const uint64_t flags = file.little(2), method = file.little(2);
  file.take(4);
  ZipMember member;
  member.crc = static_cast<uint32_t>(file.little(4));
  uint64_t packed = file.little(4);
  member.size = file.little(4);
  const uint64_t name = file.little(2), extra = file.little(2), comment = file.little(2);
  file.take(2 + 2 + 4);
  uint64_t offset = file.little(4);
  member.name = as_text(file.take(name));
  read_zip64(ByteReader(file.take(extra), file.source()), file, member.size, packed, offset);
  file.take(comment);

  const std::string which = "zip member '" + member.name + "'";
  if ((flags & 1) != 0) file.fail(which + " is encrypted");
  if (method != 0 && method != 8) {
    file.fail(which + " is compressed by method " + std::to_string(method) +
              ", expected 0 (stored) or 8 (deflated)");
  }
  member.deflated = method == 8;
  ByteReader local = reader_at(bytes, offset, file.source());
  if (local.little(4) != kLocal) file.fail(which + " is not where the directory says");
  local.take(4);
  if (local.little(2) != method) file.fail(which + " contradicts the directory");
  local.take(16);
  const uint64_t local_name = local.little(2), local_extra = local.little(2);
  if (as_text(local.take(local_name)) != member.name)
    file.fail(which + " contradicts the directory");
  local.take(local_extra);
  member.data = local.take(packed);
  if (!member.deflated && packed != member.size) file.fail(which + " has two sizes");
  return member;
}

void check_writable(std::string_view name, uint64_t size) {
  if (name.size() > kMost16 || size >= kMost32) {
    throw Error("zip member of " + std::to_string(size) + " bytes: at most 4 GB are written",
                std::string(name), "write .npy instead");
  }
}

// Version, flags (the name is UTF-8), method, time, date, CRC, sizes: the part that both headers
// have.
void append_common(Bytes& to, std::string_view name, uint32_t crc, uint64_t size) {
  append_little(to, 20, 2);
  append_little(to, 0x800, 2);
  append_little(to, 0, 4);
  append_little(to, kDate, 2);
  append_little(to, crc, 4);
  append_little(to, size, 4);
  append_little(to, size, 4);
  append_little(to, name.size(), 2);
  append_little(to, 0, 2);
}

void append_central(Bytes& to, std::string_view name, uint32_t crc, uint64_t size,
                    uint64_t offset) {
  append_little(to, kCentral, 4);
  append_little(to, 20, 2);
  append_common(to, name, crc, size);
  append_little(to, 0, 2 + 2 + 2);
  append_little(to, 0, 4);
  append_little(to, offset, 4);
  append(to, name);
}

// More members than 16 bits count are in a record of their own, and one that says where that is.
void append_end64(Bytes& to, uint64_t entries, uint64_t bytes, uint64_t offset) {
  append_little(to, kEnd64, 4);
  append_little(to, 44, 8);  // bytes of this record that follow
  append_little(to, 45, 2);
  append_little(to, 45, 2);
  append_little(to, 0, 4 + 4);
  for (const uint64_t value : {entries, entries, bytes, offset}) append_little(to, value, 8);
  append_little(to, kLocator64, 4);
  append_little(to, 0, 4);
  append_little(to, offset + bytes, 8);
  append_little(to, 1, 4);
}

void append_end(Bytes& to, uint64_t entries, uint64_t bytes, uint64_t offset) {
  if (entries >= kMost16) append_end64(to, entries, bytes, offset);
  append_little(to, kEnd, 4);
  append_little(to, 0, 4);
  append_little(to, std::min(entries, kMost16), 2);
  append_little(to, std::min(entries, kMost16), 2);
  append_little(to, bytes, 4);
  append_little(to, offset, 4);
  append_little(to, 0, 2);
}

}  // namespace

std::vector<ZipMember> read_zip(ByteSpan bytes, std::string_view source) {
  constexpr uint64_t kEntryBytes = 46;  // at least
  const Directory directory = find_directory(bytes, source);
  ByteReader file = reader_at(bytes, directory.offset, source);
  file = ByteReader(file.take(directory.bytes), source);
  if (directory.entries > directory.bytes / kEntryBytes) file.fail("zip directory is damaged");
  std::vector<ZipMember> members;
  std::set<std::string> names;
  for (uint64_t i = 0; i < directory.entries; ++i) {
    members.push_back(read_entry(file, bytes));
    if (!names.insert(members.back().name).second) {
      file.fail("zip has two members '" + members.back().name + "'");
    }
  }
  if (file.left() > 0) file.fail("zip directory has more than it says");
  return members;
}

Bytes unpack(const ZipMember& member, std::string_view source, uint64_t limit) {
  const std::string where = std::string(source) + "(" + member.name + ")";
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

Bytes zip_local_header(std::string_view name, uint32_t crc, uint64_t size) {
  check_writable(name, size);
  Bytes bytes;
  append_little(bytes, kLocal, 4);
  append_common(bytes, name, crc, size);
  append(bytes, name);
  return bytes;
}

Bytes zip_end(std::string_view name, uint32_t crc, uint64_t size) {
  const uint64_t offset = zip_local_header(name, crc, size).size() + size;
  check_writable(name, offset);
  Bytes bytes;
  append_central(bytes, name, crc, size, 0);
  append_end(bytes, 1, bytes.size(), offset);
  return bytes;
}

void ZipWriter::add(std::string_view name, ByteSpan bytes) {
  const uint32_t crc = crc32(bytes);
  if (!names_.emplace(name).second) throw Error("a second member of this name", std::string(name));
  check_writable(name, file_.size() + bytes.size());
  append_central(directory_, name, crc, bytes.size(), file_.size());
  Bytes record = zip_local_header(name, crc, bytes.size());
  append(record, bytes);
  file_.write(record);
}

void ZipWriter::commit() {
  const uint64_t offset = file_.size();
  check_writable("zip", offset + directory_.size());
  const uint64_t size = directory_.size();
  append_end(directory_, names_.size(), size, offset);
  file_.write(directory_);
  file_.commit();
}

Bytes write_zip(const std::vector<ZipContent>& members) {
  if (members.size() >= kMost16) throw Error("more than 65534 members", "zip");
  Bytes bytes, directory;
  for (const ZipContent& member : members) {
    const uint32_t crc = crc32(member.bytes);
    check_writable(member.name, bytes.size());
    append_central(directory, member.name, crc, member.bytes.size(), bytes.size());
    append(bytes, zip_local_header(member.name, crc, member.bytes.size()));
    append(bytes, member.bytes);
  }
  check_writable("zip", bytes.size() + directory.size());
  const uint64_t offset = bytes.size();
  append(bytes, directory);
  append_end(bytes, members.size(), directory.size(), offset);
  return bytes;
}

}  // namespace gannet
