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

// How a weight is drawn at first.
struct Init {
  enum class Kind { normal, uniform, constant, kaiming_normal } kind = Kind::constant;
  double mean = 0, spread = 0;  // standard deviation, half the width of the uniform, or gain

  static Init normal(double sd, double mean = 0) { return {Kind::normal, mean, sd}; }
  static Init uniform(double bound) { return {Kind::uniform, 0, bound}; }
  static Init constant(double value) { return {Kind::constant, value, 0}; }
  // Normal of deviation gain / sqrt(inputs that an output sees): what goes in comes out `gain`
  // times as large (He et al. 2015, arXiv:1502.01852, section 2.2). An embedding's row is as long
  // as gain.
  static Init kaiming_normal(double gain) { return {Kind::kaiming_normal, 0, gain}; }
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
  int64_t output_padding = 0;  // up only: so many places more at the end, less than stride
  bool frames = false;         // of a video [C, T, H, W]: frame by frame, not along T
};

class NetSpec {
 public:
  // A net of this name with one input, called "x".
  NetSpec(std::string name, Shape input);
  static NetSpec of_integers(std::string name, Shape input);  // "x" is int64: tokens {T}, labels {}

  // Further inputs by name (a Condition feeds "labels", "attributes", "tokens", "input_image"); the
  // cursor moves to it.
  NetSpec& input(std::string name, Shape shape);
  NetSpec& integer_input(std::string name, Shape shape);  // int64: labels {} or tokens {T}

  // Calls may give an x of other spatial sizes than its shape says, as long as every layer takes
  // them: for nets of convolutions alone.
  NetSpec& any_size();

  // Names the value at the cursor; moves the cursor to a named value or input; declares it a
  // further output.
  NetSpec& mark(std::string name);
  NetSpec& at(std::string_view name);
  NetSpec& output(std::string name);

  // How weights (not biases or norms) of the layers that follow are drawn. Unset (nullopt): uniform
  // within 1/sqrt(fan in), as in PyTorch, and embeddings standard normal. norms(): the scale of the
  // normalisations that follow, default constant 1.
  NetSpec& init_weights(std::optional<Init> init);
  NetSpec& init_norms(Init init);
  NetSpec& init_biases(std::optional<Init> init);  // of dense and convolutional layers

