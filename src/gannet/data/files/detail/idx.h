// Grey images in IDX files: MNIST, Fashion-MNIST, and the user's own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/data/detail/built_in.h"

namespace gannet {

std::vector<BuiltInSource> idx_sources();  // fashion-mnist, mnist

// An IDX file of images [N, H, W]. An empty path `labels`: no classes. Empty `classes`: their
// numbers are the names.
std::unique_ptr<Dataset> open_idx(const Path& images, const Path& labels,
                                  std::vector<std::string> classes, std::string name,
                                  const SourceOptions& options);

// Throws Error for an image, an audio clip or a video, which is no set.
void refuse_media_file(const Path& path);

// The label file in the same folder by the usual naming, plain or with .gz; empty if there is none.
Path find_idx_labels(const Path& images);

// `path`, or path + ".gz", whichever exists; empty if neither does.
Path plain_or_gzipped(const Path& path);

}  // namespace gannet
