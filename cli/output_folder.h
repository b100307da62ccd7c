// A folder of several files that a command writes (--outdir, --out FOLDER): what is there already
// is not replaced, unless --overwrite says so. One file that is named in full (--out FILE) always
// is.
#pragma once

#include <string>

#include "gannet/base/files.h"

namespace gannet::cli {

class OutputFolder {
 public:
  // Makes it. Throws Error where that fails.
  OutputFolder(Path path, bool overwrite);

  // Writes a file, NAME or SUB/NAME. One that has these bytes already is left as it is; of other
  // content it is an Error without `overwrite`.
  void write(const std::string& name, ByteSpan bytes) const;
  void write(const std::string& name, std::string_view text) const { write(name, as_bytes(text)); }

 private:
  Path path_;
  bool overwrite_;
};

inline constexpr const char* kOverwriteHelp =
    "replace files of the folder that have other content; without: an error";

}  // namespace gannet::cli
