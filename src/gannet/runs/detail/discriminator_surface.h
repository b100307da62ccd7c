// What a discriminator says of each place of the plane, as the background of a plot of points.
#pragma once

#include <string>

#include "gannet/tensor/image_grid.h"
#include "gannet/training/gan.h"

namespace gannet {

// Shades from 0 (fake) to 1 (real) of points [n, 2] in network range: sigmoid(logit) for the losses
// ns and minimax, of which it is a probability, else D's output from its least to its largest value
// there. Empty for points of other dimensions, and for a D that judges no single point: one with
// conditions, of several samples at once, or that compares samples of a batch. gan must outlive it.
Surface discriminator_surface(Gan& gan, const DatasetInfo& info, const std::string& loss);

}  // namespace gannet
