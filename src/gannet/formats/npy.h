// NumPy's array files: .npy (versions 1 and 2) and .npz, a zip of them. Written little-endian and
// in C order; read of either endianness and order.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/formats/bytes.h"

namespace gannet {

struct NpyArray {
  Dtype dtype = Dtype::F32;
  std::vector<int64_t> shape;
  ByteSpan bytes;  // row-major, little-endian; a view of the file's bytes, of any alignment
  std::shared_ptr<const Bytes> reordered = nullptr;  // what it is a view of instead, of other files
};

// Throws Error for a wrong header (read as strictly as it is written), types without a Dtype, and a
// length that is not exactly what the shape says.
NpyArray read_npy(ByteSpan bytes, std::string_view source);

// Its elements as numbers. bool is 0 and 1. Throws Error for BF16.
std::vector<double> to_doubles(const NpyArray& array, std::string_view source);

// All of a .npy file but its elements, which follow: for a stream of known length. BF16 is not a
// NumPy type.
Bytes npy_header(Dtype dtype, const std::vector<int64_t>& shape);
Bytes write_npy(const NpyArray& array);

struct NpzArray {
  std::string name;  // without ".npy"
  Dtype dtype = Dtype::F32;
  std::vector<int64_t> shape;
  Bytes file;           // the member as a .npy file
  uint64_t offset = 0;  // of its elements in there
  ByteSpan bytes() const { return ByteSpan(file).subspan(offset); }
};

// Stored and deflated members; throws Error as read_npy and read_zip do, and before more than
// `limit` bytes in all are held.
std::vector<NpzArray> read_npz(ByteSpan bytes, std::string_view source,
                               uint64_t limit = uint64_t{1} << 33);

struct NamedArray {
  std::string name;
  NpyArray array;
};
Bytes write_npz(const std::vector<NamedArray>& arrays);  // stored

// One array [N, ...] written item by item, N unknown until the end, with no more memory than an
// item: a .npz with one stored member `name` where the path ends in .npz (at most 4 GB), else a
// .npy. The file appears, whole, at commit().
class NpyWriter {
 public:
  NpyWriter(const Path& path, Dtype dtype, std::vector<int64_t> item_shape,
            std::string_view name = "samples");
  void write(ByteSpan items);  // whole items: any number of them
  int64_t items() const { return items_; }
  void commit();

 private:
  AtomicFile file_;
  Dtype dtype_;
  std::vector<int64_t> item_shape_;
  std::string member_;  // of the zip; empty for .npy
  uint64_t item_bytes_;
  uint64_t header_offset_ = 0;
  uint32_t crc_;
  int64_t items_ = 0;
};

}  // namespace gannet
