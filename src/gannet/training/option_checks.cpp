#include "gannet/training/option_checks.h"

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/losses/adversarial.h"

namespace gannet {
namespace {

bool has_layer(const Net& net, std::string_view kind) {
  return std::ranges::any_of(net.spec().nodes(),
                             [kind](const Node& n) { return n.layer && n.layer->kind() == kind; });
}

bool takes_condition(const Net& net) {
  return std::ranges::any_of(net.spec().nodes(), [](const Node& n) {
    return n.kind == Node::Kind::input && n.name != "x";
  });
}

void check_slopes(const Net& G, const Net& D, const Options& o) {
  const bool slopes = o.r1_weight() > 0 || o.r2 > 0 || o.gp > 0 || o.dragan > 0;
  if (slopes && has_layer(D, "batch_norm"))
    throw UsageError(
        "gradient penalties need a discriminator without batch normalisation: it mixes the samples "
        "of a batch, and a penalty is on the slope at each sample by itself",
        "", "--d-norm none, or a recipe whose D has no batch norm (vanilla, wgan-gp, r3gan)");
  if (o.pl > 0 && has_layer(G, "batch_norm"))
    throw UsageError(
        "--pl needs a generator without batch normalisation: it mixes the samples of a batch, and "
        "a path length is of each by itself",
        "", "--cfg vanilla or r3gan");
  if (o.clip > 0 && has_layer(D, "spectral_norm"))
    throw UsageError(
        "--clip bounds the weights of D, and spectral normalisation divides its bound out again",
        "", "one of them without the other");
}

void check_loss(const Options& o) {
  const AdversarialLoss& loss = adversarial_loss(o.loss);
  if ((o.smooth > 0 || o.smooth_fake > 0) && !loss.has_targets)
    throw UsageError("label smoothing moves the target that D is asked for, and this loss has none",
                     "--loss " + o.loss, "--loss ns, minimax or lsgan");
  if (o.top_k < 1 && loss.g_needs_real)
    throw UsageError("--topk picks from generated samples, and this loss pairs them with real ones",
                     "--loss " + o.loss, "--loss ns, minimax, lsgan, hinge or wgan");
}

void check_view(const Net& D, const Options& o) {
  const auto& outputs = D.spec().outputs();
  const bool conditional =
      takes_condition(D) || outputs.contains("classes") || outputs.contains("attributes");
  if (o.pack > 1 && conditional)
    throw UsageError("--pack shows D several samples at once, and these may be of several classes",
                     "--pack " + std::to_string(o.pack), "a recipe without labels");
  if (o.pool > 0 && conditional)
    throw UsageError("the pool keeps samples without their classes, and this D is told classes",
                     "--pool " + std::to_string(o.pool), "a recipe without labels");
  if (o.pack > 1 && o.cr > 0)
    throw UsageError("--cr moves single images, and --pack shows D several at once", "",
                     "one of them without the other");
  if (o.cr > 0 && D.spec().nodes()[0].shape.size() != 3) throw UsageError("--cr is for images", "");
  if (o.feature_matching > 0 && !D.spec().outputs().contains("features"))
    throw UsageError("this discriminator has no output of features", "--feature-matching");
}

}  // namespace

void check_combination(const Net& G, const Net& D, const Options& options) {
  check_slopes(G, D, options);
  check_loss(options);
  check_view(D, options);
}

std::vector<std::string> unwise_choices(const Options& o, const DatasetInfo& data) {
  std::vector<std::string> lines;
  const bool slopes = o.r1_weight() > 0 || o.r2 > 0 || o.gp > 0 || o.dragan > 0;
  if (o.r1_every > 1 && data.is_points())
    lines.push_back(
        "--r1-every: on points D changes much within a few steps, and a penalty that comes late "
        "makes it swing; every step (1) is cheap here");
  if (o.r1_every > 1 && o.r1_weight() <= 0 && o.r2 <= 0)
    lines.push_back("--r1-every: there is no R1 and no R2 to make rare");
  if (o.loss == "wgan" && !slopes && o.clip <= 0)
    lines.push_back(
        "--loss wgan: nothing bounds the critic's slope, unless it has spectral normalisation; "
        "--gp 10 does");
  if (o.gp_one_sided && o.gp <= 0 && o.dragan <= 0)
    lines.push_back("--gp-one-sided: there is no --gp and no --dragan");
  if (o.gradient_ratio > 0 && o.feature_matching <= 0 && o.class_weight <= 0)
    lines.push_back("--gradient-ratio: G has no further term to scale");
  return lines;
}

}  // namespace gannet