  NetSpec& dense(Shape out, bool bias = true);  // flattens; {4 * base, 7, 7} reshapes the result
  NetSpec& dense(int64_t out, bool bias = true) { return dense(Shape{out}, bias); }
  NetSpec& conv(int64_t channels, int64_t kernel, ConvShape shape = {});
  NetSpec& conv_down(int64_t channels);       // 4x4, stride 2, padding 1: halves the side
  NetSpec& conv_transpose(int64_t channels);  // its transpose: doubles it
  NetSpec& conv_transpose(int64_t channels, int64_t kernel,
                          ConvShape shape);  // any transposed convolution
  NetSpec& batch_norm(double momentum = 0.1,
                      double epsilon = 1e-5);  // batch norm; the bias of the layer before it goes
                                               // (unless that layer's value is marked or an output)
  // The same with a gain and a shift for each class of the integer input `labels`.
  NetSpec& conditional_batch_norm(std::string_view labels, int64_t classes, double momentum = 0.1,
                                  double epsilon = 1e-5);
  // Virtual batch norm (layers.h): between keep_reference() and drop_reference(), which every net
  // that begins one needs before its outputs.
  NetSpec& keep_reference(int64_t samples);
  NetSpec& virtual_batch_norm(double epsilon = 1e-5);
  NetSpec& drop_reference();
  // Each sample by itself; the bias of the layer before it stays.
  NetSpec& group_norm(int64_t groups, double epsilon = 1e-5);
  NetSpec& instance_norm() { return group_norm(0); }
  // "batch", "layer", "instance" or "none", as options name them.
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
  NetSpec& prelu();  // a slope for each channel, at first 1/4
  // The maximum over `pieces` dense layers (Goodfellow et al. 2013, arXiv:1302.4389).
  NetSpec& maxout(int64_t units, int64_t pieces);
  NetSpec& gru(int64_t width);  // [E, T] -> [width, T] (layers.h)
  NetSpec& reshape(Shape to);
  NetSpec& flatten();
  NetSpec& upsample(int64_t by = 2);
  NetSpec& pixel_shuffle(int64_t by = 2);
  NetSpec& avg_pool(int64_t by = 2);  // means of squares
  NetSpec& max_pool(int64_t by = 2);
  NetSpec& global_sum_pool();                    // [C, ...] -> [C], the sum of all places
  NetSpec& upsample_bilinear(int64_t by = 2);    // bilinear
  NetSpec& downsample_bilinear(int64_t by = 2);  // bilinear, antialiased
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
  // Sentences [T, W]: learnt places (as weights() says, else N(0, 0.02^2)); normalisation and a
  // dense layer along the width; and a block of a transformer (arXiv:1706.03762, normalisation
  // before each part as in Radford et al. 2019): x + attention, then x + dense(gelu(dense)), the
  // middle `expansion` times as wide. `tokens`: the integer input, for its padding.
  NetSpec& positional_embedding();
  NetSpec& layer_norm(double epsilon = 1e-5);
  NetSpec& linear(int64_t out);
  NetSpec& transformer(std::string_view tokens, int64_t heads, int64_t expansion);
  NetSpec& token_mean(std::string_view tokens);
  // Gain and shift of each channel by a dense layer of `style` [F] (Tao et al. 2020,
  // arXiv:2008.05865, eq. 3).
  NetSpec& modulate(std::string_view style);
  NetSpec& concat_broadcast(std::string_view vector);  // layers.h
  // Any layer: inputs are the cursor and then `with`.
  NetSpec& append(LayerPtr layer, const std::vector<std::string>& with = {});

  const std::string& name() const { return name_; }
  NetSpec renamed(std::string name) const;
  int64_t reference() const { return reference_; }  // samples that are not dropped yet
  const std::vector<Node>& nodes() const { return nodes_; }
  const Shape& shape() const {
    return nodes_[cursor_].shape;
  }  // at the cursor; after building, of the main output
  int cursor() const { return cursor_; }
  const std::map<std::string, int, std::less<>>& outputs() const { return outputs_; }
  bool has_input(std::string_view name) const;
  bool takes_any_size() const { return any_size_; }
  bool per_sample() const;  // no layer mixes samples of a batch

  // Which nodes lead from the input x to the main output.
  std::vector<bool> moving() const;
  // The main output is one number a sample and, with all kinks held where they fell, linear in x:
  // Net::vjp then needs no second derivatives.
  bool piecewise_linear() const;

  // One line a layer, as `gannet recipes show` prints it.
  struct Row {
    std::string layer, kind;
    Shape shape;
    int64_t parameters, flops;  // flops: of a forward pass of one sample
  };
  std::vector<Row> table() const;
  int64_t parameter_count() const;
  int64_t flops() const;
  int64_t activations() const;  // values of all layers for one sample, for the estimate of memory

 private:
  int find(std::string_view name) const;
  int push(Node node);
  NetSpec& normalise(LayerPtr layer, bool drops_bias, std::string_view labels = "",
                     int64_t classes = 0);
  int parameter(const std::string& layer, std::string_view name, Shape shape, Init init);
  std::string unique_name(std::string_view kind);
  NetSpec& push_layer(const std::string& name, LayerPtr layer, std::vector<int> in);
  // `fan_in` as PyTorch counts it, which is not what an output sees where layers are transposed.
  Init weight_init(int64_t fan_in, double seen) const;
  Init weight_init(int64_t seen) const;
  Init bias_init(int64_t fan_in) const;
  void drop_bias();
  NetSpec& convolve(LayerPtr layer, Shape weight, int64_t channels, int64_t fan_in, double seen,
                    bool bias);
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
