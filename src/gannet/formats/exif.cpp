#include "gannet/formats/exif.h"

#include "gannet/formats/bytes.h"

namespace gannet {
namespace {

constexpr std::string_view kMark("Exif\0\0", 6);
constexpr uint64_t kOrientation = 0x0112, kShort = 3;  // the entry's tag and type

int find_orientation(ByteReader reader, ByteSpan all) {
  const std::string_view order = as_text(reader.take(2));
  if (order != "II" && order != "MM") return 1;
  const auto number = [&](ByteReader& from, int count) {
    return order == "II" ? from.little(count) : from.big(count);
  };
  if (number(reader, 2) != 42) return 1;
  ByteReader entries(all, "EXIF");
  entries.take(number(reader, 4));
  for (uint64_t left = number(entries, 2); left > 0; --left) {
    ByteReader entry(entries.take(12), "EXIF");
    const uint64_t tag = number(entry, 2), type = number(entry, 2), count = number(entry, 4);
    if (tag != kOrientation || type != kShort || count != 1) continue;
    const uint64_t value = number(entry, 2);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

}  // namespace

int exif_orientation(ByteSpan exif) {
  if (as_text(exif).starts_with(kMark)) exif = exif.subspan(kMark.size());
  try {
    return find_orientation(ByteReader(exif, "EXIF"), exif);
  } catch (const Error&) {  // damaged EXIF leaves the pixels intact
    return 1;
  }
}

}  // namespace gannet
