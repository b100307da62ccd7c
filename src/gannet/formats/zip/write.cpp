#include <algorithm>
#include <string>

#include "gannet/base/error.h"
#include "gannet/formats/bytes.h"
#include "gannet/formats/checksum.h"
#include "gannet/formats/detail/zip_records.h"
#include "gannet/formats/zip.h"

namespace gannet {
namespace {

constexpr uint64_t kDate = 0x21;  // 1980-01-01

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
