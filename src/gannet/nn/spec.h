// NetSpec: a network as data. A small graph of inputs, weights and layers, built by chaining: each
// call appends a layer at the cursor and moves the cursor to it. Shapes are inferred while
// building; an error names net, layer and shapes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gannet/nn/layer.h"

namespace gannet {

// How a weight is initialized.
struct Init {
  enum class Kind { constant, normal, uniform, kaiming_normal } kind = Kind::constant;
  double value = 0;          // constant
  double mean = 0, std = 0;  // normal
  double bound = 0;          // uniform in [-bound, bound)
  double gain = 0;           // kaiming_normal

  static Init constant(double value) { return {.kind = Kind::constant, .value = value}; }
  static Init normal(double std, double mean = 0) {
    return {.kind = Kind::normal, .mean = mean, .std = std};
  }
  static Init uniform(double bound) { return {.kind = Kind::uniform, .bound = bound}; }
  // N(0, gain^2 / fan_in): a layer multiplies the standard deviation of its input by `gain` (He et
  // al. 2015, arXiv:1502.01852, section 2.2). fan_in is the number of inputs of one output, in
  // transposed convolutions too; of an embedding its width, so that rows have length `gain`.
  static Init kaiming_normal(double gain) { return {.kind = Kind::kaiming_normal, .gain = gain}; }
};

struct Node {
  enum class Kind { input, parameter, layer } kind;
  std::string name;      // "x", "conv1.weight", "conv1"
  Shape shape;           // without the batch axis, except for parameters
  bool integer = false;  // inputs: int64 labels or tokens
  Init init;             // parameters
  LayerPtr layer;        // layers
  std::vector<int> in;   // layers: indices of nodes before this one
};

struct ConvShape {
  int64_t stride = 1;
  int64_t padding = -1;  // -1: (kernel - 1) / 2, which keeps the side at stride 1 and an odd kernel
  bool bias = true;
  int64_t groups = 1;          // conv only: each output sees C / groups channels
  int64_t output_padding = 0;  // conv_transpose only: added to the end of the output; < stride
  bool frames = false;         // a video [C, T, H, W] frame by frame, not along T
};

class NetSpec {
 public:
  // A net of this name with one input, called "x".
  NetSpec(std::string name, Shape input);
  static NetSpec of_integers(std::string name, Shape input);  // "x" is int64: tokens {T}, labels {}

  // Further inputs by name; a Condition feeds those with the names of its fields ("labels",
  // "attributes", "tokens", "input_image", "text_embedding"). The cursor moves to it.
  NetSpec& input(std::string name, Shape shape);
  NetSpec& integer_input(std::string name, Shape shape);  // int64: labels {} or tokens {T}

  // Calls may pass an x of other spatial sizes than its shape: for fully convolutional nets.
  NetSpec& any_size();

  // Names the value at the cursor; moves the cursor to a named value or input; declares it a
  // further output.
  NetSpec& mark(std::string name);
  NetSpec& at(std::string_view name);
  NetSpec& output(std::string name);

  // Initializers of the layers that follow. Weights and biases, nullopt (the default): uniform
  // within 1/sqrt(fan in), as in PyTorch, and embeddings standard normal. Norms: their scale, by
  // default 1.
  NetSpec& init_weights(std::optional<Init> init);
  NetSpec& init_norms(Init init);
  NetSpec& init_biases(std::optional<Init> init);  // of dense and convolutional layers

