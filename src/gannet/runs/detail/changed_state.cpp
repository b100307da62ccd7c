#include "gannet/runs/detail/changed_state.h"

#include <ATen/core/Tensor.h>

#include <map>
#include <set>

namespace gannet {
namespace {

// What an option alone decides whether it is there, of which this tensor is a part; "" of others.
std::string part_of(const std::string& tensor) {
  if (tensor.starts_with("state.lecam")) return "the moving averages of --lecam";
  if (tensor.starts_with("state.path_length")) return "the moving average of --pl";
  if (tensor.starts_with("state.pool")) return "the samples of --pool";
  const std::string net = tensor.substr(0, tensor.find('.'));
  if (net.ends_with("_ema"))
    return "the moving average " + net + " of --ema, from " + net.substr(0, net.size() - 4);
  if (tensor.starts_with(net + ".momentum.")) return "the buffers of --momentum, of " + net;
  return "";
}

}  // namespace

std::vector<std::string> read_changed_into(const SafetensorsFile& file, const NamedTensors& tensors,
                                           std::string_view source) {
  std::map<std::string, const TensorView*> found;
  for (const TensorView& view : file.tensors) found[view.name] = &view;
  std::set<std::string> fresh, gone;
  for (const auto& [name, tensor] : tensors)
    if (const auto at = found.find(name); at == found.end() || !fits(*at->second, tensor))
      if (const std::string part = part_of(name); !part.empty()) fresh.insert(part);
  SafetensorsFile taken{.metadata = file.metadata, .tensors = {}};
  NamedTensors wanted;
  std::set<std::string> names;
  for (const auto& [name, tensor] : tensors) {
    names.insert(name);
    if (fresh.contains(part_of(name))) {
      const size_t ema = name.find("_ema.");
      if (ema == std::string::npos) continue;
      const auto net = found.find(name.substr(0, ema) + name.substr(ema + 4));
      if (net == found.end()) continue;
      taken.tensors.push_back(*net->second);
      taken.tensors.back().name = name;
    } else if (const auto at = found.find(name); at != found.end()) {
      taken.tensors.push_back(*at->second);
    }
    wanted.emplace_back(name, tensor);
  }
  for (const TensorView& view : file.tensors)
    if (!names.contains(view.name)) {
      const std::string part = part_of(view.name);
      part.empty() ? taken.tensors.push_back(view) : void(gone.insert(part));
    }
  read_into(taken, wanted, source);
  std::vector<std::string> lines;
  for (const std::string& part : fresh) lines.push_back("begins afresh: " + part);
  for (const std::string& part : gone)
    lines.push_back("left behind: " + part.substr(0, part.find(", from ")));
  return lines;
}

}  // namespace gannet
