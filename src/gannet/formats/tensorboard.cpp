#include "gannet/formats/tensorboard.h"

#include <bit>
#include <limits>
#include <optional>
#include <utility>

#include "gannet/base/error.h"
#include "gannet/formats/bytes.h"
#include "gannet/formats/checksum.h"
#include "gannet/formats/detail/protobuf.h"

namespace gannet {
namespace {

using namespace protobuf;

// Summary.Value: tag = 1, simple_value = 2, image = 4.
Bytes scalar_value(const EventScalar& scalar) {
  Bytes value;
  put_bytes(value, 1, as_bytes(scalar.tag));
  put_key(value, 2, kFixed32);
  append_little(value, std::bit_cast<uint32_t>(scalar.value), 4);
  return value;
}

// Summary.Image: height = 1, width = 2, colorspace = 3 (the number of channels),
// encoded_image_string = 4.
Bytes image_value(const EventImage& image) {
  Bytes encoded;
  put_integer(encoded, 1, image.height);
  put_integer(encoded, 2, image.width);
  put_integer(encoded, 3, image.channels);
  put_bytes(encoded, 4, image.png);
  Bytes value;
  put_bytes(value, 1, as_bytes(image.tag));
  put_bytes(value, 4, encoded);
  return value;
}

// Summary.Value: metadata = 9, a SummaryMetadata: plugin_data = 1 (plugin_name = 1, content = 2).
Bytes plugin_value(const EventPlugin& plugin) {
  Bytes data;
  put_bytes(data, 1, as_bytes(plugin.plugin));
  put_bytes(data, 2, plugin.content);
  Bytes metadata;
  put_bytes(metadata, 1, data);
  Bytes value;
  put_bytes(value, 1, as_bytes(plugin.tag));
  put_bytes(value, 9, metadata);
  return value;
}

uint64_t get_varint(ByteReader& in) {
  uint64_t value = 0;
  for (int shift = 0; shift < 70; shift += 7) {
    const uint64_t byte = in.little(1);
    if (shift == 63 && byte > 1) break;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  in.fail("event has a number of more than 64 bits");
}

struct Field {
  uint64_t number, wire;
};

Field get_field(ByteReader& in) {
  const uint64_t key = get_varint(in);
  if (key >> 3 == 0 || key >> 3 > 0x1fffffff) in.fail("event has a field of an impossible number");
  return {key >> 3, key & 7};
}

void expect(const ByteReader& in, Field field, Wire wire) {
  if (field.wire != wire) {
    in.fail("event field " + std::to_string(field.number) + " has wire type " +
            std::to_string(field.wire) + ", expected " + std::to_string(wire));
  }
}

void skip(ByteReader& in, Field field) {
  switch (field.wire) {
    case kVarint:
      get_varint(in);
      return;
    case kFixed64:
      in.take(8);
      return;
    case kBytes:
      in.take(get_varint(in));
      return;
    case kFixed32:
      in.take(4);
      return;
    default:
      in.fail("event has a field of unknown wire type " + std::to_string(field.wire));
  }
}

ByteSpan get_bytes(ByteReader& in, Field field) {
  expect(in, field, kBytes);
  return in.take(get_varint(in));
}

int64_t get_integer(ByteReader& in, Field field) {
  expect(in, field, kVarint);
  return static_cast<int64_t>(get_varint(in));
}

EventImage parse_image(ByteReader in) {
  EventImage image;
  while (in.left() > 0) {
    const Field field = get_field(in);
    switch (field.number) {
      case 1:
        image.height = get_integer(in, field);
        break;
      case 2:
        image.width = get_integer(in, field);
        break;
      case 3:
        image.channels = get_integer(in, field);
        break;
      case 4: {
        const ByteSpan png = get_bytes(in, field);
        image.png.assign(png.begin(), png.end());
        break;
      }
      default:
        skip(in, field);
    }
  }
  return image;
}

// The first field of this number, of a message; nothing where there is none.
std::optional<ByteSpan> find_bytes(ByteSpan message, uint64_t number, std::string_view source) {
  ByteReader in(message, source);
  while (in.left() > 0) {
    const Field field = get_field(in);
    if (field.number == number) return get_bytes(in, field);
    skip(in, field);
  }
  return {};
}

std::optional<EventPlugin> parse_plugin(ByteSpan metadata, std::string_view source) {
  const auto data = find_bytes(metadata, 1, source);
  if (!data) return {};
  EventPlugin plugin;
  if (const auto name = find_bytes(*data, 1, source)) plugin.plugin = as_text(*name);
  if (const auto content = find_bytes(*data, 2, source))
    plugin.content.assign(content->begin(), content->end());
  return plugin;
}

void parse_value(ByteReader in, Event& event) {
  std::string tag;
  std::optional<float> scalar;
  std::optional<EventImage> image;
  std::optional<EventPlugin> plugin;
  while (in.left() > 0) {
    const Field field = get_field(in);
    switch (field.number) {
      case 1:
        tag = as_text(get_bytes(in, field));
        break;
      case 2:
        expect(in, field, kFixed32);
        scalar = std::bit_cast<float>(static_cast<uint32_t>(in.little(4)));
        break;
      case 4:
        image = parse_image(ByteReader(get_bytes(in, field), in.source()));
        break;
      case 9:
        plugin = parse_plugin(get_bytes(in, field), in.source());
        break;
      default:
        skip(in, field);
    }
  }
  if (scalar) event.scalars.push_back({tag, *scalar});
  if (image) {
    image->tag = tag;
    event.images.push_back(std::move(*image));
  }
  if (plugin) {
    plugin->tag = tag;
    event.plugins.push_back(std::move(*plugin));
  }
}

// Event: wall_time = 1, step = 2, file_version = 3, summary = 5 (whose values are field 1).
Event parse_event(ByteReader in) {
  Event event;
  while (in.left() > 0) {
    const Field field = get_field(in);
    switch (field.number) {
      case 1:
        expect(in, field, kFixed64);
        event.wall_time = std::bit_cast<double>(in.little(8));
        break;
      case 2:
        event.step = get_integer(in, field);
        break;
      case 3:
        event.file_version = as_text(get_bytes(in, field));
        break;
      case 5: {
        ByteReader summary(get_bytes(in, field), in.source());
        while (summary.left() > 0) {
          const Field value = get_field(summary);
          if (value.number == 1) {
            parse_value(ByteReader(get_bytes(summary, value), in.source()), event);
          } else {
            skip(summary, value);
          }
        }
        break;
      }
      default:
        skip(in, field);
    }
  }
  return event;
}

// The next record's Event, still encoded.
ByteSpan next_record(ByteReader& file) {
  const std::string where = " of the record at byte " + std::to_string(file.position());
  const ByteSpan length_bytes = file.take(8);
  if (file.little(4) != masked_crc32c(length_bytes)) {
    file.fail("checksum of the length" + where + " does not match");
  }
  const ByteSpan data = file.take(ByteReader(length_bytes, file.source()).little(8));
  if (file.little(4) != masked_crc32c(data)) file.fail("checksum" + where + " does not match");
  return data;
}

}  // namespace

Bytes tensorboard_start(double wall_time) {
  Event event;
  event.wall_time = wall_time;
  event.file_version = "brain.Event:2";
  return tensorboard_record(event);
}

Bytes tensorboard_record(const Event& event) {
  Bytes summary;
  for (const EventScalar& scalar : event.scalars) put_bytes(summary, 1, scalar_value(scalar));
  for (const EventImage& image : event.images) put_bytes(summary, 1, image_value(image));
  for (const EventPlugin& plugin : event.plugins) put_bytes(summary, 1, plugin_value(plugin));
  Bytes data;
  put_double(data, 1, event.wall_time);
  if (event.step != 0) put_integer(data, 2, event.step);
  if (!event.file_version.empty()) put_bytes(data, 3, as_bytes(event.file_version));
  if (!summary.empty()) put_bytes(data, 5, summary);

  Bytes record;
  append_little(record, data.size(), 8);
  append_little(record, masked_crc32c(record), 4);
  append(record, data);
  append_little(record, masked_crc32c(data), 4);
  return record;
}

std::vector<Event> read_tensorboard(ByteSpan bytes, std::string_view source) {
  ByteReader file(bytes, source);
  std::vector<Event> events;
  while (file.left() > 0) events.push_back(parse_event(ByteReader(next_record(file), source)));
  return events;
}

uint64_t tensorboard_cut(ByteSpan bytes, int64_t last_step) {
  ByteReader file(bytes, "event file");
  uint64_t keep = 0;
  try {
    while (file.left() > 0) {
      const Event event = parse_event(ByteReader(next_record(file), file.source()));
      if (event.step > last_step) break;
      keep = file.position();
    }
  } catch (const Error&) {
    // The rest is what a kill left of a record.
  }
  return keep;
}

}  // namespace gannet
