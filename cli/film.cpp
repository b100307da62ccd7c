#include "cli/film.h"

#include <filesystem>
#include <vector>

#include "gannet/base/error.h"
#include "gannet/formats/png.h"
#include "gannet/image/canvas.h"
#include "gannet/runs/directory.h"

namespace gannet::cli {
namespace {

constexpr double kGridsASecond = 4;
constexpr int64_t kWidth = 256;  // pixels

}  // namespace

Image at_scale(const Image& frame, int64_t scale) {
  return enlarged(frame, scale < 1 ? (kWidth + frame.width - 1) / frame.width : scale);
}

size_t write_film(const Path& path, const Path& out, VideoWriterOptions options, int64_t scale) {
  const RunDirectory run = RunDirectory::open(path);
  std::vector<Path> grids = run.grids();
  if (const Path first = run.file("fakes-init.png"); std::filesystem::exists(first))
    grids.insert(grids.begin(), first);
  if (const Path last = run.stopped_fakes(); std::filesystem::exists(last)) grids.push_back(last);
  if (grids.empty()) throw Error("this run has no grid yet", run.path().string());
  if (options.fps < 0) options.fps = kGridsASecond;
  const auto video = open_video_writer(out, options);
  for (const Path& grid : grids)
    video->add(at_scale(read_png(read_file(grid), grid.string()), scale));
  video->finish();
  return grids.size();
}

}  // namespace gannet::cli
