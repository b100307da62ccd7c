#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gannet/base/error.h"

namespace gannet {

// Several things are wrong at once: each is a line of its own, shown before the error.
class ManyErrors : public Error {
 public:
  ManyErrors(std::string what, std::string where, std::string hint, std::vector<std::string> lines)
      : Error(std::move(what), std::move(where), std::move(hint)), lines_(std::move(lines)) {}
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::vector<std::string> lines_;
};

}  // namespace gannet
