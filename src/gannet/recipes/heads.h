// The ends of discriminators, which recipes share: from features to what D says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gannet/nn/spec.h"
#include "gannet/training/options.h"

namespace gannet {

enum class Head {
  logit,       // [N, 1]
  projection,  // the same, plus an embedding of what D hears times the features
               // (arXiv:1802.05637, eq. 4)
  classes,     // the same as logit, and scores of the classes [N, K] as output "classes"
               // (AC-GAN, arXiv:1610.09585)
  attributes   // the same as logit, and what D takes the vector [N, V] to be as output "attributes"
               // (as StarGAN's D its attributes, arXiv:1711.09020)
};

// As options name those that know labels: D is given the condition that G was given (--cond-type,
// below), or predicts it.
inline const std::vector<std::string_view> kHeads = {"projection", "classes"};
Head head(std::string_view name, std::string_view by);

// What both nets of a conditional recipe are told of a sample: its class, or its vector (what a
// dataset.json says of it). As --cond-type names them.
inline const std::vector<std::string_view> kConditionKinds = {"class", "attributes"};
// How an embedding of the label begins in G: small beside z. From N(0, 1) the label drowns z, and
// each class collapses to one sample.
inline const Init kLabelEmbeddingInit = Init::normal(0.05);
// Adds that input, which the cursor moves to. Throws Error for data without vectors.
NetSpec& add_condition_input(NetSpec& net, std::string_view by, const DatasetInfo& data);
// The same, with an embedding of the class, or a dense layer of the vector, behind it: [width].
NetSpec& add_condition_input(NetSpec& net, std::string_view by, const DatasetInfo& data,
                             int64_t width);

// Ends D at the features at the cursor [C, ...]: the minibatch deviation of --mbstd, the output
// "features" where --feature-matching wants it, and a head, spectrally normalised or not. A
// projection needs the input "labels" or "attributes".
NetSpec& finish(NetSpec& D, const Options& o, const DatasetInfo& data, Head head = Head::logit,
                bool spectral = false);

// The shape of what D sees: --pack samples side by side in the first axis.
DatasetInfo packed(const DatasetInfo& data, const Options& o);

// How often a square side of 28, 32 or 64 pixels is halved on the way to 7, 4 or 4; 0: no such
// image.
int64_t halvings(const DatasetInfo& data);
// The same; throws Error for anything else, in the name of `recipe` and with this hint.
int64_t halvings(const DatasetInfo& data, const std::string& recipe, const std::string& hint);

// Throws Error, with this hint, for data without classes.
void require_classes(const DatasetInfo& data, const std::string& recipe, const std::string& hint);

// What --arch may be; residual networks (nn/blocks.h) are for the images that halvings() knows.
inline const std::vector<std::string_view> kArchitectures = {"conv", "residual"};
void check_architecture(std::string_view arch, std::string_view recipe, const DatasetInfo& data);

}  // namespace gannet
