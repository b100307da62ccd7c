// The one exception type of Gannet. The library never prints and never exits: it throws this, and
// the program, the server or a test decides what to show.
#pragma once

#include <exception>
#include <string>
#include <utility>

namespace gannet {

// `what` happened, `where` (a file, an option, a layer; may be empty), and a `hint`: what to try
// (may be empty). Shown as "gannet: WHAT: WHERE" and "hint: HINT". Each part is one line.
class Error : public std::exception {
 public:
  Error(std::string what, std::string where, std::string hint = "");

  const char* what() const noexcept override { return text_.c_str(); }  // "WHAT: WHERE"
  const std::string& where() const { return where_; }
  const std::string& hint() const { return hint_; }

 private:
  std::string text_, where_, hint_;
};

// Wrong usage: an unknown name or a value out of range. The program exits with 2 instead of 1.
class UsageError : public Error {
 public:
  using Error::Error;
};

// A run that was stopped from outside, with its state saved. The program exits with 130.
class Interrupted : public Error {
 public:
  using Error::Error;
};

}  // namespace gannet
