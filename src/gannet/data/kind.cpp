#include "gannet/data/kind.h"

namespace gannet {
namespace {

struct Names {
  std::string_view one, several;
};

Names names_of(DataKind kind) {
  switch (kind) {
    case DataKind::image:
      return {"image", "images"};
    case DataKind::audio:
      return {"audio", "audio clips"};
    case DataKind::video:
      return {"video", "videos"};
    case DataKind::points:
      break;
  }
  return {"points", "points"};
}

}  // namespace

DataKind kind_of(const DatasetInfo& info) {
  if (info.is_image()) return DataKind::image;
  if (info.is_audio()) return DataKind::audio;
  return info.is_video() ? DataKind::video : DataKind::points;
}

std::string_view name_of(DataKind kind) { return names_of(kind).one; }

std::string_view plural_of(DataKind kind) { return names_of(kind).several; }

}  // namespace gannet
