#include "gannet/formats/npy.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <utility>

#include "gannet/base/error.h"
#include "gannet/formats/checksum.h"
#include "gannet/formats/detail/npy_header.h"
#include "gannet/formats/zip.h"

namespace gannet {
namespace {

constexpr uint64_t kStreamHeader = 128;  // room for any item count

// Elements of a Fortran array in C order, and of a big-endian one with their bytes turned.
Bytes reorder(const NpyArray& array, bool fortran_order, bool big_endian) {
  const uint64_t size = dtype_size(array.dtype);
  const std::vector<int64_t>& shape = array.shape;
  std::vector<uint64_t> strides(shape.size());  // in elements of the file
  uint64_t stride = 1;
  for (size_t i = 0; i < shape.size(); ++i) {
    const size_t axis = fortran_order ? i : shape.size() - 1 - i;
    strides[axis] = stride;
    stride *= static_cast<uint64_t>(shape[axis]);
  }
  Bytes bytes(array.bytes.size());
  std::vector<int64_t> index(shape.size());
  uint64_t from = 0;
  for (uint64_t to = 0; to < bytes.size(); to += size) {
    std::memcpy(bytes.data() + to, array.bytes.data() + from * size, size);
    if (big_endian) std::reverse(bytes.data() + to, bytes.data() + to + size);
    for (size_t axis = shape.size(); axis-- > 0;) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * static_cast<uint64_t>(shape[axis]);
      index[axis] = 0;
    }
  }
  return bytes;
}

std::vector<int64_t> with_items(int64_t items, std::vector<int64_t> shape) {
  shape.insert(shape.begin(), items);
  return shape;
}

template <class T>
std::vector<double> widened(ByteSpan bytes) {
  std::vector<double> values(bytes.size() / sizeof(T));
  for (size_t i = 0; i < values.size(); ++i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    values[i] = static_cast<double>(value);
  }
  return values;
}

// IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction.
double from_half(uint16_t half) {
  const int exponent = half >> 10 & 31, fraction = half & 1023;
  double size = std::ldexp(fraction, -24);
  if (exponent == 31)
    size = fraction == 0 ? std::numeric_limits<double>::infinity()
                         : std::numeric_limits<double>::quiet_NaN();
  else if (exponent > 0)
    size = std::ldexp(1024 + fraction, exponent - 25);
  return half >> 15 ? -size : size;
}

std::vector<double> widened_halves(ByteSpan bytes) {
  std::vector<double> values;
  values.reserve(bytes.size() / 2);
  for (size_t i = 0; i + 1 < bytes.size(); i += 2)
    values.push_back(from_half(static_cast<uint16_t>(std::to_integer<int>(bytes[i]) |
                                                     std::to_integer<int>(bytes[i + 1]) << 8)));
  return values;
}

}  // namespace

std::vector<double> to_doubles(const NpyArray& array, std::string_view source) {
  switch (array.dtype) {
    case Dtype::F64:
      return widened<double>(array.bytes);
    case Dtype::F32:
      return widened<float>(array.bytes);
    case Dtype::F16:
      return widened_halves(array.bytes);
    case Dtype::I64:
      return widened<int64_t>(array.bytes);
    case Dtype::I32:
      return widened<int32_t>(array.bytes);
    case Dtype::I16:
      return widened<int16_t>(array.bytes);
    case Dtype::I8:
      return widened<int8_t>(array.bytes);
    case Dtype::U64:
      return widened<uint64_t>(array.bytes);
    case Dtype::U32:
      return widened<uint32_t>(array.bytes);
    case Dtype::U16:
      return widened<uint16_t>(array.bytes);
    case Dtype::U8:
    case Dtype::BOOL:
      return widened<uint8_t>(array.bytes);
    default:
      throw Error("array is of type " + std::string(dtype_name(array.dtype)) +
                      ", expected floats, integers or bool",
                  std::string(source), "numpy: array.astype('float32')");
  }
}

NpyArray read_npy(ByteSpan bytes, std::string_view source) {
  ByteReader file(bytes, source);
  if (as_text(file.take(kNpyMagic.size())) != kNpyMagic) file.fail("not a NumPy file");
  const uint64_t major = file.little(1), minor = file.little(1);
  if ((major != 1 && major != 2) || minor != 0) {
    file.fail("NumPy file of version " + std::to_string(major) + "." + std::to_string(minor) +
              ", expected 1.0 or 2.0");
  }
  const uint64_t length = file.little(major == 1 ? 2 : 4);
  const NpyHeader header = parse_npy_header(as_text(file.take(length)), file);
  NpyArray array;
  array.dtype = header.dtype;
  array.shape = header.shape;
  const std::optional<uint64_t> size = array_bytes(array.shape, array.dtype);
  if (!size) file.fail("NumPy array has an impossible shape " + shape_text(array.shape));
  array.bytes = file.take(*size);
  if (file.left() > 0) {
    file.fail("NumPy array " + shape_text(array.shape) + " is followed by " +
              std::to_string(file.left()) + " bytes too many");
  }
  if (header.fortran_order || header.big_endian) {
    array.reordered =
        std::make_shared<const Bytes>(reorder(array, header.fortran_order, header.big_endian));
    array.bytes = *array.reordered;
  }
  return array;
}

