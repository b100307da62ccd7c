// A folder of several files that a command writes (--outdir, --out FOLDER): what is there already
// is not replaced, unless --overwrite says so, and that is decided before the first file is
// written. One file that is named in full (--out FILE) always is, as compilers do.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/base/options.h"

namespace gannet::cli {

void overwrite_field(FieldVisitor& v, bool& overwrite);

// Before a long computation, for a file of such a folder. Throws Error where it is there and
// `overwrite` is not given.
void check_not_there(const std::string& file, bool overwrite);

// A folder of several files. One that has the very bytes already is left as it is.
class OutputFolder {
 public:
  // Makes it; "" is where the program runs. Throws Error where that fails.
  OutputFolder(Path path, bool overwrite);

  // Calls `produce`, which calls write() for each of these names. Where some are there already, and
  // `overwrite` is not given, it is called twice: the first time write() only compares, and Error
  // is thrown where one has other content. From now on signals end it between two files: throws
  // Interrupted, saying what is written.
  void write_all(const std::vector<std::string>& names, const std::function<void()>& produce);
  bool comparing() const { return comparing_; }

  // Writes a file, NAME or SUB/NAME.
  void write(const std::string& name, ByteSpan bytes);
  void write(const std::string& name, std::string_view text) { write(name, as_bytes(text)); }

 private:
  void stop_if_interrupted() const;

  Path path_;
  bool overwrite_, comparing_ = false;
  int64_t written_ = 0, files_ = 0;  // so far; in all
  std::vector<std::string> conflicts_;
};

}  // namespace gannet::cli
