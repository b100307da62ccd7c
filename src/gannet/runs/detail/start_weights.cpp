#include "gannet/runs/detail/start_weights.h"

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "gannet/base/error.h"
#include "gannet/models/network_path.h"
#include "gannet/models/zoo.h"
#include "gannet/runs/detail/trainer_state.h"
#include "gannet/runs/directory.h"
#include "gannet/text/tokenizer.h"

namespace gannet {
namespace {

constexpr size_t kMostLines = 20;

struct Weights {
  Bytes bytes;
  SafetensorsFile file;  // views of them
  std::string source;
};

Weights read_weights(const Path& path) {
  Weights w{.bytes = read_network_file(path), .file = {}, .source = path.string()};
  w.file = read_model_file(w.bytes, "", w.source, "");
  return w;
}

// Of a run: its newest state, which has the moments.
Weights find_weights(const Path& named, ProgressListener& listener) {
  const Path given = run_by_number(named);
  if (!std::filesystem::is_directory(given)) return read_weights(given);
  const RunDirectory run = RunDirectory::open(given);
  std::vector<int64_t> steps = run.states();
  for (; !steps.empty(); steps.pop_back()) {
    try {
      return read_weights(run.state(steps.back()));
    } catch (const Error& error) {
      listener.warning(std::string(error.what()) + " (looking for an older one)");
    }
  }
  return read_weights(run.best_network());
}

bool is_moment(const std::string& name) {
  const size_t begin = name.find('.'), end = name.find('.', begin + 1);
  if (end == std::string::npos) return false;
  const std::string part = name.substr(begin + 1, end - begin - 1);
  return part == "adam_m" || part == "adam_v" || part == "momentum";
}

// A file that was exported has averages in place of their nets, which start from them then.
void add_averaged(SafetensorsFile& nets) {
  std::set<std::string> there;
  for (const TensorView& view : nets.tensors) there.insert(net_of(view.name));
  for (size_t i = 0, n = nets.tensors.size(); i < n; ++i) {
    TensorView view = nets.tensors[i];
    const std::string average = net_of(view.name);
    if (!average.ends_with("_ema")) continue;
    const std::string net = average.substr(0, average.size() - 4);
    if (there.contains(net)) continue;
    view.name = net + view.name.substr(average.size());
    nets.tensors.push_back(std::move(view));
  }
}

// What a state has besides networks is taken apart from them.
SafetensorsFile networks_of(const SafetensorsFile& file) {
  SafetensorsFile nets{.metadata = file.metadata, .tensors = {}};
  for (const TensorView& view : file.tensors)
    if (!is_moment(view.name) && !view.name.starts_with("state.")) nets.tensors.push_back(view);
  add_averaged(nets);
  return nets;
}

// Those of `tensors` that the file has in the same shape and type; with `missing`, a line for each
// of the others.
struct Fitting {
  SafetensorsFile file;
  NamedTensors tensors;
  std::vector<std::string> missing;
};
Fitting fitting(const SafetensorsFile& file, const NamedTensors& tensors) {
  std::map<std::string, const TensorView*> found;
  for (const TensorView& view : file.tensors) found[view.name] = &view;
  Fitting fit{.file = {.metadata = file.metadata, .tensors = {}}, .tensors = {}, .missing = {}};
  for (const auto& [name, tensor] : tensors) {
    auto at = found.find(name);
    if (const size_t ema = name.find("_ema."); at == found.end() && ema != std::string::npos)
      at = found.find(name.substr(0, ema) + name.substr(ema + 4));  // an average starts at its net
    if (at == found.end()) {
      fit.missing.push_back(name + " is not there");
      continue;
    }
    TensorView view = *at->second;
    if (!fits(view, tensor)) {
      const Shape shape(tensor.sizes().begin(), tensor.sizes().end());
      fit.missing.push_back(name + " is " + to_string(view.shape) + " there, " + to_string(shape) +
                            " here");
      continue;
    }
    view.name = name;
    fit.file.tensors.push_back(view);
    fit.tensors.emplace_back(name, tensor);
  }
  for (const TensorView& view : file.tensors)
    if (std::ranges::find(tensors, view.name, &NamedTensors::value_type::first) == tensors.end())
      fit.missing.push_back(view.name + " is not a part of these networks");
  return fit;
}

// The nets, in order, with how many of their tensors were taken.
std::string counts(const NamedTensors& all, const NamedTensors& taken) {
  std::vector<std::string> nets;
  std::map<std::string, std::pair<int64_t, int64_t>> of;
  for (const auto& [name, tensor] : all) {
    if (std::ranges::find(nets, net_of(name)) == nets.end()) nets.push_back(net_of(name));
    ++of[net_of(name)].second;
  }
  for (const auto& [name, tensor] : taken) ++of[net_of(name)].first;
  std::string text;
  for (const std::string& net : nets) {
    text += (text.empty() ? "" : ", ") + net;
    if (const auto [some, total] = of[net]; some != total)
      text += " (" + std::to_string(some) + " of " + std::to_string(total) + " tensors)";
  }
  return text;
}

NamedTensors take_fitting(const Weights& w, const NamedTensors& wanted,
                          ProgressListener& listener) {
  const Fitting fit = fitting(networks_of(w.file), wanted);
  if (fit.tensors.empty())
    throw Error("--resume-partial: no layer fits by name and shape", w.source,
                "its weights are of --cfg " + metadata_at(w.file.metadata, "recipe", w.source));
  read_into(fit.file, fit.tensors, w.source);
  for (size_t i = 0; i < std::min(fit.missing.size(), kMostLines); ++i)
    listener.line("not taken: " + fit.missing[i]);
  if (fit.missing.size() > kMostLines)
    listener.line("not taken: " + std::to_string(fit.missing.size() - kMostLines) + " more");
  return fit.tensors;
}

void take_all(const Weights& w, const NamedTensors& wanted) {
  try {
    read_into(networks_of(w.file), wanted, w.source);
  } catch (const Error& error) {
    throw Error("--resume: " + std::string(error.what()), "",
                "its weights are of --cfg " + metadata_at(w.file.metadata, "recipe", w.source) +
                    ", and samples of " + metadata_at(w.file.metadata, "shape", w.source) +
                    "; --resume-partial takes the layers that fit");
  }
}

// Moments of the nets that were taken whole; returns what to say of them.
std::string take_moments(const Weights& w, Session& s, const std::set<std::string>& whole) {
  if (metadata_at(w.file.metadata, "kind", w.source) != "state")
    return "; a network file has no optimizer moments, they start at zero";
  const TrainerState then =
      trainer_state_from_json(metadata_json(w.file.metadata, "progress", w.source), w.source);
  TrainerState state = s.trainer->state();
  std::map<std::string, NamedTensors> moments;
  for (const auto& [name, tensor] : s.trainer->tensors())
    if (is_moment(name) && whole.contains(net_of(name)))
      moments[net_of(name)].emplace_back(name, tensor);
  std::string taken;
  for (const auto& [net, tensors] : moments) {
    const Fitting fit = fitting(w.file, tensors);
    const auto steps = then.optimizer_steps.find(net);
    if (fit.tensors.size() != tensors.size() || steps == then.optimizer_steps.end()) continue;
    read_into(fit.file, fit.tensors, w.source);
    state.optimizer_steps[net] = steps->second;
    taken += (taken.empty() ? "" : ", ") + net + " (" + std::to_string(steps->second) + " updates)";
  }
  s.trainer->set_state(state);
  return taken.empty() ? "; no optimizer moments, they start at zero"
                       : "; with the optimizer's moments of " + taken;
}

}  // namespace

void check_tokenizer(const Metadata& metadata, const DatasetInfo& shape,
                     const std::string& source) {
  if (shape.tokenizer && metadata_at(metadata, "tokenizer", source) != shape.tokenizer->write())
    throw Error("its tokens are not those of these captions", source,
                "the same data, --vocabulary and --text-length as it began with");
}

void start_from_weights(Session& s, ProgressListener& listener) {
  const Weights w = find_weights(s.config.run.resume, listener);
  const NamedTensors wanted = network_tensors(*s.gan);
  try {
    check_tokenizer(w.file.metadata, s.data->info(), w.source);
  } catch (const Error& error) {
    throw Error("--resume: " + std::string(error.what()), "", error.hint());
  }
  NamedTensors taken = wanted;
  if (s.config.run.resume_partial)
    taken = take_fitting(w, wanted, listener);
  else
    take_all(w, wanted);
  std::map<std::string, int64_t> missing;
  for (const auto& [name, tensor] : wanted) ++missing[net_of(name)];
  for (const auto& [name, tensor] : taken) --missing[net_of(name)];
  std::set<std::string> whole;
  for (const auto& [net, count] : missing)
    if (count == 0) whole.insert(net);
  const std::string moments = take_moments(w, s, whole);
  listener.line("weights from " + w.source + ": " + counts(wanted, taken) + moments);
}

}  // namespace gannet