Bytes npy_header(Dtype dtype, const std::vector<int64_t>& shape) {
  return make_npy_header(dtype, shape, 0);
}

Bytes write_npy(const NpyArray& array) {
  if (array_bytes(array.shape, array.dtype) != array.bytes.size()) {
    throw Error("array of shape " + shape_text(array.shape) + " has " +
                    std::to_string(array.bytes.size()) + " bytes",
                "npy");
  }
  Bytes bytes = npy_header(array.dtype, array.shape);
  append(bytes, array.bytes);
  return bytes;
}

std::vector<NpzArray> read_npz(ByteSpan bytes, std::string_view source, uint64_t limit) {
  constexpr std::string_view kSuffix = ".npy";
  std::vector<NpzArray> arrays;
  for (const ZipMember& member : read_zip(bytes, source)) {
    const std::string where = std::string(source) + "(" + member.name + ")";
    if (!member.name.ends_with(kSuffix)) throw Error("is not a NumPy array", where);
    NpzArray array;
    array.file = unpack(member, source, limit);
    limit -= array.file.size();
    NpyArray view = read_npy(array.file, where);
    if (view.reordered) {
      array.file = write_npy(view);
      view = read_npy(array.file, where);
    }
    array.name = member.name.substr(0, member.name.size() - kSuffix.size());
    if (std::ranges::find(arrays, array.name, &NpzArray::name) != arrays.end())
      throw Error("a second array of this name", where);
    array.dtype = view.dtype;
    array.shape = view.shape;
    array.offset = array.file.size() - view.bytes.size();
    arrays.push_back(std::move(array));
  }
  return arrays;
}

Bytes write_npz(const std::vector<NamedArray>& arrays) {
  std::vector<Bytes> files;
  files.reserve(arrays.size());
  for (const NamedArray& named : arrays) files.push_back(write_npy(named.array));
  std::vector<ZipContent> members;
  for (size_t i = 0; i < arrays.size(); ++i) members.push_back({arrays[i].name + ".npy", files[i]});
  return write_zip(members);
}

NpyWriter::NpyWriter(const Path& path, Dtype dtype, std::vector<int64_t> item_shape,
                     std::string_view name)
    : file_(path), dtype_(dtype), item_shape_(std::move(item_shape)), crc_(crc32({})) {
  const std::optional<uint64_t> bytes = array_bytes(item_shape_, dtype_);
  if (!bytes || *bytes == 0) {
    throw Error("items of shape " + shape_text(item_shape_) + " cannot be written", path.string());
  }
  item_bytes_ = *bytes;
  if (path.extension() == ".npz") member_ = std::string(name) + ".npy";
  if (!member_.empty()) file_.write(zip_local_header(member_, 0, 0));
  header_offset_ = file_.size();
  file_.write(make_npy_header(dtype_, with_items(0, item_shape_), kStreamHeader));
}

void NpyWriter::write(ByteSpan items) {
  if (items.size() % item_bytes_ != 0) {
    throw Error(std::to_string(items.size()) + " bytes are not whole items of " +
                    std::to_string(item_bytes_),
                file_.path().string());
  }
  file_.write(items);
  if (!member_.empty()) crc_ = crc32(items, crc_);
  items_ += static_cast<int64_t>(items.size() / item_bytes_);
}

void NpyWriter::commit() {
  const Bytes header = make_npy_header(dtype_, with_items(items_, item_shape_), kStreamHeader);
  const uint64_t data = static_cast<uint64_t>(items_) * item_bytes_;
  if (header.size() != file_.size() - header_offset_ - data) {
    throw Error("header of " + shape_text(item_shape_) + " grew", file_.path().string());
  }
  file_.write_at(header_offset_, header);
  if (!member_.empty()) {
    const uint32_t crc = crc32_join(crc32(header), crc_, data);
    file_.write_at(0, zip_local_header(member_, crc, header.size() + data));
    file_.write(zip_end(member_, crc, header.size() + data));
  }
  file_.commit();
}

}  // namespace gannet
