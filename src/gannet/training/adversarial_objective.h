// The ordinary game of a generator and a discriminator, for every recipe that plays it: any loss,
// with any penalties, whatever D is shown.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "gannet/training/discriminator_input.h"
#include "gannet/training/gan.h"

namespace gannet {

// Goodfellow et al. 2014 (arXiv:1406.2661), algorithm 1: first D, n_critic times, with G's current
// ability; then G, to beat it. Terms "D" and "G", and where their options ask for them
//   r1 r2 gp dragan    penalties on D's slope (losses/penalties.h); lazy ones in their own phase
//                      (Karras et al. 2019, arXiv:1912.04958, appendix B)
//   D_class G_class    where D says "classes" or "attributes" (losses/regularizers.h, as what
//   follows) D_info G_info      of AdversarialObjective::information features           where D has
//   an output "features" lecam cr D_ortho G_ortho pl
// Watches "D(x)" and "D(G(z))", the means of sigmoid(logit). Both nets see batch.cond.
class AdversarialObjective {
 public:
  // The nets and the options must outlive it. Throws UsageError for combinations that cannot work.
  AdversarialObjective(Net& G, Net& D, const Options& options);
  AdversarialObjective(const AdversarialObjective&) = delete;
  AdversarialObjective& operator=(const AdversarialObjective&) = delete;

  std::vector<Phase> phases();  // which must not outlive the game

  // What must be kept besides the nets: LeCam's averages, the mean path length, the pool of fakes.
  std::map<std::string, Tensor*> state();

  // For games of their own kind: what the nets are given instead of batch.cond; and a term that
  // both nets minimise ("D_info" and "G_info"), of what D says of G's samples.
  std::function<Condition(const Batch&, Step&)> condition = nullptr;
  std::function<Tensor(const Outputs& said, Step&)> information = nullptr;
  // G's samples, instead of G(z, condition); what D is shown of samples, instead of them alone; and
  // terms that G minimises besides.
  std::function<Tensor(const Batch&)> make = nullptr;
  std::function<Tensor(const Tensor& samples, const Batch&)> shown = nullptr;
  std::function<Terms(const Tensor& samples, const Batch&)> content = nullptr;

 private:
  struct Judged {
    Outputs said;
    Tensor grad;  // dD/dx there, where a penalty wants it
  };
  Judged judge(const Tensor& x, const Condition& condition, bool with_grad);
  Tensor fakes(const Batch& batch, Step& step);
  Tensor seen(const Tensor& samples, const Batch& batch) const;
  Outputs said_of(const Tensor& samples, const Condition& condition, Side side, const Batch& batch,
                  Step& step);
  Condition given(const Batch& batch, Step& step) const;
  Terms d_terms(const Batch& batch, Step& step);
  Terms g_terms(const Batch& batch, Step& step);
  Terms lazy_terms(const Batch& batch, Step& step);
  Terms zero_centered(const Tensor& real, const Tensor& fake, double times) const;
  Terms towards_target(const Tensor& real, const Tensor& fake, const Condition& condition,
                       Step& step);
  Terms further_d(const Judged& real, const Judged& fake, const Tensor& x_real, const Batch& batch,
                  Step& step);
  Terms further_g(const Tensor& made, const Outputs& real, const Outputs& fake, const Batch& batch,
                  Step& step);
  Terms path_length(const Condition& condition, Step& step);
  bool lazy() const;

  Net &G_, &D_;
  const Options& o_;
  DiscriminatorInput d_input_;
  Tensor lecam_, path_length_;  // float64 [2]: D's mean logit of real and fake samples; [1]
};

// A Gan that plays just this game: one generator (averaged, unless --ema 0) and one discriminator,
// by their own names.
class AdversarialGan : public Gan {
 public:
  AdversarialGan(NetSpec generator, NetSpec discriminator, const Options& options,
                 const Setup& setup);

  std::vector<Phase> phases() override { return objective_.phases(); }
  Shape latent() const override { return {options_.nz}; }
  std::map<std::string, Tensor*> state() override { return objective_.state(); }

 protected:
  const Options options_;
  Net &G_, &D_;
  AdversarialObjective objective_;
};

}  // namespace gannet
