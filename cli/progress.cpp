#include "cli/progress.h"

#include <unistd.h>

#include "cli/command.h"
#include "cli/format.h"
#include "cli/signals.h"

namespace gannet::cli {
namespace {

std::string text_of(const TickReport& tick) {
  std::string text = number(tick.kimg, "kimg %.6g") + number(tick.kimg_total, " of %.6g") +
                     number(tick.images_per_second, "  %.0f img/s") + "  " +
                     duration(tick.seconds_left) + " left";
  for (const auto& [name, value] : tick.figures) text += "  " + name + number(value, " %.4g");
  return text;
}

class TextScreen : public ProgressListener {
 public:
  ~TextScreen() override { end_live_line(); }

  void line(const std::string& text) override {
    end_live_line();
    print(text + "\n");
  }
  void tick(const TickReport& tick) override {
    if (!terminal_) return print(text_of(tick) + "\n");
    print("\r\x1b[K" + text_of(tick));
    live_ = true;
  }
  void warning(const std::string& text) override {
    end_live_line();
    warn(text);
  }
  bool interrupted() override { return was_interrupted(); }

 private:
  void end_live_line() {
    if (live_) print("\n");
    live_ = false;
  }

  const bool terminal_ = isatty(STDOUT_FILENO) == 1;
  bool live_ = false;
};

}  // namespace

std::unique_ptr<ProgressListener> make_screen() { return std::make_unique<TextScreen>(); }

}  // namespace gannet::cli
