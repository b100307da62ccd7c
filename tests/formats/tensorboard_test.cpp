#include "gannet/formats/tensorboard.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <bit>
#include <limits>

#include "gannet/formats/bytes.h"
#include "gannet/formats/checksum.h"
#include "gannet/formats/png.h"
#include "gannet/formats/tensorboard_hparams.h"
#include "support/formats.h"

namespace gannet {
namespace {

Event scalar_event(int64_t step, float value) {
  return {100.5 + static_cast<double>(step),       step, "",
          {{"loss/D", value}, {"loss/G", -value}}, {},   {}};
}

Bytes sample_file() {
  Bytes file = tensorboard_start(100.25);
  for (int64_t step = 1; step <= 5; ++step)
    append(file, tensorboard_record(scalar_event(step, 0.5f)));
  Event image{106, 5, "", {}, {{"fakes", 2, 1, 3, write_png(Image{2, 1, 3, {1, 2, 3, 4, 5, 6}})}},
              {}};
  append(file, tensorboard_record(image));
  return file;
}

// A record around an encoded Event.
Bytes record_of(std::string_view data) {
  Bytes bytes;
  append_little(bytes, data.size(), 8);
  append_little(bytes, masked_crc32c(bytes), 4);
  append(bytes, data);
  append_little(bytes, masked_crc32c(as_bytes(data)), 4);
  return bytes;
}

std::string error_reading(ByteSpan bytes) {
  return error_of([&] { read_tensorboard(bytes, "events"); });
}

TEST(Tensorboard, TheFirstRecordIsTheVersion) {
  const Bytes start = tensorboard_start(1.0);
  // Length 24, its CRC; wall_time 1.0; file_version; the CRC.
  const std::string data(
      "\x09\0\0\0\0\0\0\xf0\x3f\x1a\x0d"
      "brain.Event:2",
      24);
  EXPECT_EQ(start, record_of(data));
  const std::vector<Event> events = read_tensorboard(start, "events");
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].file_version, "brain.Event:2");
  EXPECT_EQ(events[0].wall_time, 1.0);
}

TEST(Tensorboard, ReadsBackWhatItWrote) {
  const std::vector<Event> events = read_tensorboard(sample_file(), "events");
  ASSERT_EQ(events.size(), 7u);
  EXPECT_EQ(events[3].step, 3);
  EXPECT_EQ(events[3].wall_time, 103.5);
  ASSERT_EQ(events[3].scalars.size(), 2u);
  EXPECT_EQ(events[3].scalars[0].tag, "loss/D");
  EXPECT_EQ(events[3].scalars[1].value, -0.5f);
  ASSERT_EQ(events[6].images.size(), 1u);
  const EventImage& image = events[6].images[0];
  EXPECT_EQ(image.tag, "fakes");
  EXPECT_EQ(image.width, 2);
  EXPECT_EQ(image.height, 1);
  EXPECT_EQ(image.channels, 3);
  EXPECT_EQ(read_png(image.png, "fakes").pixels, (std::vector<uint8_t>{1, 2, 3, 4, 5, 6}));
}

TEST(Tensorboard, AnyEventSurvives) {
  rc::check([] {
    Event event;
    event.wall_time = *rc::gen::arbitrary<double>();
    event.step = *rc::gen::arbitrary<int64_t>();
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
      event.scalars.push_back({*rc::gen::arbitrary<std::string>(), *rc::gen::arbitrary<float>()});
    }
    const Bytes record = tensorboard_record(event);
    const std::vector<Event> read = read_tensorboard(record, "events");
    RC_ASSERT(read.size() == 1u);
    RC_ASSERT(read[0].step == event.step);
    RC_ASSERT(tensorboard_record(read[0]) == record);
  });
}

TEST(Tensorboard, HyperparametersAreMessagesOfThePlugin) {
  Event event{.wall_time = 1, .plugins = {hparams_start({{"lr", 0.5}, {"c", true}}, 2)}};
  event.plugins.push_back(hparams_end(/*success=*/true, 3));
  const Event read = read_tensorboard(tensorboard_record(event), "events").at(0);
  ASSERT_EQ(read.plugins.size(), 2u);
  EXPECT_EQ(read.plugins[0].tag, "_hparams_/session_start_info");
  EXPECT_EQ(read.plugins[0].plugin, "hparams");
  EXPECT_EQ(read.plugins[0].content, event.plugins[0].content);
  // session_end_info {status: SUCCESS, end_time_secs: 3}
  EXPECT_EQ(as_text(read.plugins[1].content),
            std::string("\x22\x0b\x08\x01\x11\0\0\0\0\0\0\x08\x40", 13));
}

