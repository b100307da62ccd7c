// The temporary files that this process is writing (AtomicFile of files.h), so that a signal that
// ends it can remove them.
#pragma once

#include <string>

namespace gannet {

// Of more than 64 at a time the others stay behind where a signal ends the process.
void add_temporary_file(const std::string& path);
void forget_temporary_file(const std::string& path);

// For a signal handler: unlinks them all.
void remove_temporary_files() noexcept;

}  // namespace gannet
