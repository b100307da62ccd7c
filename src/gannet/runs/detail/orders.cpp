#include "gannet/runs/detail/orders.h"

#include <nlohmann/json.hpp>

#include "gannet/base/error.h"
#include "gannet/runs/detail/step_times.h"
#include "gannet/runs/detail/trainer_state.h"

namespace gannet {
namespace {

using nlohmann::json;

const char* const kOrder = "an order of process 0";

json order(const char* name, Session& s) {
  return {{"do", name},
          {"config", to_json(s.config)},
          {"device", device_kind(s.device.name)},
          {"dataset", s.data->hash()}};
}

// Rank 0's state of the trainer, on every rank.
void share_state(Session& s) {
  for (const auto& [name, tensor] : s.trainer->tensors()) s.group->broadcast(tensor);
  const std::string state = s.group->broadcast(to_json(s.trainer->state()).dump());
  if (s.group->rank() > 0)
    s.trainer->set_state(trainer_state_from_json(json::parse(state), kOrder));
}

Session open_ordered(const json& order, Processes& group) {
  Config config = config_from_json(order.at("config"), kOrder);
  const bool cpu = order.at("device") == "cpu";
  config.run.device = cpu ? "cpu" : "cuda:" + std::to_string(group.local_rank());
  Session s = open_session(std::move(config), /*fresh=*/false, &group);
  if (s.data->hash() != order.at("dataset"))
    throw Error("this data is not what process 0 has", s.config.run.data,
                "the same files at the same place on every machine");
  return s;
}

// Stops with process 0, or all where this process is interrupted.
struct Follower : Observer {
  explicit Follower(ProgressListener& listener) : listener(listener) {}
  ProgressListener& listener;
  bool on_step(const Trainer&) override { return !listener.interrupted(); }
};

}  // namespace

void order_to_measure(Session& s, double seconds) {
  if (s.group == nullptr) return;
  json measure = order("measure", s);
  measure["seconds"] = seconds;
  s.group->broadcast(measure.dump());
}

void order_to_train(Session& s) {
  if (s.group == nullptr) return;
  s.group->broadcast(order("train", s).dump());
  share_state(s);
}

int follow(Processes& group, ProgressListener& listener) {
  for (;;) {
    const json order = json::parse(group.broadcast(""));
    if (order.at("do") == "end") return order.at("status").get<int>();
    Session s = open_ordered(order, group);
    if (order.at("do") == "measure") {
      measure_step_times(*s.trainer, order.at("seconds").get<double>());
      continue;
    }
    share_state(s);
    Follower follower(listener);
    try {
      s.trainer->train(follower);
    } catch (const Diverged&) {  // on every rank alike; process 0 decides
    }
  }
}

void end_followers(Processes& group, int status) {
  group.broadcast(json{{"do", "end"}, {"status", status}}.dump());
}

}  // namespace gannet
