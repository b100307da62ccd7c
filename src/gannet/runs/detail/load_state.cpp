#include "gannet/runs/detail/load_state.h"

#include <nlohmann/json.hpp>

#include "gannet/base/error.h"
#include "gannet/models/model_file.h"
#include "gannet/runs/detail/changed_state.h"
#include "gannet/runs/detail/start_weights.h"
#include "gannet/runs/detail/trainer_state.h"

namespace gannet {
namespace {

using nlohmann::json;

Error other_data(const Session& s) {
  return Error("the data is not what this run began with", s.config.run.data,
               "put the same files back, or --data NEWPLACE where they are now; a new run on the "
               "new data: gannet train --resume RUN");
}

// Puts the newest state that opens into the trainer; returns the seconds the run took until then,
// or none where there is no state at all. `changed`: options did, since this state or before.
std::optional<double> load_state(Session& s, const RunDirectory& run, ProgressListener& listener,
                                 bool changed) {
  std::vector<int64_t> steps = run.states();
  for (; !steps.empty(); steps.pop_back()) {
    const std::string source = run.state(steps.back()).string();
    try {
      const Bytes bytes = read_file(source);
      const SafetensorsFile file = read_model_file(bytes, "state", source, "");
      const TrainerState progress =
          trainer_state_from_json(metadata_json(file.metadata, "progress", source), source);
      const double seconds = metadata_json(file.metadata, "seconds", source).get<double>();
      if (metadata_at(file.metadata, "dataset", source) != s.data->hash()) throw other_data(s);
      check_tokenizer(file.metadata, s.data->info(), source);
      if (changed)
        for (const std::string& line : read_changed_into(file, s.trainer->tensors(), source))
          listener.line(line);
      else
        read_into(file, s.trainer->tensors(), source);
      s.trainer->set_state(progress);
      return seconds;
    } catch (const Error& error) {
      if (error.where() == s.config.run.data || steps.size() == 1) throw;
      listener.warning(std::string(error.what()) + " (using the state before)");
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<double> load_changed(Session& s, const RunDirectory& run, ProgressListener& listener,
                                   const OptionChanges& changes, const json& options) {
  try {
    return load_state(s, run, listener, !changes.empty() || options.contains("changes"));
  } catch (const Error& error) {
    std::string names;
    for (const auto& [name, text] : changes)
      if (name != "data" && name != "kimg") names += (names.empty() ? "--" : ", --") + name;
    if (names.empty()) throw;
    throw Error(error.what(), "", "without " + names + ", if these make other networks");
  }
}

void check_data(const Session& s, const json& options) {
  const json hash = options.value("dataset", json::object()).value("hash", json());
  if (hash.is_string() && hash != s.data->hash()) throw other_data(s);
}

}  // namespace gannet
