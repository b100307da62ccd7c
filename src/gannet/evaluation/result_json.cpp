#include "gannet/evaluation/result_json.h"

#include <cmath>

namespace gannet {
namespace {

using Json = nlohmann::ordered_json;

Json protocol_json(const MetricResult& r) {
  const EvaluationProtocol& p = r.protocol;
  Json json = {{"n_real", p.n_real},       {"n_fake", p.n_fake},
               {"features", p.features},   {"feature_hash", p.feature_hash},
               {"split", p.split},         {"filter", p.filter},
               {"seed", p.seed},           {"data", p.data},
               {"data_hash", p.data_hash}, {"fake", p.fake},
               {"fake_hash", p.fake_hash}, {"shape", p.shape}};
  if (p.k > 0) json["k"] = p.k;
  for (const auto& [name, value] : r.details) {
    if (value == std::floor(value) && std::abs(value) < 1e15)
      json[name] = static_cast<int64_t>(value);
    else
      json[name] = value;
  }
  return json;
}

}  // namespace

nlohmann::ordered_json to_json(const MetricResult& r) {
  Json result = {{"metric", r.request.name}, {"value", r.value}};
  if (r.error) result["error"] = *r.error;
  result["real"] = r.reference ? Json(r.reference->value) : Json();
  if (r.reference)
    result["reference"] = {{"what", r.reference->what},
                           {"n_real", r.reference->n_real},
                           {"n_other", r.reference->n_other}};
  result["better"] = better_text(metric_of(r.request).better);
  result["protocol"] = protocol_json(r);
  return result;
}

}  // namespace gannet
