// Building nets: inferred shapes, the text of each error, tables against counts by hand.
#include <gtest/gtest.h>

#include <functional>

#include "gannet/base/error.h"
#include "gannet/nn/layers.h"
#include "gannet/nn/spec.h"
#include "support/error_of.h"

namespace gannet {
namespace {

std::vector<std::string> weights_of(const NetSpec& spec) {
  std::vector<std::string> all;
  for (const Node& node : spec.nodes())
    if (node.kind == Node::Kind::parameter) all.push_back(node.name + to_string(node.shape));
  return all;
}

// A U-Net in small: two levels down, two up, skips by concatenation and by sum.
NetSpec unet() {
  NetSpec U("U", {1, 16, 16});
  U.conv(4, 3).leaky_relu(0.2).mark("full");                 // [4, 16, 16]
  U.conv_down(8).batch_norm().leaky_relu(0.2).mark("half");  // [8, 8, 8]
  U.conv_down(8).batch_norm().leaky_relu(0.2);               // [8, 4, 4]
  U.conv_transpose(8).batch_norm().relu().add("half");       // [8, 8, 8]
  U.conv_transpose(4).relu().concat("full").conv(1, 3).tanh();
  return U;
}

TEST(NetSpec, InfersShapesWhileBuilding) {
  EXPECT_EQ(unet().shape(), (Shape{1, 16, 16}));
  EXPECT_EQ(NetSpec("G", {10}).dense({4, 7, 7}).conv_transpose(3).shape(), (Shape{3, 14, 14}));
  EXPECT_EQ(NetSpec("G", {10, 1, 1}).conv_transpose(8, 4, {.stride = 1, .padding = 0}).shape(),
            (Shape{8, 4, 4}));
  EXPECT_EQ(NetSpec("G", {2, 50}).conv(5, 25, {.stride = 4, .padding = 11}).shape(),
            (Shape{5, 12}));
  EXPECT_EQ(NetSpec("G", {5, 16})
                .conv_transpose(2, 25, {.stride = 4, .padding = 11, .output_padding = 1})
                .shape(),
            (Shape{2, 64}));
  EXPECT_EQ(NetSpec("G", {2, 5, 6}).upsample(3).shape(), (Shape{2, 15, 18}));
  EXPECT_EQ(NetSpec("G", {6}).maxout(5, 3).shape(), (Shape{5}));
  NetSpec text("T", {4});
  text.integer_input("tokens", {7}).embed(50, 3);
  EXPECT_EQ(text.shape(), (Shape{7, 3}));
}

TEST(NetSpec, NamesNetLayerAndBothShapesInErrors) {
  NetSpec D("D", {3, 8, 8});
  EXPECT_EQ(error_of([&] {
              NetSpec(D).reshape({3, 63});
            }),
            "[3, 8, 8] cannot become [3, 63]: net D, layer reshape1");
  EXPECT_EQ(error_of([&] { NetSpec(D).mark("x0").conv_down(4).add("x0"); }),
            "cannot add [3, 8, 8] to [4, 4, 4]: net D, layer add1");
  EXPECT_EQ(error_of([&] { NetSpec(D).mark("x0").conv_down(4).concat("x0"); }),
            "cannot concatenate [3, 8, 8] to [4, 4, 4]: net D, layer concat1");
  EXPECT_EQ(error_of([&] { NetSpec(D).conv(4, 11, {.padding = 0}); }),
            "input [3, 8, 8] is smaller than the kernel of weight [4, 3, 11, 11]: "
            "net D, layer conv1");
  EXPECT_EQ(error_of([&] { NetSpec(D).dense(5).conv(3, 3); }),
            "a convolution needs [C, T], [C, H, W] or [C, T, H, W], not [5]: net D, layer conv");
  EXPECT_EQ(error_of([&] { NetSpec(D).dense(5).conv_transpose(3); }),
            "a convolution needs [C, T], [C, H, W] or [C, T, H, W], not [5]: net D, layer "
            "conv_transpose");
  EXPECT_EQ(error_of([&] { NetSpec(D).dense(5).upsample(); }),
            "upsampling needs [C, T], [C, H, W] or [C, T, H, W], not [5]: net D, layer "
            "upsample_nearest1");
  EXPECT_EQ(error_of([&] { NetSpec(D).append(maxout(2)); }),
            "[3, 8, 8] is not units of 2 pieces: net D, layer maxout1");
  EXPECT_EQ(error_of([&] { NetSpec(D).mark("h").append(dot(), {"h"}); }),
            "no dot product of [3, 8, 8] and [3, 8, 8]: net D, layer dot1");
  EXPECT_EQ(error_of([&] { NetSpec(D).dense(0); }),
            "a weight of shape [0, 192]: net D, layer dense1");
  EXPECT_EQ(error_of([&] { NetSpec(D).integer_input("labels", {}).batch_norm(); }),
            "normalization needs channels, not []: net D, layer batch_norm1");
}

TEST(NetSpec, RefusesUnknownAndDoubleNames) {
  NetSpec D("D", {4});
  EXPECT_EQ(error_of([&] { NetSpec(D).at("nowhere"); }),
            "there is no value of this name: net D, layer nowhere");
  EXPECT_EQ(error_of([&] { NetSpec(D).input("x", {4}); }),
            "there is already a value of this name: net D, layer x");
  EXPECT_EQ(error_of([&] { NetSpec(D).mark("h").mark("h"); }),
            "there is already a value of this name: net D, layer h");
  EXPECT_EQ(error_of([&] { NetSpec(D).embed(10, 3); }),
            "an embedding needs an integer input at the cursor: net D, layer x");
}

TEST(NetSpec, TakesTheBiasBeforeANormAway) {
  EXPECT_EQ(
      weights_of(NetSpec("N", {6}).dense({2, 2, 2}).batch_norm().relu().conv(3, 3).batch_norm()),
      (std::vector<std::string>{"dense1.weight[8, 6]", "batch_norm1.weight[2]",
                                "batch_norm1.bias[2]", "conv1.weight[3, 2, 3, 3]",
                                "batch_norm2.weight[3]", "batch_norm2.bias[3]"}));
  // What stands between keeps it, and so does another user of the value.
  EXPECT_EQ(weights_of(NetSpec("N", {6}).dense(3).relu().batch_norm()).at(1), "dense1.bias[3]");
  EXPECT_EQ(weights_of(NetSpec("N", {6}).dense(3).mark("h").batch_norm().add("h")).at(1),
            "dense1.bias[3]");
  EXPECT_EQ(weights_of(NetSpec("N", {6}).dense(3).output("h").batch_norm()).at(1),
            "dense1.bias[3]");
  EXPECT_EQ(weights_of(NetSpec("N", {6}).dense(3, false).batch_norm()).size(), 3u);
}

TEST(NetSpec, KeepsMarksAndOutputsRightWhenABiasGoes) {
  NetSpec N("N", {6});
  N.dense(4).mark("a").relu().output("b").dense(4).batch_norm().add("a");
  for (const Node& node : N.nodes())
    for (const int index : node.in) EXPECT_LT(index, &node - N.nodes().data());
  EXPECT_EQ(N.nodes()[N.outputs().at("b")].name, "relu1");
  const Node& sum = N.nodes()[N.cursor()];
  EXPECT_EQ(N.nodes()[sum.in[0]].name, "batch_norm1");
  EXPECT_EQ(N.nodes()[sum.in[1]].name, "dense1");
}

TEST(NetSpec, TableCountsAsByHand) {
  NetSpec D("D", {3, 8, 8});
  D.conv_down(4).batch_norm().leaky_relu(0.2).conv_transpose(2).dense(5);
  struct Expected {
    const char *layer, *kind;
    Shape shape;
    int64_t parameters, flops;
  };
  // A multiplication and an addition count as two; a transposed convolution works at its 16 input
  // positions.
  const std::vector<Expected> expected = {
      {"x", "input", {3, 8, 8}, 0, 0},
      {"conv1", "conv", {4, 4, 4}, 4 * 3 * 16, 2 * 4 * 3 * 16 * 16},
      {"batch_norm1", "batch_norm", {4, 4, 4}, 8, 64},
      {"leaky_relu1", "leaky_relu", {4, 4, 4}, 0, 64},
      {"conv_transpose1", "conv_transpose", {2, 8, 8}, 4 * 2 * 16 + 2, 2 * 4 * 2 * 16 * 16},
      {"dense1", "dense", {5}, 128 * 5 + 5, 2 * 128 * 5},
  };
  const auto table = D.table();
  ASSERT_EQ(table.size(), expected.size());
  int64_t parameters = 0, flops = 0;
  for (size_t i = 0; i < table.size(); ++i) {
    EXPECT_EQ(table[i].layer, expected[i].layer);
    EXPECT_EQ(table[i].kind, expected[i].kind);
    EXPECT_EQ(table[i].shape, expected[i].shape);
    EXPECT_EQ(table[i].parameters, expected[i].parameters) << table[i].layer;
    EXPECT_EQ(table[i].flops, expected[i].flops) << table[i].layer;
    parameters += expected[i].parameters;
    flops += expected[i].flops;
  }
  EXPECT_EQ(D.parameter_count(), parameters);
  EXPECT_EQ(D.flops(), flops);
  EXPECT_EQ(D.activations(), 64 * 3 + 128 + 5);
}

TEST(NetSpec, ProjectsLabels) {
  NetSpec D("D", {2, 3});
  D.integer_input("labels", {}).at("x").projection("labels", 10);
  EXPECT_EQ(D.shape(), Shape{1});
  EXPECT_EQ(weights_of(D), (std::vector<std::string>{"dense1.weight[1, 6]", "dense1.bias[1]",
                                                     "embedding1.weight[10, 6]"}));
}

TEST(NetSpec, SaysWhetherItMixesABatch) {
  EXPECT_TRUE(NetSpec("D", {4}).dense(3).relu().dropout(0.5).per_sample());
  EXPECT_FALSE(NetSpec("D", {4}).dense(3).batch_norm().per_sample());
}

TEST(NetSpec, GoesBackToTheDefaultInitialization) {
  NetSpec spec("N", {4});
  spec.init_weights(Init::constant(0)).init_biases(Init::constant(0)).dense(3);
  spec.init_weights(std::nullopt).init_biases(std::nullopt).dense(3);
  const NetSpec plain = NetSpec("N", {4}).dense(3).dense(3);
  for (const size_t i : {4, 5}) {
    EXPECT_EQ(spec.nodes()[i].init.kind, Init::Kind::uniform);
    EXPECT_EQ(spec.nodes()[i].init.bound, plain.nodes()[i].init.bound);
  }
}

TEST(NetSpec, IsAValue) {
  const NetSpec base("N", {4});
  NetSpec one = base, two = base;
  one.dense(3);
  two.dense(5);
  EXPECT_EQ(base.shape(), Shape{4});
  EXPECT_EQ(one.shape(), Shape{3});
  EXPECT_EQ(two.renamed("M").name(), "M");
  EXPECT_EQ(two.name(), "N");
  EXPECT_TRUE(base.has_input("x"));
  EXPECT_FALSE(base.has_input("labels"));
}

}  // namespace
}  // namespace gannet
