// gannet video: interpolation between a generator's samples.
#include "cli/commands.h"
#include "cli/device.h"
#include "cli/film.h"
#include "cli/source.h"
#include "cli/threads.h"
#include "gannet/base/error.h"
#include "gannet/image/video_writer.h"
#include "gannet/runs/directory.h"
#include "gannet/tools/interpolation.h"

namespace gannet::cli {
namespace {

constexpr int64_t kMostFrames = 100'000;

struct VideoFields : Fields {
  std::string network, run, seeds = "0-7", classes, texts, attributes, out, device = "auto";
  WalkRequest walk;
  VideoWriterOptions writer;
  double fps = -1;
  int64_t scale = -1, threads = -1;
  void fields(FieldVisitor& v) override {
    v.field("network", network,
            {.help = "a network file, or a run: its best, else newest, network; RUN@last, "
                     "RUN@best, RUN@KIMG; zoo:NAME"});
    v.field("run", run,
            {.help = "instead of a network: the film of this run's grids, snapshot by snapshot"});
    v.field("out", out,
            {.help = "the video: .webp, .apng or .png (animated), or .mp4 where ffmpeg is there"});
    v.field("seeds", seeds, {.help = "0,1,4-6: the key frames, as `gannet sample` draws them"});
    v.field("classes", classes,
            {.help = "0,3,Bag: the classes of the key frames, repeated cyclically; without: drawn "
                     "by the seed"});
    v.field("texts", texts,
            {.help = "\"a red star; a blue heart\": the sentences of the key frames, cyclically"});
    v.field("attributes", attributes,
            {.help = "\"Age=20; Age=60\" or \"0,1,0; 1,0,0\": the attributes of the key frames, "
                     "cyclically"});
    v.field("frames", walk.frames,
            {.help = "frames from one key frame to the next", .min = 1, .max = 10000});
    v.field("fps", fps,
            {.help = "frames a second (auto: 24; 4 of --run)",
             .min = 0.1,
             .max = 240,
             .automatic = true});
    v.field("trunc", walk.truncation,
            {.help = "latents are scaled by this: less is more typical", .min = 0, .max = 10});
    v.field("loop", walk.loop, {.help = "back to the first key frame"});
    v.field("quality", writer.quality,
            {.help = "of .webp, from 0 to 100; -1: lossless", .min = -1, .max = 100});
    v.field("scale", scale,
            {.help = "enlargement by repeating pixels (auto: at least 256 wide)",
             .min = 1,
             .max = 64,
             .automatic = true});
    v.field("threads", threads,
            {.help = "threads of tensor operators", .min = 1, .max = 1024, .automatic = true});
    device_field(v, device);
  }
};

// The grids of a run's snapshots, from the untrained network's on.
int film_run(const VideoFields& options) {
  VideoWriterOptions writer = options.writer;
  writer.fps = options.fps;
  const size_t grids = write_film(options.run, options.out, writer, options.scale);
  print(std::to_string(grids) + " grids of " + RunDirectory::open(options.run).path().string() +
        ": " + options.out + "\n");
  return 0;
}

}  // namespace

int run_video(const Arguments& arguments) {
  VideoFields options;
  if (!parse(
          {.program = "gannet video",
           .summary = "A video that interpolates between seeds, classes, attributes or sentences, "
                      "or of a run's grids.",
           .groups = {{"Options", &options}},
           .footer = "Example: gannet video --network RUN --seeds 0-7 --out walk.webp",
           .not_empty = {"network", "run", "seeds", "classes", "texts", "attributes", "out"}},
          arguments))
    return 0;
  if (!options.network.empty() && !options.run.empty())
    throw UsageError("expected --network or --run, not both", "gannet video");
  const bool no_source = options.network.empty() && options.run.empty();
  if (no_source || options.out.empty())
    throw UsageError(no_source ? "no network: --network is missing" : "no file: --out is missing",
                     "gannet video", "gannet video --network RUN --seeds 0-7 --out walk.webp");
  if (options.fps > 0) options.writer.fps = options.fps;
  if (!options.run.empty()) return film_run(options);
  WalkRequest& walk = options.walk;
  walk.seeds = parse_seeds(options.seeds, "--seeds");
  walk.classes = split(options.classes, ',');
  walk.texts = split(options.texts, ';');
  walk.attributes = split(options.attributes, ';');
  const size_t keys = walk.key_frames();
  if (static_cast<int64_t>(keys) > kMostFrames / walk.frames)
    throw UsageError("more than " + std::to_string(kMostFrames) + " frames", "--frames");
  const auto video = open_video_writer(options.out, options.writer);
  set_threads(chosen_threads(options.threads));
  Walker walker(options.network, chosen_device(options.device, /*silent=*/false));
  const WalkReport report =
      walker.walk(walk, [&](const Image& frame) { video->add(at_scale(frame, options.scale)); });
  video->finish();
  std::string text = std::to_string(report.frames) + " frames of " + walker.file().string() + ": " +
                     options.out + "\n";
  if (report.classes == "interpolated" && keys > 1) text += "class embeddings are interpolated\n";
  if (report.classes == "switched" && keys > 1)
    text += "this generator has no class embeddings: classes change half-way\n";
  print(text);
  return 0;
}

}  // namespace gannet::cli
