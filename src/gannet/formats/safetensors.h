// Safetensors (github.com/huggingface/safetensors): 8 bytes header length, a JSON header, the
// tensors' bytes. Read strictly: whatever is not exactly the format is refused, with what and
// where.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/formats/bytes.h"

namespace gannet {

struct TensorView {
  std::string name;
  Dtype dtype = Dtype::F32;
  std::vector<int64_t> shape;
  ByteSpan bytes;  // row-major, little-endian; of any alignment where it was read
};

struct SafetensorsFile {
  std::map<std::string, std::string> metadata;
  std::vector<TensorView>
      tensors;  // in the order of their bytes; views of the bytes that were read
};

enum class Checksum { if_present, required };

// The metadata key `checksum` is `sha256:` and 64 hex digits: SHA-256 of the whole file with these
// digits as zeros. It is verified where it is there. Throws Error for a cut or longer file, a
// header that is not this format's, names given twice, unknown types, holes and overlaps, sizes
// that are not their shape's, a wrong checksum, and a missing one where it is required.
SafetensorsFile read_safetensors(ByteSpan bytes, std::string_view source,
                                 Checksum checksum = Checksum::if_present);

// The tensors in the order given, the first byte of the first one 64-byte aligned in the file;
// `checksum` is added to the metadata. Equal input gives equal bytes. Throws Error for a name given
// twice, for bytes that are not what the shape says, and where the file cannot be written.
// `after_piece` is called after each 256 KiB that were hashed or written, so that work in the
// background can rest there.
void write_safetensors(const Path& path, const std::map<std::string, std::string>& metadata,
                       const std::vector<TensorView>& tensors,
                       const std::function<void()>& after_piece = {});
Bytes safetensors_bytes(const std::map<std::string, std::string>& metadata,
                        const std::vector<TensorView>& tensors);

}  // namespace gannet