TEST(Tensorboard, NanAndInfinityAreValuesToo) {
  const float nan = std::numeric_limits<float>::quiet_NaN(),
              inf = std::numeric_limits<float>::infinity();
  const Bytes record = tensorboard_record({1, 2, "", {{"a", nan}, {"b", -inf}}, {}, {}});
  const Event event = read_tensorboard(record, "events").at(0);
  EXPECT_EQ(std::bit_cast<uint32_t>(event.scalars[0].value), std::bit_cast<uint32_t>(nan));
  EXPECT_EQ(event.scalars[1].value, -inf);
}

TEST(Tensorboard, EveryCutInsideARecordIsRefusedAndEveryFlipDetected) {
  const Bytes file = sample_file();
  int64_t whole = 0;
  for (size_t size = 0; size <= file.size(); ++size) {
    if (error_reading(ByteSpan(file).first(size)) == "no error") ++whole;
  }
  EXPECT_EQ(whole, 8) << "the empty file, and after each of seven records";
  EXPECT_EQ(count_undetected_flips(file, [](ByteSpan b) { read_tensorboard(b, "events"); }), 0);
}

TEST(Tensorboard, SaysWhatIsWrong) {
  Bytes file = sample_file();
  const size_t second = tensorboard_start(0).size();
  file[second] ^= std::byte{1};
  EXPECT_EQ(error_reading(file), "checksum of the length of the record at byte " +
                                     std::to_string(second) + " does not match: events");
  file[second] ^= std::byte{1};
  file[second + 20] ^= std::byte{1};
  EXPECT_EQ(error_reading(file),
            "checksum of the record at byte " + std::to_string(second) + " does not match: events");
  Bytes huge;
  append_little(huge, ~uint64_t{0} - 3, 8);
  append_little(huge, masked_crc32c(huge), 4);
  EXPECT_EQ(error_reading(huge), "truncated at 12 of 18446744073709551615 bytes: events");
}

TEST(Tensorboard, WhatIsNotAnEventIsRefused) {
  EXPECT_EQ(error_reading(record_of(std::string(11, '\xff'))),
            "event has a number of more than 64 bits: events");
  EXPECT_EQ(error_reading(record_of(std::string("\x00\x00", 2))),
            "event has a field of an impossible number: events");
  EXPECT_EQ(error_reading(record_of("\x0d"
                                    "abcd")),
            "event field 1 has wire type 5, expected 1: events");
  EXPECT_EQ(error_reading(record_of("\x33")), "event has a field of unknown wire type 3: events");
  EXPECT_EQ(error_reading(record_of("\x2a\x7f")), "truncated at 2 of 129 bytes: events");
}

TEST(Tensorboard, UnknownFieldsAreSkipped) {
  // Field 15 of each wire type, then step = 7.
  const std::string data(
      "\x78\x05\x79"
      "12345678"
      "\x7a\x02xy"
      "\x7d"
      "1234"
      "\x10\x07",
      22);
  EXPECT_EQ(read_tensorboard(record_of(data), "events").at(0).step, 7);
}

TEST(Tensorboard, ACutKeepsWholeRecordsUpToAStep) {
  const Bytes file = sample_file();
  std::vector<uint64_t> ends = {tensorboard_start(0).size()};
  for (int64_t step = 1; step <= 5; ++step) {
    ends.push_back(ends.back() + tensorboard_record(scalar_event(step, 0.5f)).size());
  }
  for (int64_t step = 0; step <= 4; ++step)
    EXPECT_EQ(tensorboard_cut(file, step), ends[step]) << step;
  EXPECT_EQ(tensorboard_cut(file, 5), file.size());
  EXPECT_EQ(tensorboard_cut(file, -1), 0u);
  EXPECT_EQ(tensorboard_cut({}, 5), 0u);
}

TEST(Tensorboard, ACutDropsWhatAKillLeftHalf) {
  const Bytes file = sample_file();
  const uint64_t end_of_4 = tensorboard_cut(file, 4),
                 end_of_5 = tensorboard_cut(ByteSpan(file).first(file.size() - 1), 9);
  EXPECT_LT(end_of_4, end_of_5);
  for (uint64_t size = end_of_4; size < end_of_5; ++size) {
    EXPECT_EQ(tensorboard_cut(ByteSpan(file).first(size), 9), end_of_4);
  }
  Bytes damaged = file;
  damaged[end_of_4 + 30] ^= std::byte{1};
  EXPECT_EQ(tensorboard_cut(damaged, 9), end_of_4);
}

}  // namespace
}  // namespace gannet
