// What a file is by its first bytes, whatever its name: the one table of signatures. Which of these
// are read is said by image_file.h and audio_file.h.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "gannet/base/files.h"

namespace gannet {

enum class MediaKind { other, image, audio, video, archive, text };

struct FileType {
  std::string_view name;          // "png", "jpeg", "gif", "mp3", "mp4", "zip", ...; "" if unknown
  std::string_view one, several;  // in messages: "a GIF image", "GIF images"
  MediaKind kind = MediaKind::other;
  std::string_view advice;  // what makes it readable; "" where there is nothing to say

  bool operator==(const FileType& other) const { return name == other.name; }
};

constexpr size_t kFileTypeBytes = 512;  // as many decide

// By the first bytes, of which kFileTypeBytes are looked at.
FileType file_type(ByteSpan bytes);

// By the first bytes, and by the name where these say less: spreadsheets and arrays that are zips.
FileType file_type(ByteSpan bytes, std::string_view name);

// "not EXPECTED", and what it is instead where that is known, as an error's text.
std::string not_expected(ByteSpan bytes, std::string_view expected);

// By the extension of a name, in any case; for what is listed without being opened.
FileType file_type_of_name(std::string_view name);

}  // namespace gannet
