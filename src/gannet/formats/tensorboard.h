// TensorBoard's event files: records (length, CRC, an Event of tensorflow/core/util/event.proto,
// CRC), of which we write scalars, images and messages of plugins. A file is the records one after
// the other; the first one names the version.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gannet/base/files.h"

namespace gannet {

struct EventScalar {
  std::string tag;
  float value = 0;
};

struct EventImage {
  std::string tag;
  int64_t width = 0, height = 0, channels = 0;
  Bytes png;  // the encoded file
};

struct EventPlugin {
  std::string tag, plugin;  // "hparams"
  Bytes content;            // the plugin's own message
};

struct Event {
  double wall_time = 0;  // seconds since 1970
  int64_t step = 0;
  std::string file_version;  // of the first event only
  std::vector<EventScalar> scalars;
  std::vector<EventImage> images;
  std::vector<EventPlugin> plugins;
};

// The record that a file begins with.
Bytes tensorboard_start(double wall_time);

// One record, to be appended.
Bytes tensorboard_record(const Event& event);

// All events of a file; what we do not write is skipped. Throws Error for a cut file, wrong
// checksums and bytes that are not an Event.
std::vector<Event> read_tensorboard(ByteSpan bytes, std::string_view source);

// Bytes to keep when a run goes back to `last_step`: the longest front of whole records with no
// later step.
uint64_t tensorboard_cut(ByteSpan bytes, int64_t last_step);

}  // namespace gannet
