#include "gannet/runs/detail/run_writer.h"

#include <nlohmann/json.hpp>

#include "gannet/formats/png.h"
#include "gannet/runs/detail/figure_text.h"
#include "gannet/runs/metric_history.h"

namespace gannet {
namespace {

std::string metrics_text(const std::vector<std::pair<std::string, double>>& metrics) {
  std::string text;
  for (const auto& [name, value] : metrics)
    text += (text.empty() ? "" : ", ") + name + " " + figure_text(value);
  return text;
}

}  // namespace

RunWriter::RunWriter(const RunDirectory& run, const Recipe& recipe, Config& config,
                     const Dataset& data, ProgressListener& listener, StatsLog::Before before)
    : run_(run),
      config_(config),
      listener_(listener),
      events_(run.events()),
      stats_(run, events_, std::move(before)),
      grid_(recipe, data, config.options->seed, config.options->loss),
      early_(run, config),
      checkpoints_(run, recipe, config, data),
      evaluation_(run, config, data),
      copies_(data),
      watch_(run, config, listener) {}

void RunWriter::start(Trainer& trainer) {
  stats_.start(trainer);
  watch_.start(trainer.steps_total());
  if (trainer.step() > 0) return;
  events_.start(to_json(config_));
  write_file(run_.file("reals.png"), write_png(grid_.reals()));
  if (const std::string captions = grid_.captions(); !captions.empty())
    write_file(run_.file("captions.txt"), captions);
  write_file(run_.file("fakes-init.png"), write_png(grid_.fakes(trainer.gan())));
  // Its weights may be gone by the time of a resume.
  if (!config_.run.resume.empty()) checkpoints_.write_state(trainer, stats_.seconds());
}

bool RunWriter::on_step(const Trainer&) {
  return !listener_.interrupted() && !watch_.stops() && done_early_.empty();
}

bool RunWriter::wants_snapshot(const Trainer& trainer) {
  return early_.due(trainer, stats_.seconds());
}

void RunWriter::on_tick(const Trainer& trainer, const Tick& tick) {
  const auto [line, report] = stats_.write(trainer, tick);
  listener_.tick(report);
  watch_.tick(line, trainer.step() == trainer.steps_total());
}

void RunWriter::on_snapshot(Trainer& trainer) {
  const std::string number = next_snapshot_number(run_, trainer.images_seen());
  const Path network = run_.network(number), grid = run_.fakes(number);
  checkpoints_.write_network(network, trainer);
  const Tensor samples = grid_.samples(trainer.gan());
  const Image fakes = grid_.fakes(trainer.gan(), samples);
  const Bytes png = write_png(fakes);
  write_file(grid, png);
  events_.add_image(trainer.step(), "fakes", fakes, png);
  const auto metrics = evaluation_.write(trainer, network);
  events_.add_metrics(trainer.step(), metrics);
  stats_.show_metrics(metrics);
  for (const std::string& note : evaluation_.notes()) log(note);
  GridFigures figures = grid_.figures(trainer.gan(), samples);
  figures.copies = copies_.share(samples);
  watch_.snapshot(add_snapshot(run_, trainer, network, grid, figures),
                  trainer.step() == trainer.steps_total());
  // Last: the state makes this snapshot the one that a resume starts from.
  checkpoints_.write_state(trainer, stats_.seconds(), watch_.watchdog().suspect_since());
  remove_stopped();
  remove_old_networks(run_, config_.run.snap_keep);
  done_early_ = stop_reason(read_metric_history(run_.metrics()),
                            parse_stop_condition(config_.run.stop_when), config_.run.patience);
  if (const std::string text = metrics_text(metrics); !text.empty())
    log("at " + nlohmann::json(trainer.kimg()).dump() + " kimg: " + text);
  log("snapshot at " + nlohmann::json(trainer.kimg()).dump() + " kimg: " + grid.string());
}

void RunWriter::on_stop(Trainer& trainer) {
  if (!done_early_.empty()) return;  // the snapshot has all
  checkpoints_.write_network(run_.stopped_network(), trainer);
  write_file(run_.stopped_fakes(), write_png(grid_.fakes(trainer.gan())));
  checkpoints_.write_state(trainer, stats_.seconds(), watch_.watchdog().suspect_since());
  log("stopped at " + nlohmann::json(trainer.kimg()).dump() +
      " kimg: " + run_.stopped_fakes().string());
}

void RunWriter::remove_stopped() {
  std::filesystem::remove(run_.stopped_network());
  std::filesystem::remove(run_.stopped_fakes());
}

void RunWriter::log(const std::string& line) {
  append_file(run_.log(), as_bytes(line + "\n"));
  listener_.line(line);
}

}  // namespace gannet
