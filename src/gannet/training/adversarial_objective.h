// The objective of a generator and a discriminator: an adversarial loss plus regularizers.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "gannet/losses/adversarial.h"
#include "gannet/losses/regularizer.h"
#include "gannet/losses/regularizers.h"
#include "gannet/training/discriminator_input.h"
#include "gannet/training/gan.h"

namespace gannet {

// Goodfellow et al. 2014 (arXiv:1406.2661), algorithm 1: D is updated n_critic times, then G.
// Phases "D", "D_lazy" (lazy regularization) and "G"; terms "D" and "G", those of the regularizers
// (losses/regularizers.h), and of a recipe's own functions below. Scalars "D(x)" and "D(G(z))": the
// means of sigmoid(logit).
class AdversarialObjective {
 public:
  // The nets must outlive it. Throws UsageError for combinations that cannot work.
  AdversarialObjective(Net& G, Net& D, const Options& options);
  virtual ~AdversarialObjective() = default;
  AdversarialObjective(const AdversarialObjective&) = delete;
  AdversarialObjective& operator=(const AdversarialObjective&) = delete;

  std::vector<Phase> phases();  // which must not outlive the objective
  Terms discriminator_loss(const Batch& batch, Step& step);
  Terms generator_loss(const Batch& batch, Step& step);

  double d_lazy_reg_ratio() const;            // NetUse::lazy_reg_ratio of D
  std::vector<std::string> warnings() const;  // Gan::warnings()

  // State besides the nets: moving averages of regularizers, the image pool.
  std::map<std::string, Tensor*> state();

 protected:
  // What recipes override.
  // The condition of both nets; default: batch.cond.
  virtual Condition condition(const Batch& batch, Step& step);
  // G's samples of the batch; default: G(z, condition).
  virtual Tensor generate(const Batch& batch, Step& step);
  // D's input for samples, before augmentation; default: the samples. pix2pix: with their inputs.
  virtual Tensor discriminator_input(const Tensor& samples, const Batch& batch);
  // Losses of G's samples without D's logits, such as L1 to a target; default: none.
  virtual Terms content_losses(const Tensor& fakes, const Batch& batch);
  // InfoGAN's (Chen et al. 2016, arXiv:1606.03657, eq. 6) of D's outputs at G's samples, minimized
  // by both nets as "D_info" and "G_info"; default: undefined, none.
  virtual Tensor mutual_information_penalty(const Outputs& fake, Step& step);

  // Has G a loss that --gradient-ratio scales? Default: a regularizer's. A recipe with one of the
  // two above says so.
  virtual bool has_auxiliary_loss() const;

  const Options options_;
  Net &G_, &D_;

 private:
  Tensor fakes(const Batch& batch, Step& step);
  Tensor augment(const Tensor& samples, Side side, const Batch& batch, Step& step);
  DiscriminatorPass empty_pass(const Batch& batch, const Condition& condition, Step& step) const;
  DiscriminatorPass run_D(const Batch& batch, const Condition& condition, Step& step);
  GeneratorPass run_G(const Batch& batch, const Condition& condition, Step& step);
  Terms adversarial_g_loss(const GeneratorPass& pass, Step& step) const;
  Terms auxiliary_g_losses(const GeneratorPass& pass, Step& step);
  Terms lazy_regularization(Regularizer& regularizer, const Batch& batch, Step& step);
  Regularizer::Needs needs() const;  // of all but the lazy ones

  // The adversarial loss. One that mixes samples is of the whole batch, where D's is a part.
  class BatchLoss {
   public:
    BatchLoss(const AdversarialLoss& loss, const Net& D)
        : g_needs_real(loss.g_needs_real), loss_(loss), D_(D) {}
    Tensor d(const Logits& part, const Targets& t) const { return loss_.d(whole(part), t); }
    Tensor g(const Logits& part) const { return loss_.g(whole(part)); }
    const bool g_needs_real;

   private:
    Logits whole(const Logits& part) const;
    const AdversarialLoss& loss_;
    const Net& D_;
  };
  Tensor top_k(const Tensor& logits, double share) const;

  const BatchLoss loss_;
  DiscriminatorInput d_input_;
  std::vector<RegularizerPtr> regularizers_;
};

// A Gan with just this objective: one generator (averaged, unless --ema 0) and one discriminator,
// by their own names. Recipes derive from it.
class AdversarialGan : public Gan, public AdversarialObjective {
 public:
  AdversarialGan(NetSpec generator, NetSpec discriminator, const Options& options,
                 const Setup& setup);

  std::vector<Phase> phases() override { return AdversarialObjective::phases(); }
  Shape latent() const override { return {options_.nz}; }
  std::vector<std::string> warnings() const override { return AdversarialObjective::warnings(); }
  std::map<std::string, Tensor*> state() override { return AdversarialObjective::state(); }
};

}  // namespace gannet