  NetSpec& dense(Shape out, bool bias = true);  // flattens; {4 * base, 7, 7} reshapes the result
  NetSpec& dense(int64_t out, bool bias = true) { return dense(Shape{out}, bias); }
  NetSpec& conv(int64_t channels, int64_t kernel, ConvShape shape = {});
  NetSpec& conv_down(int64_t channels);       // 4x4, stride 2, padding 1: halves the side
  NetSpec& conv_transpose(int64_t channels);  // its transpose: doubles it
  NetSpec& conv_transpose(int64_t channels, int64_t kernel, ConvShape shape);
  // Removes the bias of the layer before it, unless that layer's value is marked or an output.
  NetSpec& batch_norm(double momentum = 0.1, double epsilon = 1e-5);
  // The same with a gain and a shift for each class of the integer input `labels`.
  NetSpec& conditional_batch_norm(std::string_view labels, int64_t classes, double momentum = 0.1,
                                  double epsilon = 1e-5);
  // Virtual batch norm (layers.h) stands between keep_reference() and drop_reference().
  NetSpec& keep_reference(int64_t samples);
  NetSpec& virtual_batch_norm(double epsilon = 1e-5);
  NetSpec& drop_reference();
  // Within each sample; the bias of the layer before it stays.
  NetSpec& group_norm(int64_t groups, double epsilon = 1e-5);
  NetSpec& instance_norm() { return group_norm(0); }
  // "batch", "layer", "instance" or "none": the values of --d-norm.
  NetSpec& norm(std::string_view kind);
  NetSpec& pixel_norm();
  // Divides the weight of the layer just appended by its largest singular value.
  NetSpec& spectral_norm();
  NetSpec& minibatch_stddev(int64_t group);
  NetSpec& activation(std::string_view name, double parameter = 0);
  NetSpec& relu() { return activation("relu"); }
  NetSpec& leaky_relu(double slope) { return activation("leaky_relu", slope); }
  NetSpec& tanh() { return activation("tanh"); }
  NetSpec& sigmoid() { return activation("sigmoid"); }
  NetSpec& prelu();  // one negative slope for each channel, initially 1/4
  // The maximum over `pieces` dense layers (Goodfellow et al. 2013, arXiv:1302.4389).
  NetSpec& maxout(int64_t units, int64_t pieces);
  NetSpec& gru(int64_t width);  // [E, T] -> [width, T] (layers.h)
  NetSpec& reshape(Shape to);
  NetSpec& flatten();
  NetSpec& upsample(int64_t by = 2);  // nearest neighbour
  NetSpec& pixel_shuffle(int64_t by = 2);
  NetSpec& avg_pool(int64_t by = 2);
  NetSpec& max_pool(int64_t by = 2);
  NetSpec& global_sum_pool();  // [C, ...] -> [C], the sum over all positions
  NetSpec& upsample_bilinear(int64_t by = 2);
  NetSpec& downsample_bilinear(int64_t by = 2);  // antialiased
  NetSpec& dropout(double p, bool always = false);
  NetSpec& add(std::string_view other);
  NetSpec& concat(std::string_view other);
  NetSpec& embed(int64_t classes, int64_t width);  // at an integer input
  // x + gamma o of SAGAN (Zhang et al. 2018, arXiv:1805.08318, eq. 3) for x [C, ...] at the cursor:
  // queries and keys of C / 8 channels, values of C / 2, keys and values max-pooled by 2 as in the
  // paper's code; gamma starts at 0. spectral: of the four 1x1 convolutions.
  NetSpec& self_attention(bool spectral = false);
  // A logit for features h at the cursor and integer labels y: w.h + b + V[y].h (Miyato & Koyama
  // 2018, arXiv:1802.05637, eq. 4).
  NetSpec& projection(std::string_view labels, int64_t classes);
  // Text [T, W]: a learnt positional embedding (init_weights(), else N(0, 0.02^2)); layer
  // normalization and a dense layer along the width; and a pre-norm transformer block
  // (arXiv:1706.03762, Radford et al. 2019): x + attention, then x + linear(gelu(linear)), the
  // hidden layer `expansion` times as wide. `tokens`: the integer input, for its padding mask.
  NetSpec& positional_embedding();
  NetSpec& layer_norm(double epsilon = 1e-5);
  NetSpec& linear(int64_t out);
  NetSpec& transformer(std::string_view tokens, int64_t heads, int64_t expansion);
  NetSpec& token_mean(std::string_view tokens);
  // Gain and shift of each channel by a dense layer on `style` [F] (Tao et al. 2020,
  // arXiv:2008.05865, eq. 3).
  NetSpec& modulate(std::string_view style);
  NetSpec& concat_broadcast(std::string_view vector);  // layers.h
  // Any layer: inputs are the cursor and then `with`.
  NetSpec& append(LayerPtr layer, const std::vector<std::string>& with = {});

  const std::string& name() const { return name_; }
  NetSpec renamed(std::string name) const;
  int64_t reference() const { return reference_; }  // size of the reference batch at the cursor
  const std::vector<Node>& nodes() const { return nodes_; }
  const Shape& shape() const {
    return nodes_[cursor_].shape;
  }  // at the cursor; after building, of the main output
  int cursor() const { return cursor_; }
  const std::map<std::string, int, std::less<>>& outputs() const { return outputs_; }
  bool has_input(std::string_view name) const;
  bool takes_any_size() const { return any_size_; }
  bool per_sample() const;  // no layer mixes samples of a batch

  // For each node: does it lie on a path from the input x to the main output?
  std::vector<bool> on_path_from_x() const;
  // The main output is one number for each sample and, with the active linear pieces fixed, affine
  // in x: Net::value_and_grad then needs no second derivatives.
  bool piecewise_linear() const;

  // One row for each input and layer, as `gannet recipes show` prints them.
  struct Row {
    std::string layer, kind;  // "conv1", "conv"
    Shape shape;              // of its output
    int64_t parameters;
    int64_t flops;                    // of a forward pass of one sample
    std::string settings;             // "stride 2, padding 1"
    std::vector<std::string> inputs;  // in their order; empty where it is the row before alone
  };
  std::vector<Row> table() const;
  int64_t parameter_count() const;
  int64_t flops() const;
  int64_t activations() const;  // values of all layers for one sample, for the estimate of memory

 private:
  int find(std::string_view name) const;
  int push(Node node);
  NetSpec& normalize(LayerPtr layer, bool drops_bias, std::string_view labels = "",
                     int64_t classes = 0);
  int parameter(const std::string& layer, std::string_view name, Shape shape, Init init);
  std::string unique_name(std::string_view kind);
  NetSpec& push_layer(const std::string& name, LayerPtr layer, std::vector<int> in);
  // pytorch_fan_in differs from fan_in in transposed convolutions.
  Init weight_init(int64_t pytorch_fan_in, double fan_in) const;
  Init weight_init(int64_t fan_in) const;
  Init bias_init(int64_t fan_in) const;
  void drop_bias();
  NetSpec& convolve(LayerPtr layer, Shape weight, int64_t channels, int64_t pytorch_fan_in,
                    double fan_in, bool bias);
  [[noreturn]] void fail(const std::string& what, const std::string& layer) const;

  std::string name_;
  std::vector<Node> nodes_;
  int cursor_ = 0;
  std::map<std::string, int, std::less<>> marks_, outputs_;
  std::map<std::string, int, std::less<>> counts_;
  std::optional<Init> weights_, biases_;
  Init norms_ = Init::constant(1);
  int64_t reference_ = 0;  // samples of the reference batch at the cursor
  bool any_size_ = false;
};

}  // namespace gannet
