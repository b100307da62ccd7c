// What decoding a collection's files has in common, whatever their kind: threads, and their bytes.
#pragma once

#include <cstdint>
#include <functional>

#include "gannet/data/files/collection.h"

namespace gannet {

constexpr uint64_t kMostFile = uint64_t{1} << 28;  // bytes of one image or audio clip

class CollectionLoading {
 protected:
  CollectionLoading(Collection from, const SourceOptions& options);

  void each(const std::function<void(size_t)>& work) const;  // of the items, on several threads
  Bytes bytes_of(const FileRef& file) const;
  const std::string& name_of(const FileRef& file) const;

  Collection from_;
  int64_t threads_;
};

}  // namespace gannet
