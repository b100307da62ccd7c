// A training run on standard output: one live line on a terminal, plain lines elsewhere.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "gannet/runs/session.h"

namespace gannet::cli {

// On a terminal one line that each tick draws anew, as wide as the terminal is then; elsewhere, and
// with TERM=dumb, lines without escapes, about one a second at most.
std::unique_ptr<ProgressListener> make_screen();

// One line of progress that is drawn over on a terminal, about ten times a second, and is no part
// of the output: elsewhere nothing is shown.
class LiveLine {
 public:
  LiveLine();
  ~LiveLine() { clear(); }
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;

  void show(const std::string& text);
  void clear();

 private:
  bool draws_over_, live_ = false;
  std::chrono::steady_clock::time_point drawn_at_ = {};
};

// "kimg 12 of 40  310 img/s  2 min left  modes 8  loss D 0.69 ...": as many figures as fit the
// width.
std::string progress_line(const TickReport& tick, size_t width);

}  // namespace gannet::cli
