#include "gannet/runs/detail/checkpoint_writer.h"

#include "gannet/models/model_file.h"
#include "gannet/runs/detail/trainer_state.h"

namespace gannet {
namespace {

constexpr size_t kStatesKept = 2;

// How the training's pairs lay in their files, for who gives a whole one to draw from.
void add_pairs(const Dataset& data, const std::string& direction, Metadata& to) {
  for (const Decision& d : data.decisions())
    if (d.name == "pairs" && d.value != "none") to["pairs"] = d.value + " " + direction;
}

}  // namespace

CheckpointWriter::CheckpointWriter(const RunDirectory& run, const Recipe& recipe, Config& config,
                                   const Dataset& data)
    : run_(run), recipe_(recipe), config_(config), data_(data) {}

CheckpointWriter::~CheckpointWriter() {
  if (pace_) pace_->hurry();
}

void CheckpointWriter::write_network(const Path& path, Trainer& trainer) {
  Gan& gan = trainer.gan();
  Metadata metadata = model_metadata("network", recipe_, *config_.options,
                                     gan.condition_info(data_.info()), gan, trainer.images_seen());
  add_pairs(data_, config_.run.source.files.direction, metadata);
  write_model(path, metadata, network_tensors(gan));
}

void CheckpointWriter::write_state(Trainer& trainer, double seconds,
                                   std::optional<int64_t> suspect_since) {
  Gan& gan = trainer.gan();
  Metadata metadata = model_metadata("state", recipe_, *config_.options,
                                     gan.condition_info(data_.info()), gan, trainer.images_seen());
  metadata["progress"] = to_json(trainer.state()).dump();
  metadata["seconds"] = nlohmann::json(seconds).dump();
  metadata["dataset"] = data_.hash();
  NamedTensors copies = trainer.tensors();
  for (auto& [name, tensor] : copies)
    tensor = tensor.to(at::kCPU, /*non_blocking=*/false, /*copy=*/true);
  finish();
  pace_ = std::make_unique<BackgroundPace>();
  auto write = [this, path = run_.state(trainer.step()), suspect_since, pace = pace_.get(),
                metadata = std::move(metadata), copies = std::move(copies)]() mutable {
    const NamedTensors tensors = std::move(copies);  // freed with the end of this, not of state_
    write_model(path, metadata, tensors, [&] { pace->rest(); });
    keep_newest_states(suspect_since);
  };
  state_ = std::async(std::launch::async, std::move(write));
}

void CheckpointWriter::finish() {
  if (pace_) pace_->hurry();
  if (state_.valid()) state_.get();
}

void CheckpointWriter::keep_newest_states(std::optional<int64_t> suspect_since) const {
  const std::vector<int64_t> steps = run_.states();
  int64_t healthy = -1;
  for (const int64_t step : steps)
    if (suspect_since && step < *suspect_since) healthy = step;
  for (size_t i = 0; i + kStatesKept < steps.size(); ++i)
    if (steps[i] != healthy) std::filesystem::remove(run_.state(steps[i]));
}

}  // namespace gannet
