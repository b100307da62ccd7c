#include "cli/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "cli/command.h"
#include "cli/format.h"
#include "cli/signals.h"

namespace gannet::cli {
namespace {

// Can the live line be drawn over? Not in a pipe, nor by a terminal that knows no escapes.
bool draws_over() {
  const char* term = std::getenv("TERM");
  return isatty(STDOUT_FILENO) == 1 && term != nullptr && *term != '\0' &&
         std::string_view(term) != "dumb";
}

// Columns of the terminal, asked again for each line: a window changes its size.
size_t terminal_width() {
  winsize size = {};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

// Of a line: the cursor stands behind it, and in the last column it may stand in the next row.
size_t fitting_width() {
  const size_t width = terminal_width();
  return width > 1 ? width - 1 : 1;
}

class TextScreen : public ProgressListener {
 public:
  ~TextScreen() override { end_live_line(); }

  void line(const std::string& text) override {
    end_live_line();
    print(text + "\n");
  }
  void tick(const TickReport& tick) override {
    last_ = tick;
    if (draws_over_) return draw();
    const auto now = std::chrono::steady_clock::now();
    if (now - printed_ >= std::chrono::seconds(1) || tick.kimg >= tick.kimg_total) {
      printed_ = now;
      print(progress_line(tick, on_terminal_ ? fitting_width() : std::string::npos) + "\n");
    }
  }
  void warning(const std::string& text) override {
    end_live_line();
    warn(text);
  }
  bool interrupted() override {
    if (live_ && terminal_width() != width_) draw();
    return was_interrupted();
  }

 private:
  void draw() {
    width_ = terminal_width();
    print("\r\x1b[K" + progress_line(*last_, fitting_width()));
    live_ = true;
  }
  void end_live_line() {
    if (live_) print("\n");
    live_ = false;
  }

  const bool on_terminal_ = isatty(STDOUT_FILENO) == 1;
  const bool draws_over_ = draws_over();
  bool live_ = false;
  size_t width_ = 80;
  std::optional<TickReport> last_;
  std::chrono::steady_clock::time_point printed_ = {};
};

}  // namespace

std::string progress_line(const TickReport& tick, size_t width) {
  std::string text = number(tick.kimg, "kimg %.6g") + number(tick.kimg_total, " of %.6g");
  std::vector<std::string> parts = {number(tick.images_per_second, "%.0f img/s"),
                                    duration(tick.seconds_left) + " left"};
  for (const auto& [name, value] : tick.figures) parts.push_back(name + number(value, " %.4g"));
  for (const std::string& part : parts) {
    if (text.size() + 2 + part.size() > width) break;
    text += "  " + part;
  }
  return text.substr(0, width);
}

LiveLine::LiveLine() : draws_over_(draws_over()) {}

void LiveLine::show(const std::string& text) {
  const auto now = std::chrono::steady_clock::now();
  if (!draws_over_ || now - drawn_at_ < std::chrono::milliseconds(100)) return;
  drawn_at_ = now;
  print("\r\x1b[K" + text.substr(0, terminal_width() - 1));
  live_ = true;
}

void LiveLine::clear() {
  if (live_) print("\r\x1b[K");
  live_ = false;
}

std::unique_ptr<ProgressListener> make_screen() { return std::make_unique<TextScreen>(); }

}  // namespace gannet::cli
