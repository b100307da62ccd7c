#include "gannet/losses/adversarial.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/softplus.h>

#include <string>
#include <vector>

#include "gannet/base/error.h"
#include "gannet/base/options.h"
#include "gannet/base/spelling.h"

namespace gannet {
namespace {

// With D = sigmoid(logit): -log D = softplus(-logit), -log(1 - D) = softplus(logit).

// Goodfellow et al. 2014 (arXiv:1406.2661), eq. 1, as D minimizes it; with targets t the cross
// entropy -t log D - (1 - t) log(1 - D). >= 0.
Tensor minimax_d(const Logits& d, const Targets& t) {
  const Tensor loss = at::softplus(-d.real).mean() + at::softplus(d.fake).mean();
  if (t.real == 1 && t.fake == 0) return loss;
  return loss + (1 - t.real) * d.real.mean() - t.fake * d.fake.mean();
}
// G minimizes log(1 - D(G(z))), eq. 1. <= 0; its gradient vanishes where D is sure.
Tensor minimax_g(const Logits& d) { return -at::softplus(d.fake).mean(); }
// "Maximize log D(G(z))" instead, section 3. >= 0.
Tensor ns_g(const Logits& d) { return at::softplus(-d.fake).mean(); }

// Least squares (Mao et al. 2016, arXiv:1611.04076), eq. 9 with c = 1; a and b are the targets. >=
// 0.
Tensor lsgan_d(const Logits& d, const Targets& t) {
  return 0.5 * ((d.real - t.real).square().mean() + (d.fake - t.fake).square().mean());
}
Tensor lsgan_g(const Logits& d) { return 0.5 * (d.fake - 1).square().mean(); }

// Hinge (Lim & Ye 2017, arXiv:1705.02894; as in Miyato et al. 2018, arXiv:1802.05957, eqs. 16, 17).
// d >= 0.
Tensor hinge_d(const Logits& d, const Targets&) {
  return at::relu(1 - d.real).mean() + at::relu(1 + d.fake).mean();
}
Tensor wasserstein_g(const Logits& d) { return -d.fake.mean(); }

// Wasserstein (Arjovsky et al. 2017, arXiv:1701.07875), eq. 2; the critic's Lipschitz bound is a
// penalty's or clipping's.
Tensor wgan_d(const Logits& d, const Targets&) { return d.fake.mean() - d.real.mean(); }

// Relativistic pairing (Jolicoeur-Martineau 2018, arXiv:1807.00734, eqs. 3, 4). >= 0.
Tensor rpgan_d(const Logits& d, const Targets&) { return at::softplus(d.fake - d.real).mean(); }
Tensor rpgan_g(const Logits& d) { return at::softplus(d.real - d.fake).mean(); }

// Relativistic average (same paper, eqs. 7, 8). >= 0.
Tensor ragan_d(const Logits& d, const Targets&) {
  return at::softplus(d.fake.mean() - d.real).mean() + at::softplus(d.fake - d.real.mean()).mean();
}
Tensor ragan_g(const Logits& d) { return ragan_d({.real = d.fake, .fake = d.real}, {}); }

constexpr AdversarialLoss kLosses[] = {
    {"ns", "arXiv:1406.2661", false, true, false, minimax_d, ns_g},
    {"minimax", "arXiv:1406.2661", false, true, false, minimax_d, minimax_g},
    {"lsgan", "arXiv:1611.04076", false, true, false, lsgan_d, lsgan_g},
    {"hinge", "arXiv:1705.02894", false, false, false, hinge_d, wasserstein_g},
    {"wgan", "arXiv:1701.07875", false, false, false, wgan_d, wasserstein_g},
    {"rpgan", "arXiv:1807.00734", true, false, false, rpgan_d, rpgan_g},
    {"ragan", "arXiv:1807.00734", true, false, true, ragan_d, ragan_g},
};

}  // namespace

std::span<const AdversarialLoss> adversarial_losses() { return kLosses; }

const AdversarialLoss& adversarial_loss(std::string_view name) {
  std::vector<std::string> known;
  for (const AdversarialLoss& loss : kLosses) {
    if (loss.name == name) return loss;
    known.emplace_back(loss.name);
  }
  const std::string near = closest_name(name, known);
  throw UsageError("unknown loss", std::string(name),
                   near.empty() ? "" : "did you mean " + near + "?");
}

}  // namespace gannet
