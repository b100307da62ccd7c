// Regularizer: a term that is added to the adversarial loss of D, of G or of both. One class a
// term in losses/regularizers/, all of them listed in losses/regularizers.h.
#pragma once

#include <map>
#include <source_location>
#include <string>

#include "gannet/losses/terms.h"
#include "gannet/nn/net.h"

namespace gannet {

// The random numbers of one execution of a phase, of its whole batch of N; addressed
// (base/philox.h), so that equal calls give equal numbers.
class Draws {
 public:
  using Location = std::source_location;
  virtual ~Draws() = default;
  virtual Tensor z() = 0;  // latents [N, ...] of the generated samples
  // Standard normal, or uniform in [0, 1): [N, shape...]. `call` tells a recipe's own draws apart
  // (< 16).
  virtual Tensor normal(Purpose purpose, const Shape& shape, uint32_t call = 0,
                        Location where = Location::current()) = 0;
  virtual Tensor uniform(Purpose purpose, const Shape& shape, uint32_t call = 0,
                         Location where = Location::current()) = 0;
  // Where the batch is one process' part of a larger one, the processes; else null.
  virtual const ProcessGroup* group() const { return nullptr; }
};

struct AdversarialNets {
  Net &G, &D;
  int64_t pack = 1;  // samples that D takes at once, side by side in the first axis
};

// One update of D: its inputs (augmented, noisy, packed), its outputs there, and the gradients
// dD/dx that a regularizer needs. A lazy regularizer finds the gradients alone.
struct DiscriminatorPass {
  Net& D;
  const Batch& batch;          // the real samples as they are in the data
  const Condition& condition;  // of D, for real and fake samples alike
  Draws& draws;
  Tensor r1_scale = {};  // [], the schedule's factor of R1 and R2; undefined: 1
  Tensor x_real = {}, x_fake = {};
  Outputs real = {}, fake = {};
  Tensor grad_real = {}, grad_fake = {};
};

// One update of G.
struct GeneratorPass {
  Net& G;
  const Batch& batch;
  const Condition& condition;  // of G
  Draws& draws;
  Tensor fakes;                  // G's samples [N, ...]
  Outputs real = {}, fake = {};  // D's outputs; real: where G's loss or a regularizer needs them
};

class Regularizer {
 public:
  virtual ~Regularizer() = default;
  // Throws UsageError, saying why, for networks that it cannot work with.
  virtual void check(const AdversarialNets&) const {}

  // What it reads of the passes, besides what is always there.
  struct Needs {
    bool grad_real = false, grad_fake = false;  // of a DiscriminatorPass
    bool real_in_g = false;                     // GeneratorPass::real
  };
  virtual Needs needs() const { return {}; }
  // Lazy regularization (Karras et al. 2019, arXiv:1912.04958, appendix B): every interval()
  // steps, in a phase of D of its own; its d_loss() is scaled by interval(). 1: with the
  // adversarial loss.
  virtual int64_t interval() const { return 1; }
  // Is g_loss() a loss of D's outputs at G's samples, which --gradient-ratio scales and which is
  // absent where G learns without D?
  virtual bool auxiliary() const { return false; }

  virtual Terms d_loss(const DiscriminatorPass&) { return {}; }
  virtual Terms g_loss(const GeneratorPass&) { return {}; }
  virtual void after_update(Net& /*D*/) {}  // of D
  // What a resume needs: averages, by name.
  virtual std::map<std::string, Tensor*> state() { return {}; }
};

}  // namespace gannet
