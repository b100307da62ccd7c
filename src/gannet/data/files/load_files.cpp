#include "gannet/data/files/load_files.h"

namespace gannet {

FileSet load_files(const ResolvedSource& source) {
  Collection found = collect(source.path, source.options);
  if (!source.name.empty()) found.name = source.name;
  switch (found.kind) {
    case DataKind::audio:
      return load_audio(std::move(found), source.options);
    case DataKind::video:
      return load_videos(std::move(found), source.options);
    default:
      return load_images(std::move(found), source.options);
  }
}

}  // namespace gannet
