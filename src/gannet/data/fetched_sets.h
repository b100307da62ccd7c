// Sets that `gannet data fetch` keeps as folders and zips of files, by name: `photos`, or a part of
// one, `banknotes/forged`.
#pragma once

#include <string>
#include <vector>

#include "gannet/data/registry.h"

namespace gannet {

struct FetchedSet {
  BuiltInSet about;
  // What the name alone means, below data_folder()/NAME; equal where one folder holds both splits.
  std::string train, test;

  bool is_here() const;
};

const std::vector<FetchedSet>& fetched_sets();

// Does it name such a set or a part of one? A path that exists is never such a name.
bool names_fetched_set(const std::string& source);

// The folder or zip that the source means, for open_tree() and collect(); `options` loses the split
// that was chosen by the path. Sources of other kinds come back as they are, A:B with both sides
// resolved. Throws Error for a set that is not here, with the command that fetches it, and for a
// part that it does not have.
struct ResolvedSource {
  std::string path;
  std::string name;  // of the data set; "" for a path of the user's
  SourceOptions options;
};
ResolvedSource resolve_source(const std::string& source, const SourceOptions& options = {});

}  // namespace gannet
