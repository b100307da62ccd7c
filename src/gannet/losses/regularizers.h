// The table of regularizers: of each its options and its formula, as a pure function that returns a
// scalar >= 0 without its weight. Adding one: its struct here and in the list at the end, and its
// file in losses/regularizers/ with the fields' help, the formula and the class. No torch in here.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gannet/base/options.h"

namespace at {
class Tensor;
}

namespace gannet {

class Regularizer;  // losses/regularizer.h
struct AdversarialNets;
struct DatasetInfo;
struct Logits;
struct RegularizerOptions;

using RegularizerPtr = std::unique_ptr<Regularizer>;

// Each struct has fields(), and make(): the regularizer, or null where its weight is 0. Where they
// apply: warnings() of unwise choices; bounds_gradient(), does it bound D's gradient, as the
// Wasserstein loss wants it.

// Zero-centered gradient penalties (Mescheder et al. 2018, arXiv:1801.04406, eq. 9): weight / 2
// E |dD/dx|^2 at real samples, R1, and at generated ones, R2; losses/gradient_penalties.h.
struct ZeroCenteredOptions {
  double r1 = 0, r2 = 0, gamma = -1, gamma_end = -1;  // gamma: -1 leaves r1 and r2 as they are
  int64_t r1_every = 1;

  double r1_weight() const { return gamma < 0 ? r1 : gamma; }
  bool bounds_gradient() const { return r1_weight() > 0 || r2 > 0; }
  void fields(FieldVisitor& v);
  std::vector<std::string> warnings(const DatasetInfo& data) const;
  static RegularizerPtr make(const RegularizerOptions&, const AdversarialNets&);
};

// WGAN-GP (Gulrajani et al. 2017, arXiv:1704.00028, eq. 3): E (|dD/dx| - target)^2 between real and
// generated samples.
struct GradientPenaltyOptions {
  double gp = 0, gp_target = 1;  // the target and the side are DRAGAN's too
  bool gp_one_sided = false;

  bool bounds_gradient() const { return gp > 0; }
  void fields(FieldVisitor& v);
  static RegularizerPtr make(const RegularizerOptions&, const AdversarialNets&);
};

// DRAGAN (Kodali et al. 2017, arXiv:1705.07215, eq. 2): the same around real samples.
struct DraganOptions {
  double dragan = 0, dragan_spread = 0.5;

  bool bounds_gradient() const { return dragan > 0; }
  void fields(FieldVisitor& v);
  static RegularizerPtr make(const RegularizerOptions&, const AdversarialNets&);
};

// Weight clipping (Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1, line 7), after each update.
struct WeightClippingOptions {
  double clip = 0;

  bool bounds_gradient() const { return clip > 0; }
  void fields(FieldVisitor& v);
  static RegularizerPtr make(const RegularizerOptions&, const AdversarialNets&);
};

// The auxiliary classifier of AC-GAN (Odena et al. 2016, arXiv:1610.09585, eqs. 2, 3), where D has
// an output "classes", or a regression of the attributes, where it has "attributes";
// losses/auxiliary.h.
struct AuxiliaryClassifierOptions {
  double class_weight = 1;

  void fields(FieldVisitor& v);
  static RegularizerPtr make(const RegularizerOptions&, const AdversarialNets&);
};

// Feature matching (Salimans et al. 2016, arXiv:1606.03498, section 3.1); losses/auxiliary.h.
struct FeatureMatchingOptions {
  double feature_matching = 0;

  void fields(FieldVisitor& v);
  static RegularizerPtr make(const RegularizerOptions&, const AdversarialNets&);
};

// LeCam (Tseng et al. 2021, arXiv:2104.03310, eq. 5): E (D(x) - mean_fake)^2 + E (D(G(z)) -
// mean_real)^2, with moving averages of D's logits.
struct LecamOptions {
  double lecam = 0;

  void fields(FieldVisitor& v);
  static RegularizerPtr make(const RegularizerOptions&, const AdversarialNets&);
};
at::Tensor lecam_penalty(const Logits& logits, const at::Tensor& mean_real,
                         const at::Tensor& mean_fake);

// Consistency (CR-GAN, Zhang et al. 2019, arXiv:1910.12027, eq. 2): E (D(x) - D(T(x)))^2.
struct ConsistencyOptions {
  double cr = 0;

  void fields(FieldVisitor& v);
  static RegularizerPtr make(const RegularizerOptions&, const AdversarialNets&);
};
at::Tensor consistency_penalty(const at::Tensor& logits, const at::Tensor& logits_augmented);

// Path length (Karras et al. 2019, arXiv:1912.04958, eq. 4): E (|J^T y| - a)^2, of gradients
// J^T y [N, ...] of G by z, and a moving average a of their norms [N].
struct PathLengthOptions {
  double pl = 0;

  void fields(FieldVisitor& v);
  static RegularizerPtr make(const RegularizerOptions&, const AdversarialNets&);
};
at::Tensor path_lengths(const at::Tensor& gradients);
at::Tensor path_length_penalty(const at::Tensor& lengths, const at::Tensor& average);

// Orthogonal regularization (Brock et al. 2018, arXiv:1809.11096, eq. 3): the squares off the
// diagonal of W W^T, summed over weights [O, ...] of two axes or more. Throws Error where there is
// none.
struct OrthogonalOptions {
  double ortho = 0;

  void fields(FieldVisitor& v);
  static RegularizerPtr make(const RegularizerOptions&, const AdversarialNets&);
};
at::Tensor orthogonal_regularization(std::span<const at::Tensor> weights);

template <class... Each>
struct RegularizerTable : Each... {
  void regularizer_fields(FieldVisitor& v) { (Each::fields(v), ...); }
};

// The list: the order of the terms in a loss and in --help.
struct RegularizerOptions
    : RegularizerTable<ZeroCenteredOptions, GradientPenaltyOptions, DraganOptions,
                       WeightClippingOptions, AuxiliaryClassifierOptions, FeatureMatchingOptions,
                       LecamOptions, ConsistencyOptions, PathLengthOptions, OrthogonalOptions> {};

// Those that are on, checked against the networks, which they may keep references to. Throws
// UsageError.
std::vector<RegularizerPtr> make_regularizers(const RegularizerOptions&, const AdversarialNets&);

std::vector<std::string> regularizer_warnings(const RegularizerOptions&, const DatasetInfo& data);
bool bounds_gradient(const RegularizerOptions&);

}  // namespace gannet
