#include "gannet/training/game.h"

#include "gannet/losses/adversarial.h"
#include "gannet/training/step.h"

namespace gannet {

std::vector<Phase> adversarial_phases(Net& G, Net& D, const Options& options) {
  const AdversarialLoss& loss = adversarial_loss(options.loss);
  return {{.name = "D",
           .nets = {D.name()},
           .loss =
               [&](const Batch& batch, Step& step) {
                 const Logits logits{.real = D(batch.real, batch.cond),
                                     .fake = D(step.fakes(G).detach(), batch.cond)};
                 step.watch("D(x)", logits.real.detach().sigmoid().mean());
                 step.watch("D(G(z))", logits.fake.detach().sigmoid().mean());
                 return Terms{{"D", loss.d(logits)}};
               },
           .repeat = options.n_critic},
          {.name = "G",
           .nets = {G.name()},
           .loss =
               [&](const Batch& batch, Step& step) {
                 const Tensor real = loss.g_needs_real ? D(batch.real, batch.cond) : Tensor();
                 return Terms{{"G", loss.g({.real = real, .fake = D(step.fakes(G), batch.cond)})}};
               },
           .fresh = loss.g_needs_real}};
}

}  // namespace gannet
