#include "gannet/data/files/detail/collection_loading.h"

#include "gannet/base/machine.h"
#include "gannet/base/parallel.h"

namespace gannet {

CollectionLoading::CollectionLoading(Collection from, const SourceOptions& options)
    : from_(std::move(from)),
      threads_(options.threads > 0 ? options.threads : read_machine().threads()) {}

void CollectionLoading::each(const std::function<void(size_t)>& work) const {
  parallel_for(static_cast<int64_t>(from_.items.size()), threads_,
               [&](int64_t i) { work(static_cast<size_t>(i)); });
}

Bytes CollectionLoading::bytes_of(const FileRef& file) const {
  return from_.trees[file.tree]->read(file.index, kMostFile);
}

const std::string& CollectionLoading::name_of(const FileRef& file) const {
  return from_.trees[file.tree]->names()[file.index];
}

}  // namespace gannet
