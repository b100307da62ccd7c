#include "gannet/runs/detail/run_writer.h"

#include "gannet/formats/png.h"

namespace gannet {

RunWriter::RunWriter(const RunDirectory& run, const Recipe& recipe, Config& config,
                     const Dataset& data, ProgressListener& listener, double seconds)
    : run_(run),
      listener_(listener),
      events_(run.events()),
      stats_(run, events_, seconds),
      grid_(recipe, data, config.options->seed),
      checkpoints_(run, recipe, config, data),
      evaluation_(run, config, data) {}

void RunWriter::start(Trainer& trainer) {
  stats_.start(trainer.images_seen());
  if (trainer.step() > 0) return;
  events_.start();
  write_file(run_.file("reals.png"), write_png(grid_.reals()));
  if (const std::string captions = grid_.captions(); !captions.empty())
    write_file(run_.file("captions.txt"), captions);
  write_file(run_.file("fakes-init.png"), write_png(grid_.fakes(trainer.gan())));
}

bool RunWriter::on_step(const Trainer&) { return !listener_.interrupted(); }

void RunWriter::on_tick(const Trainer& trainer, const Tick& tick) {
  listener_.tick(stats_.write(trainer, tick));
}

void RunWriter::on_snapshot(Trainer& trainer) {
  const int64_t kimg = trainer.images_seen() / 1000;
  const Path network = run_.network(kimg);
  checkpoints_.write_network(network, trainer);
  const Image fakes = grid_.fakes(trainer.gan());
  const Bytes png = write_png(fakes);
  write_file(run_.fakes(kimg), png);
  events_.add_image(trainer.step(), "fakes", fakes, png);
  evaluation_.write(trainer, network);
  // Last: the state makes this snapshot the one that a resume starts from.
  checkpoints_.write_state(trainer, stats_.seconds());
  log("snapshot at " + std::to_string(kimg) + " kimg: " + run_.fakes(kimg).string());
}

void RunWriter::on_stop(Trainer& trainer) { checkpoints_.write_state(trainer, stats_.seconds()); }

void RunWriter::log(const std::string& line) {
  append_file(run_.log(), as_bytes(line + "\n"));
  listener_.line(line);
}

}  // namespace gannet
