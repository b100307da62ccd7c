// What recipes share: the condition's input, the discriminator's head, and checks of the data.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gannet/nn/spec.h"
#include "gannet/training/options.h"

namespace gannet {

// The values of --cond-type: both nets of a conditional recipe take a sample's class, or its
// attributes (a vector, as from dataset.json).
inline const std::vector<std::string_view> kConditionKinds = {"class", "attributes"};

// Appends that input, which the cursor moves to: "labels" or "attributes". Throws Error for data
// without attributes.
NetSpec& add_condition_input(NetSpec& net, std::string_view cond_type, const DatasetInfo& data);
// The same and an embedding of it: [width], of the class by a table, of attributes by a dense
// layer.
NetSpec& add_condition_input(NetSpec& net, std::string_view cond_type, const DatasetInfo& data,
                             int64_t width);
// For the label embedding of G: rows much shorter than z. With N(0, 1) each class collapses to one
// sample.
inline const Init kLabelEmbeddingInit = Init::normal(0.05);

// The head of a discriminator: features -> outputs.
enum class Head {
  logit,       // [N, 1]
  projection,  // [N, 1] + the embedded condition . features (arXiv:1802.05637, eq. 4)
  classes,     // [N, 1], and an auxiliary classifier: output "classes" [N, K] (arXiv:1610.09585)
  attributes   // [N, 1], and predicted attributes: output "attributes" [N, V] (arXiv:1711.09020)
};

// The values of --head: projection, or an auxiliary classifier of what --cond-type says.
inline const std::vector<std::string_view> kHeads = {"projection", "classes"};
Head head(std::string_view name, std::string_view cond_type);

// Ends D at the features at the cursor [C, ...]: minibatch standard deviation for --mbstd, the
// output "features" for --feature-matching, and the head, with spectral normalization or without. A
// projection needs the input "labels" or "attributes".
NetSpec& add_discriminator_head(NetSpec& D, const Options& o, const DatasetInfo& data,
                                Head head = Head::logit, bool spectral = false);

// The discriminator's input: --pack samples concatenated along the first axis (PacGAN).
DatasetInfo packed(const DatasetInfo& data, const Options& o);

// How often the sides of an image are halved on the way to the smallest feature map
// (image/halving.h); 0: data of another kind or size.
int64_t halvings(const DatasetInfo& data);
// That map with `channels`: [channels, h, w].
Shape smallest_map(const DatasetInfo& image, int64_t channels);
// The width of a network's feature maps that were halved i times: base, doubled with each of the
// first `doublings` halvings (8 base is the widest of DCGAN's four levels).
int64_t width_at(int64_t base, int64_t i, int64_t doublings = 3);
// Throws Error in the name of `recipe` for other data, with the nearest sizes or else `hint`.
void require_halving_image(const DatasetInfo& data, const std::string& recipe,
                           const std::string& hint);
// Throws Error for data without classes.
void require_classes(const DatasetInfo& data, const std::string& recipe, const std::string& hint);

// The values of --arch; residual networks (nn/blocks.h) are for images that halvings() knows.
inline const std::vector<std::string_view> kArchitectures = {"conv", "residual"};
void check_architecture(std::string_view arch, std::string_view recipe, const DatasetInfo& data);

}  // namespace gannet
