#include <ATen/ops/elu.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/leaky_relu_backward.h>
#include <ATen/ops/prelu.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/selu.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/sign.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/threshold_backward.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"

namespace gannet {
namespace {

constexpr Activation kActivations[] = {
    {"relu", [](const Tensor& x, double) { return at::relu(x); },
     [](const Tensor& tangent, const Tensor& x, double) {
       return at::threshold_backward(tangent, x, 0);
     }},
    {"leaky_relu", [](const Tensor& x, double slope) { return at::leaky_relu(x, slope); },
     [](const Tensor& tangent, const Tensor& x, double slope) {
       return at::leaky_relu_backward(tangent, x, slope, /*self_is_result=*/false);
     }},
    {"elu", [](const Tensor& x, double alpha) { return at::elu(x, alpha); }},
    {"selu", [](const Tensor& x, double) { return at::selu(x); }},
    {"softplus", [](const Tensor& x, double) { return at::softplus(x); }},
    {"gelu", [](const Tensor& x, double) { return at::gelu(x); }},
    {"silu", [](const Tensor& x, double) { return at::silu(x); }},
    {"sigmoid", [](const Tensor& x, double) { return at::sigmoid(x); }},
    {"tanh", [](const Tensor& x, double) { return at::tanh(x); }},
};

struct ActivationLayer : Layer {
  ActivationLayer(const Activation& activation, double parameter)
      : activation_(activation), parameter_(parameter) {}
  std::string_view kind() const override { return activation_.name; }
  Precision precision() const override {  // exp and the like keep their digits
    return activation_.jvp ? Precision::any : Precision::f32;
  }
  std::string settings() const override {
    return parameter_ == 0 ? "" : setting(kind() == "leaky_relu" ? "slope" : "alpha", parameter_);
  }
  Shape shape(std::span<const Shape> in) const override { return in[0]; }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    return activation_.f(in[0], parameter_);
  }
  Linearity linearity(size_t) const override {
    return activation_.jvp ? Linearity::piecewise_linear : Linearity::nonlinear;
  }
  Tensor jvp(std::span<const Tensor> tangents, std::span<const Tensor> primals,
             Call&) const override {
    return activation_.jvp(tangents[0], primals[0], parameter_);
  }

  FusedPart fused_part() const override {
    const bool leaky = kind() == "leaky_relu";
    if ((!leaky && kind() != "relu") || parameter_ < 0) return {};
    return {.kind = FusedPart::Kind::activation, .slope = leaky ? parameter_ : 0};
  }

  const Activation& activation_;
  double parameter_;
};

struct Prelu : Layer {
  std::string_view kind() const override { return "prelu"; }
  Shape shape(std::span<const Shape> in) const override { return in[0]; }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    return at::prelu(in[0], in[1]);
  }
};

struct Sign : Layer {
  std::string_view kind() const override { return "sign"; }
  Shape shape(std::span<const Shape> in) const override { return in[0]; }
  Tensor reference(std::span<const Tensor> in, Call&) const override { return at::sign(in[0]); }
};

}  // namespace

LayerPtr sign() { return std::make_shared<Sign>(); }
LayerPtr prelu() { return std::make_shared<Prelu>(); }

std::span<const Activation> activations() { return kActivations; }

LayerPtr activation(std::string_view name, double parameter) {
  const auto* found = std::ranges::find(kActivations, name, &Activation::name);
  if (found == std::end(kActivations)) throw Error("unknown activation", std::string(name));
  return std::make_shared<ActivationLayer>(*found, parameter);
}

}  // namespace gannet
