#include <zlib.h>

#include <string>

#include "gannet/base/error.h"
#include "gannet/formats/bytes.h"
#include "gannet/formats/png.h"
#include "gannet/formats/png_animation.h"

namespace gannet {
namespace {

constexpr uint64_t kSignature = 8;  // bytes before the first chunk
const std::string kWhere = "APNG";

void append_chunk(Bytes& to, std::string_view name, ByteSpan data) {
  append_big(to, data.size(), 4);
  const size_t begin = to.size();
  append(to, name);
  append(to, data);
  const auto* from = reinterpret_cast<const Bytef*>(to.data() + begin);
  append_big(to, crc32_z(0, from, to.size() - begin), 4);
}

// The contents of all chunks of this name, concatenated.
Bytes chunks(ByteSpan png, std::string_view name) {
  ByteReader file(png, kWhere);
  file.take(kSignature);
  Bytes all;
  while (file.left() > 0) {
    const uint64_t length = file.big(4);
    const std::string_view found = as_text(file.take(4));
    const ByteSpan data = file.take(length);
    if (found == name) append(all, data);
    file.take(4);
  }
  return all;
}

}  // namespace

void PngAnimation::add(const Image& image, int64_t milliseconds) {
  if (milliseconds < 1 || milliseconds > 0xffff)
    throw Error("a frame of " + std::to_string(milliseconds) + " ms", kWhere);
  const Bytes png = write_png(image);
  Bytes header = chunks(png, "IHDR");
  if (frames_.empty())
    header_ = std::move(header);
  else if (header != header_)
    throw Error(
        "frame " + std::to_string(frames_.size()) + " is not of the size and channels of the first",
        kWhere);
  frames_.push_back({chunks(png, "IDAT"), milliseconds});
}

Bytes PngAnimation::finish() const {
  if (frames_.empty()) throw Error("an animation without frames", kWhere);
  Bytes out;
  append(out, "\x89PNG\r\n\x1a\n");
  append_chunk(out, "IHDR", header_);
  Bytes control;
  append_big(control, frames_.size(), 4);
  append_big(control, static_cast<uint64_t>(loops_), 4);
  append_chunk(out, "acTL", control);
  uint64_t sequence = 0;
  for (size_t i = 0; i < frames_.size(); ++i) {
    Bytes frame;
    append_big(frame, sequence++, 4);
    append(frame, ByteSpan(header_).first(8));  // width and height
    append_big(frame, 0, 8);                    // at the top left corner
    append_big(frame, static_cast<uint64_t>(frames_[i].milliseconds), 2);
    append_big(frame, 1000, 2);
    append_big(frame, 0, 2);  // leave the canvas as it is; replace all of it
    append_chunk(out, "fcTL", frame);
    if (i == 0) {
      append_chunk(out, "IDAT", frames_[i].data);
      continue;
    }
    Bytes data;
    append_big(data, sequence++, 4);
    append(data, frames_[i].data);
    append_chunk(out, "fdAT", data);
  }
  append_chunk(out, "IEND", {});
  return out;
}

}  // namespace gannet
