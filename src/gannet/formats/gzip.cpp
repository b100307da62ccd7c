#include "gannet/formats/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <string>

#include "gannet/base/error.h"

namespace gannet {
namespace {

constexpr int kRawDeflate = -MAX_WBITS;
constexpr int kGzip = MAX_WBITS + 16;

// zlib's counters have 32 bits.
uInt piece(uint64_t left) {
  return static_cast<uInt>(std::min<uint64_t>(left, std::numeric_limits<uInt>::max()));
}

Bytef* zlib_bytes(const std::byte* bytes) {
  return reinterpret_cast<Bytef*>(
      const_cast<std::byte*>(bytes));  // zlib does not write to its input
}

class Inflater {
 public:
  Inflater(ByteSpan in, int window, std::string_view source) : in_(in), source_(source) {
    if (inflateInit2(&stream_, window) != Z_OK) throw Error("no memory for zlib", source_);
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // Fills `out` as far as the stream goes; returns how many bytes that were.
  uint64_t fill(std::span<std::byte> out) {
    uint64_t done = 0;
    while (done < out.size() && !ended_) {
      stream_.next_in = zlib_bytes(in_.data());
      const uInt offered = stream_.avail_in = piece(in_.size());
      stream_.next_out = zlib_bytes(out.data() + done);
      const uInt room = stream_.avail_out = piece(out.size() - done);
      const int code = inflate(&stream_, Z_NO_FLUSH);
      in_ = in_.subspan(offered - stream_.avail_in);
      done += room - stream_.avail_out;
      ended_ = code == Z_STREAM_END;
      if (code == Z_BUF_ERROR || (code == Z_OK && in_.empty() && stream_.avail_out > 0)) {
        throw Error("compressed data is truncated", source_);
      }
      if (code != Z_OK && !ended_) throw Error("compressed data is damaged", source_);
    }
    return done;
  }

  bool ended() const { return ended_; }
  ByteSpan rest() const { return in_; }
  void next_member() {
    inflateReset(&stream_);
    ended_ = false;
  }

 private:
  ByteSpan in_;
  std::string source_;
  z_stream stream_{};
  bool ended_ = false;
};

}  // namespace

bool is_gzip(ByteSpan bytes) {
  return bytes.size() >= 2 && bytes[0] == std::byte{0x1f} && bytes[1] == std::byte{0x8b};
}

Bytes gunzip(ByteSpan bytes, std::string_view source, uint64_t limit) {
  if (!is_gzip(bytes)) throw Error("is not gzipped", std::string(source));
  limit = std::min(limit, uint64_t{1} << 62);
  Inflater inflater(bytes, kGzip, source);
  Bytes out;
  uint64_t size = 0;
  for (;;) {
    // One byte beyond the limit shows that it is exceeded.
    out.resize(std::min(limit + 1, std::max<uint64_t>(2 * size, 1 << 16)));
    size += inflater.fill(std::span(out).subspan(size));
    if (size > limit) {
      throw Error("unpacks to more than " + std::to_string(limit) + " bytes", std::string(source));
    }
    if (!inflater.ended()) continue;
    if (inflater.rest().empty()) break;
    if (!is_gzip(inflater.rest())) {
      throw Error(std::to_string(inflater.rest().size()) + " bytes too many after the gzipped data",
                  std::string(source));
    }
    inflater.next_member();
  }
  out.resize(size);
  return out;
}

Bytes gzip(ByteSpan bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, 6, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw Error("no memory for zlib", "gzip");
  }
  Bytes out(deflateBound(&stream, bytes.size()));
  uint64_t done = 0;
  int code = Z_OK;
  while (code == Z_OK) {
    stream.next_in = zlib_bytes(bytes.data());
    const uInt offered = stream.avail_in = piece(bytes.size());
    stream.next_out = zlib_bytes(out.data() + done);
    const uInt room = stream.avail_out = piece(out.size() - done);
    code = deflate(&stream, offered == bytes.size() ? Z_FINISH : Z_NO_FLUSH);
    bytes = bytes.subspan(offered - stream.avail_in);
    done += room - stream.avail_out;
  }
  deflateEnd(&stream);
  if (code != Z_STREAM_END) throw Error("zlib failed", "gzip");
  out.resize(done);
  return out;
}

Bytes inflate_exactly(ByteSpan bytes, std::string_view source, uint64_t size) {
  constexpr uint64_t kMostRatio = 1032;  // of deflate: 258 bytes from 2 bits
  const std::string expected =
      "compressed data does not unpack to " + std::to_string(size) + " bytes";
  if (size / kMostRatio > bytes.size()) throw Error(expected, std::string(source));
  Inflater inflater(bytes, kRawDeflate, source);
  Bytes out(size + 1);  // the one more shows a stream that goes on
  const uint64_t got = inflater.fill(out);
  if (got != size || !inflater.rest().empty()) throw Error(expected, std::string(source));
  out.resize(size);
  return out;
}

Bytes inflate_start(ByteSpan bytes, uint64_t most) {
  Bytes out(most);
  try {
    Inflater inflater(bytes, kRawDeflate, "");
    out.resize(inflater.fill(out));
  } catch (const Error&) {
    return {};
  }
  return out;
}

}  // namespace gannet
