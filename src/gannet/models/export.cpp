#include "gannet/models/export.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/isfinite.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/formats/checksum.h"
#include "gannet/models/model_file.h"
#include "gannet/models/network_metrics.h"
#include "gannet/models/network_path.h"
#include "gannet/models/zoo.h"

namespace gannet {
namespace {

// Averages instead of their nets; D where it is asked for.
std::vector<Net*> nets_to_keep(const Model& model, bool discriminator, const std::string& source) {
  Gan& gan = *model.gan;
  const Net* D = gan.discriminator_net();
  if (discriminator && !model.has_discriminator)
    throw Error("the file was exported without its discriminator", source);
  const std::vector<Net*> all = gan.nets();
  std::vector<Net*> kept;
  for (Net* net : all) {
    const bool averaged =
        std::ranges::any_of(all, [&](Net* other) { return other->name() == net->name() + "_ema"; });
    if (!averaged && (net != D || discriminator)) kept.push_back(net);
  }
  return kept;
}

Tensor in_half(const std::string& name, const Tensor& x, const std::string& source) {
  if (x.scalar_type() != at::kFloat) return x;
  const Tensor half = x.to(at::kHalf);
  if (!at::isfinite(half).all().item<bool>())
    throw Error("the tensor " + name + " has values beyond half precision's range", source,
                "--precision f32");
  return half;
}

}  // namespace

ExportReport export_network(const ExportRequest& request, const Path& out) {
  const at::NoGradGuard no_grad;
  ExportReport report{.network = network_path(request.network), .out = out};
  const std::string source = report.network.string();
  const Model model = open_model(report.network, "cpu");
  const Bytes bytes = read_network_file(report.network);
  Metadata metadata = read_model_file(bytes, "network", source, "").metadata;
  std::error_code missing;
  if (!metadata.contains("nets") && std::filesystem::equivalent(report.network, out, missing))
    throw UsageError("this is the network that is read, and would lose what training needs",
                     "--out " + out.string(), "--out another.safetensors");
  metadata.erase("checksum");
  NamedTensors kept;
  for (Net* net : nets_to_keep(model, request.discriminator, source)) {
    report.nets.push_back(net->name());
    report.parameters += net->parameters.numel();
  }
  for (auto& [name, tensor] : network_tensors(*model.gan))
    if (std::ranges::count(report.nets, net_of(name)) > 0)
      kept.emplace_back(name, request.half ? in_half(name, tensor, source) : tensor);
  if (const std::vector<int64_t> styles = model.gan->style_sizes(); !styles.empty())
    metadata["styles"] = nlohmann::json(styles).dump();  // a file of an earlier version has none
  metadata["nets"] = nlohmann::json(report.nets).dump();
  const nlohmann::json metrics =
      request.figures.empty() ? metrics_of_network(report.network)
                              : metrics_of_report(request.figures, "sha256:" + sha256_hex(bytes));
  if (!metrics.empty()) metadata["metrics"] = metrics.dump();
  if (!request.data.empty()) metadata["data"] = request.data;
  if (!request.licence.empty()) metadata["licence"] = request.licence;
  write_model(out, metadata, kept);
  report.bytes = static_cast<int64_t>(std::filesystem::file_size(out));
  return report;
}

}  // namespace gannet
