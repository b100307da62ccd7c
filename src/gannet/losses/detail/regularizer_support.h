// What several regularizers share. Not part of the library's interface.
#pragma once

#include <string_view>

#include "gannet/base/options.h"
#include "gannet/losses/regularizer.h"

namespace gannet {

// A field "NAME" that is a weight, 0 to 1e6.
void weight_field(FieldVisitor& v, std::string_view name, double& value, std::string_view help);

bool has_layer(const Net& net, std::string_view kind);
bool has_output(const Net& net, std::string_view name);

// Throws UsageError for a net with batch normalization, where a gradient is not of one sample.
void check_gradients_per_sample(const Net& D);

// E (|dD/dx| - target)^2 at `points`; losses/gradient_penalties.h.
Tensor gradient_penalty_at(const Tensor& points, const DiscriminatorPass& pass, double target,
                           bool one_sided);

// A moving average: average += 0.01 (now - average), without a gradient.
void update_average(const Tensor& average, const Tensor& now);

}  // namespace gannet
