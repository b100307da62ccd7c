#include "gannet/runs/detail/event_file.h"

#include <chrono>
#include <nlohmann/json.hpp>

#include "gannet/formats/tensorboard.h"

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

void EventFile::start() const { write_file(path_, as_text(tensorboard_start(wall_time()))); }

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
