#include <ATen/ops/elu.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/selu.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/tanh.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"

namespace gannet {
namespace {

constexpr Activation kActivations[] = {
    {"relu", [](const Tensor& x, double) { return at::relu(x); }, true},
    {"leaky", [](const Tensor& x, double slope) { return at::leaky_relu(x, slope); }, true},
    {"elu", [](const Tensor& x, double alpha) { return at::elu(x, alpha); }, false},
    {"selu", [](const Tensor& x, double) { return at::selu(x); }, false},
    {"softplus", [](const Tensor& x, double) { return at::softplus(x); }, false},
    {"gelu", [](const Tensor& x, double) { return at::gelu(x); }, false},
    {"silu", [](const Tensor& x, double) { return at::silu(x); }, false},
    {"sigmoid", [](const Tensor& x, double) { return at::sigmoid(x); }, false},
    {"tanh", [](const Tensor& x, double) { return at::tanh(x); }, false},
};

struct Activated : Layer {
  Activated(const Activation& activation, double parameter)
      : activation_(activation), parameter_(parameter) {}
  std::string_view kind() const override { return activation_.name; }
  Shape shape(std::span<const Shape> in) const override { return in[0]; }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    return activation_.f(in[0], parameter_);
  }

  const Activation& activation_;
  double parameter_;
};

}  // namespace

std::span<const Activation> activations() { return kActivations; }

LayerPtr activation(std::string_view name, double parameter) {
  const auto* found = std::ranges::find(kActivations, name, &Activation::name);
  if (found == std::end(kActivations)) throw Error("unknown activation", std::string(name));
  return std::make_shared<Activated>(*found, parameter);
}

}  // namespace gannet
