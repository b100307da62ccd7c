#include "gannet/runs/detail/trainer_state.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace gannet {
namespace {

using nlohmann::json;

// [name, sum, count]; null for a sum that is infinite or not a number, as JSON has no such numbers.
json sums_to_json(const std::vector<TrainerState::Sum>& sums) {
  json list = json::array();
  for (const TrainerState::Sum& s : sums)
    list.push_back({s.name, std::isfinite(s.sum) ? json(s.sum) : json(), s.count});
  return list;
}

std::vector<TrainerState::Sum> sums_from_json(const json& list) {
  std::vector<TrainerState::Sum> sums;
  for (const json& s : list)
    sums.push_back({s.at(0).get<std::string>(), s.at(1).is_null() ? NAN : s.at(1).get<double>(),
                    s.at(2).get<int64_t>()});
  return sums;
}

}  // namespace

json to_json(const TrainerState& state) {
  return {{"step", state.step},
          {"batches_read", state.batches_read},
          {"optimizer_steps", state.optimizer_steps},
          {"gradient_norm", state.gradient_norm},
          {"loss", sums_to_json(state.loss)},
          {"scalars", sums_to_json(state.scalars)}};
}

TrainerState trainer_state_from_json(const json& object, std::string_view source) {
  try {
    return {.step = object.at("step").get<int64_t>(),
            .batches_read = object.at("batches_read").get<int64_t>(),
            .optimizer_steps = object.at("optimizer_steps").get<std::map<std::string, int64_t>>(),
            .gradient_norm = object.at("gradient_norm").get<std::map<std::string, double>>(),
            .loss = sums_from_json(object.at("loss")),
            .scalars = sums_from_json(object.at("scalars"))};
  } catch (const json::exception&) {
    throw Error("the progress in this state is not as expected", std::string(source));
  }
}

}  // namespace gannet
