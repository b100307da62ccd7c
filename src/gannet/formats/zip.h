// Zip archives (PKWARE APPNOTE 6.3, zip64 included): members stored or deflated. A member of
// another kind is listed, and refused when it is unpacked.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gannet/base/files.h"

namespace gannet {

struct ZipMember {
  std::string name;     // valid UTF-8, folders parted by '/' (some programs of Windows write '\\')
  std::string problem;  // why it can't be unpacked: encrypted, of an unusual compression, ...
  bool deflated = false;
  ByteSpan data;      // as it lies in the archive
  uint64_t size = 0;  // unpacked
  uint32_t crc = 0;   // of the unpacked bytes
};

// The members by the archive's directory, in its order, also several of one name. Throws Error
// where the directory is damaged or cut.
std::vector<ZipMember> read_zip(ByteSpan bytes, std::string_view source);

// The bytes of a member, checked against its size and CRC-32. Throws Error for its problem, and
// before more than `limit` are held.
Bytes unpack(const ZipMember& member, std::string_view source, uint64_t limit = uint64_t{1} << 33);

// Its first bytes, at most so many; fewer where it is damaged.
Bytes unpack_start(const ZipMember& member, uint64_t most);

struct ZipContent {
  std::string name;
  ByteSpan bytes;
};
Bytes write_zip(
    const std::vector<ZipContent>& members);  // stored, dated 1980-01-01; below 4 GB in all

// A zip of many members, written one by one; the file appears at commit() alone. Stored,
// dated 1980-01-01, below 4 GB in all.
class ZipWriter {
 public:
  explicit ZipWriter(Path path) : file_(std::move(path)) {}

  // Throws Error for a duplicate name.
  void add(std::string_view name, ByteSpan bytes);
  void commit();

 private:
  AtomicFile file_;
  Bytes directory_;
  std::set<std::string, std::less<>> names_;
};

// The two records of a stored member and the end of an archive that has just this one: for a file
// written in pieces.
Bytes zip_local_header(std::string_view name, uint32_t crc, uint64_t size);
Bytes zip_end(std::string_view name, uint32_t crc, uint64_t size);

}  // namespace gannet
