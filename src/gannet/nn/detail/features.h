// The features of a net: values in which its main output is piecewise linear.
#pragma once

#include <vector>

#include "gannet/nn/spec.h"

namespace gannet {

// For each node, is it a feature? Where the main output is one number for each sample and, with the
// active linear pieces fixed, affine in x: x alone. Where it is so in functions of x without
// weights (Fourier features): these, and all that they are made of. Else none: empty.
std::vector<bool> features_of_x(const NetSpec& spec);

}  // namespace gannet
