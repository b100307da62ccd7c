// NetSpec: the layers for text, and for images conditioned on a vector.
#include "gannet/base/error.h"
#include "gannet/nn/layers.h"
#include "gannet/nn/spec.h"

namespace gannet {

NetSpec& NetSpec::positional_embedding() {
  const std::string name = unique_name("positional_embedding");
  if (shape().empty()) fail("positions need [T, W], not " + to_string(shape()), name);
  const Init init = weights_ ? weight_init(shape().back()) : Init::normal(0.02);
  const int weight = parameter(name, "weight", shape(), init);
  return push_layer(name, gannet::positional_embedding(), {cursor_, weight});
}

NetSpec& NetSpec::layer_norm(double epsilon) {
  const std::string name = unique_name("layer_norm");
  if (shape().empty()) fail("normalization needs a width, not " + to_string(shape()), name);
  const Shape width{shape().back()};
  const int weight = parameter(name, "weight", width, norms_);
  const int bias = parameter(name, "bias", width, Init::constant(0));
  return push_layer(name, gannet::layer_norm(epsilon), {cursor_, weight, bias});
}

NetSpec& NetSpec::linear(int64_t out) {
  const std::string name = unique_name("linear");
  if (shape().empty()) fail("this layer needs a width, not " + to_string(shape()), name);
  const int64_t width = shape().back();
  const int weight = parameter(name, "weight", {out, width}, weight_init(width));
  const int bias = parameter(name, "bias", {out}, bias_init(width));
  return push_layer(name, gannet::linear(), {cursor_, weight, bias});
}

NetSpec& NetSpec::transformer(std::string_view tokens, int64_t heads, int64_t expansion) {
  const std::string x = unique_name("transformer");
  if (shape().size() != 2) fail("a transformer needs [T, W], not " + to_string(shape()), x);
  const int64_t width = shape()[1];
  mark(x).layer_norm().mark(x + ".normed");
  linear(width).mark(x + ".query");
  at(x + ".normed").linear(width).mark(x + ".key");
  at(x + ".normed").linear(width).mark(x + ".value");
  at(x + ".query");
  append(token_attention(heads), {x + ".key", x + ".value", std::string(tokens)});
  linear(width).add(x).mark(x + ".attended");
  layer_norm().linear(expansion * width).activation("gelu").linear(width);
  return add(x + ".attended");
}

NetSpec& NetSpec::token_mean(std::string_view tokens) {
  return append(gannet::token_mean(), {std::string(tokens)});
}

NetSpec& NetSpec::modulate(std::string_view style) {
  const std::string x = unique_name("modulated");
  const int64_t channels = shape().empty() ? 0 : shape()[0];
  mark(x).at(style).dense(2 * channels).mark(x + ".style");
  return at(x).append(modulation(), {x + ".style"});
}

NetSpec& NetSpec::concat_broadcast(std::string_view vector) {
  return append(gannet::concat_broadcast(), {std::string(vector)});
}

}  // namespace gannet
