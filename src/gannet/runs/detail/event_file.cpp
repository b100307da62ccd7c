#include "gannet/runs/detail/event_file.h"

#include <chrono>
#include <nlohmann/json.hpp>

#include "gannet/formats/bytes.h"
#include "gannet/formats/tensorboard_hparams.h"

namespace gannet {
namespace {

using nlohmann::json;

double wall_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

void flatten(const json& value, const std::string& prefix, std::vector<EventScalar>& into) {
  for (const auto& [key, inner] : value.items()) {
    const std::string tag = prefix.empty() ? key : prefix + "/" + key;
    if (inner.is_object())
      flatten(inner, tag, into);
    else if (inner.is_number())
      into.push_back({tag, inner.get<float>()});
  }
}

}  // namespace

void EventFile::start(const json& options) const {
  Bytes file = tensorboard_start(wall_time());
  std::vector<Hyperparameter> all;
  for (const auto& [name, value] : options.items()) {
    if (name == "outdir" || name == "desc") continue;
    if (value.is_boolean())
      all.push_back({name, value.get<bool>()});
    else if (value.is_number())
      all.push_back({name, value.get<double>()});
    else if (value.is_string())
      all.push_back({name, value.get<std::string>()});
  }
  const Event event{.wall_time = wall_time(), .plugins = {hparams_start(all, wall_time())}};
  append(file, tensorboard_record(event));
  write_file(path_, as_text(file));
}

void EventFile::end(int64_t step, bool well) const {
  const Event event{
      .wall_time = wall_time(), .step = step + 1, .plugins = {hparams_end(well, wall_time())}};
  append_file(path_, tensorboard_record(event));
}

void EventFile::add_metrics(int64_t step,
                            const std::vector<std::pair<std::string, double>>& metrics) const {
  if (metrics.empty()) return;
  Event event{.wall_time = wall_time(), .step = step};
  for (const auto& [name, value] : metrics)
    event.scalars.push_back({"metrics/" + name, static_cast<float>(value)});
  append_file(path_, tensorboard_record(event));
}

void EventFile::add_scalars(int64_t step, const json& object) const {
  Event event{.wall_time = wall_time(), .step = step};
  flatten(object, "", event.scalars);
  append_file(path_, tensorboard_record(event));
}

void EventFile::add_image(int64_t step, const std::string& tag, const Image& image,
                          const Bytes& png) const {
  const Event event{.wall_time = wall_time(),
                    .step = step,
                    .images = {{tag, image.width, image.height, image.channels, png}}};
  append_file(path_, tensorboard_record(event));
}

}  // namespace gannet
