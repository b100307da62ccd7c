#include "gannet/training/option_checks.h"

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/losses/adversarial.h"

namespace gannet {
namespace {

bool takes_condition(const Net& net) {
  return std::ranges::any_of(net.spec().nodes(), [](const Node& n) {
    return n.kind == Node::Kind::input && n.name != "x";
  });
}

void check_loss(const Options& o) {
  const AdversarialLoss& loss = adversarial_loss(o.loss);
  if ((o.smooth > 0 || o.smooth_fake > 0) && !loss.has_targets)
    throw UsageError("label smoothing moves D's target, and this loss has none", "--loss " + o.loss,
                     "--loss ns, minimax or lsgan");
  if (o.top_k < 1 && loss.g_needs_real)
    throw UsageError("--topk picks from generated samples, and this loss pairs them with real ones",
                     "--loss " + o.loss, "--loss ns, minimax, lsgan, hinge or wgan");
}

void check_discriminator_batch(const Net& D, const Options& o) {
  const auto& outputs = D.spec().outputs();
  const bool conditional =
      takes_condition(D) || outputs.contains("classes") || outputs.contains("attributes");
  if (o.pack > 1 && conditional)
    throw UsageError("--pack shows D several samples at once, and these may be of several classes",
                     "--pack " + std::to_string(o.pack), "a recipe without labels");
  if (o.pool > 0 && conditional)
    throw UsageError("the pool keeps samples without their classes, and this D is conditional",
                     "--pool " + std::to_string(o.pool), "a recipe without labels");
}

void check_groups(const Options& o) {
  const int64_t whole = batch_of_whole_groups(o, o.batch);
  if (whole == o.batch) return;
  throw UsageError("the minibatch standard deviation needs groups of " + std::to_string(o.mbstd) +
                       ", and a batch of " + std::to_string(o.batch / (o.accumulate * o.pack)) +
                       " has no whole ones",
                   "--batch " + std::to_string(o.batch), "--batch " + std::to_string(whole));
}

}  // namespace

void check_shares(const Options& o, int64_t processes) {
  if (processes == 1) return;
  const auto number = [](int64_t value) { return std::to_string(value); };
  const int64_t unit = processes * o.accumulate * o.pack, whole = (o.batch / unit + 1) * unit;
  if (o.batch % unit != 0)
    throw UsageError("a batch of " + number(o.batch) + " cannot be shared equally among " +
                         number(processes) + " processes" +
                         (o.accumulate > 1 ? " in " + number(o.accumulate) + " rounds" : "") +
                         (o.pack > 1 ? " of packs of " + number(o.pack) : ""),
                     "--batch " + number(o.batch), "--batch " + number(whole));
  if (o.pack > 1 && (o.gp > 0 || o.dragan > 0))
    throw UsageError(
        "the points of this penalty are drawn for packs, which several processes number otherwise",
        "--pack with --" + std::string(o.gp > 0 ? "gp" : "dragan"),
        "one process, or one of them without the other");
}

int64_t batch_of_whole_groups(const Options& o, int64_t most) {
  // D has them of each round, and --pack samples are one of its inputs.
  const int64_t group = o.mbstd * o.accumulate * o.pack;
  return o.mbstd < 1 || most <= group ? most : most - most % group;
}

void check_combination(const Net& D, const Options& options) {
  check_loss(options);
  check_groups(options);
  check_discriminator_batch(D, options);
}

std::vector<std::string> unwise_choices(const Options& o, const DatasetInfo& data) {
  std::vector<std::string> lines = regularizer_warnings(o, data);
  if (o.loss == "wgan" && !bounds_gradient(o))
    lines.push_back(
        "--loss wgan: nothing bounds the critic's gradient, unless it has spectral normalization; "
        "--gp 10 does");
  if (o.gp_one_sided && o.gp <= 0 && o.dragan <= 0)
    lines.push_back("--gp-one-sided: there is no --gp and no --dragan");
  return lines;
}

}  // namespace gannet
