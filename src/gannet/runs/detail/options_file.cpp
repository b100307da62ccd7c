#include "gannet/runs/detail/options_file.h"

#include <torch/headeronly/version.h>

#include <nlohmann/json.hpp>

#include "gannet/base/error.h"
#include "gannet/base/machine.h"
#include "gannet/base/version.h"
#include "gannet/runs/detail/run_device.h"

namespace gannet {

using nlohmann::json;

void write_options(const RunDirectory& run, Session& s) {
  const Machine machine = read_machine();
  json object = to_json(s.config);
  object["gannet"] = {{"version", version()}, {"libtorch", TORCH_VERSION}};
  object["machine"] = {{"cpu", machine.cpu},
                       {"instruction_sets", machine.instruction_sets},
                       {"threads", s.config.run.threads},
                       {"memory_mb", machine.memory_mb}};
  object["machine"].update(device_to_json(s.device));
  object["dataset"] = {{"name", s.data->name()},
                       {"hash", s.data->hash()},
                       {"size", s.data->size()},
                       {"shape", s.data->info().dims}};
  object["decisions"] = json::array();
  for (const Decision& d : s.config.decisions)
    object["decisions"].push_back({{"name", d.name}, {"value", d.value}, {"reason", d.reason}});
  write_file(run.options(), object.dump(2) + "\n");
}

json read_options(const RunDirectory& run) {
  json options = json::parse(read_text(run.options()), nullptr, /*allow_exceptions=*/false);
  if (!options.is_object()) throw Error("not JSON", run.options().string());
  return options;
}

void change_option(const RunDirectory& run, const std::string& name, const json& value) {
  json options = read_options(run);
  options[name] = value;
  write_file(run.options(), options.dump(2) + "\n");
}

}  // namespace gannet
