#include "gannet/image/video_writer.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "gannet/base/error.h"
#include "gannet/formats/png_animation.h"
#include "gannet/formats/webp_animation.h"

extern char** environ;

namespace gannet {
namespace {

Image coloured(const Image& frame) { return frame.channels == 1 ? as_colour(frame) : frame; }

// Frame n is displayed until (n + 1) / fps, in whole milliseconds that do not drift.
class Clock {
 public:
  explicit Clock(double fps) : fps_(fps) {}
  int64_t next() {
    const int64_t before = now_;
    now_ = std::llround(1000.0 * static_cast<double>(++frames_) / fps_);
    return std::max<int64_t>(1, now_ - before);
  }

 private:
  double fps_;
  int64_t frames_ = 0, now_ = 0;
};

class WebpWriter : public VideoWriter {
 public:
  WebpWriter(Path file, const VideoWriterOptions& options)
      : file_(std::move(file)), options_(options), clock_(options.fps) {}

  void add(const Image& frame) override {
    if (!animation_)
      animation_.emplace(
          frame.width, frame.height,
          options_.quality < 0 ? std::optional<int>() : static_cast<int>(options_.quality));
    animation_->add(coloured(frame), clock_.next());
  }
  void finish() override {
    if (!animation_) throw Error("a film without frames", file_.string());
    write_file(file_, animation_->finish());
  }

 private:
  Path file_;
  VideoWriterOptions options_;
  Clock clock_;
  std::optional<WebpAnimation> animation_;
};

class PngWriter : public VideoWriter {
 public:
  PngWriter(Path file, const VideoWriterOptions& options)
      : file_(std::move(file)), clock_(options.fps) {}
  void add(const Image& frame) override { animation_.add(frame, clock_.next()); }
  void finish() override { write_file(file_, animation_.finish()); }

 private:
  Path file_;
  Clock clock_;
  PngAnimation animation_;
};

std::string find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  const std::string folders = path ? path : "";
  for (size_t at = 0; at <= folders.size();) {
    const size_t end = std::min(folders.find(':', at), folders.size());
    const std::string file = folders.substr(at, end - at) + "/" + name;
    if (end > at && access(file.c_str(), X_OK) == 0) return file;
    at = end + 1;
  }
  return "";
}

// Frames are kept in a file of plain pixels until ffmpeg reads them: no pipe that could block.
class FfmpegWriter : public VideoWriter {
 public:
  FfmpegWriter(Path file, const VideoWriterOptions& options)
      : program_(find_program("ffmpeg")), file_(std::move(file)), options_(options) {
    if (program_.empty())
      throw Error("MP4 needs the program ffmpeg, and none is on the PATH", file_.string(),
                  "--out " + file_.stem().string() + ".webp needs nothing");
    std::string name = (std::filesystem::temp_directory_path() / "gannet-video-XXXXXX").string();
    if (!mkdtemp(name.data()))
      throw Error("cannot make a folder (" + std::string(std::strerror(errno)) + ")", name);
    folder_ = name;
    pixels_.emplace(folder_ / "pixels");
  }
  ~FfmpegWriter() override {
    pixels_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  void add(const Image& frame) override {
    if (frames_++ == 0) width_ = frame.width, height_ = frame.height;
    if (frame.width != width_ || frame.height != height_)
      throw Error("frames of two sizes", file_.string());
    const Image colour = coloured(frame);
    pixels_->write(std::as_bytes(std::span(colour.pixels)));
  }

  void finish() override {
    if (frames_ == 0) throw Error("a film without frames", file_.string());
    pixels_->commit();
    char rate[32];
    std::snprintf(rate, sizeof rate, "%g", options_.fps);
    const std::string made = (folder_ / "made.mp4").string();
    // Players need even sides.
    run({program_,    "-nostdin",
         "-loglevel", "error",
         "-f",        "rawvideo",
         "-pix_fmt",  "rgb24",
         "-s",        std::to_string(width_) + "x" + std::to_string(height_),
         "-r",        rate,
         "-i",        (folder_ / "pixels").string(),
         "-vf",       "pad=ceil(iw/2)*2:ceil(ih/2)*2",
         "-pix_fmt",  "yuv420p",
         "-movflags", "+faststart",
         made});
    write_file(file_, read_file(made));
  }

 private:
  void run(std::vector<std::string> words) {
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_t child = 0;
    if (const int failed =
            posix_spawn(&child, program_.c_str(), nullptr, nullptr, arguments.data(), environ))
      throw Error("cannot start (" + std::string(std::strerror(failed)) + ")", program_);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
      throw Error("ffmpeg failed: it made no MP4", file_.string(),
                  "--out " + file_.stem().string() + ".webp needs no ffmpeg");
  }

  std::string program_;
  Path file_, folder_;
  VideoWriterOptions options_;
  std::optional<AtomicFile> pixels_;
  int64_t frames_ = 0, width_ = 0, height_ = 0;
};

}  // namespace

std::unique_ptr<VideoWriter> open_video_writer(const Path& file,
                                               const VideoWriterOptions& options) {
  const std::string end = file.extension().string();
  if (end == ".webp") return std::make_unique<WebpWriter>(file, options);
  if (end == ".apng" || end == ".png") return std::make_unique<PngWriter>(file, options);
  if (end == ".mp4") return std::make_unique<FfmpegWriter>(file, options);
  throw UsageError(
      "expected a name that ends in .webp, .apng, .png or .mp4, found '" + file.string() + "'",
      "--out");
}

}  // namespace gannet
