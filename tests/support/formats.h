// What the tests of the readers share.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <random>
#include <stdexcept>
#include <string>

#include "gannet/base/files.h"
#include "support/error_of.h"

namespace gannet {

inline Bytes to_bytes(std::string_view text) {
  const ByteSpan bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

inline Bytes random_bytes(size_t size, unsigned seed) {
  std::mt19937 random(seed);
  Bytes bytes(size);
  for (std::byte& b : bytes) b = static_cast<std::byte>(random() & 0xff);
  return bytes;
}

// A file that was cut anywhere must be refused, wherever that was.
inline void expect_every_cut_is_refused(ByteSpan bytes, const std::function<void(ByteSpan)>& read) {
  ASSERT_EQ(error_of([&] { read(bytes); }), "no error");
  const size_t step = bytes.size() > 20'000 ? 997 : 1;
  for (size_t size = 0; size < bytes.size(); size += step) {
    const Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_NE(error_of([&] { read(cut); }), "no error") << "cut at " << size;
  }
}

// With any bit flipped a reader must throw an Error or return; nothing else (the sanitizers watch).
inline int64_t count_undetected_flips(Bytes bytes, const std::function<void(ByteSpan)>& read) {
  int64_t undetected = 0;
  for (size_t i = 0; i < bytes.size() * 8; ++i) {
    const auto bit = static_cast<std::byte>(1 << i % 8);
    bytes[i / 8] ^= bit;
    if (error_of([&] { read(bytes); }) == "no error") ++undetected;
    bytes[i / 8] ^= bit;
  }
  return undetected;
}

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "gannet-formats-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for the test");
    path_ = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  Path operator/(const char* name) const { return path_ / name; }

 private:
  Path path_;
};

}  // namespace gannet
