// The recipes: what they refuse, their settings, and that their options do what they say.
#include "gannet/recipes/recipes.h"

#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <functional>

#include "gannet/base/error.h"
#include "gannet/models/sampling.h"
#include "gannet/training/trainer.h"
#include "support/error_of.h"
#include "support/memory_dataset.h"

namespace gannet {
namespace {

const at::TensorOptions kDouble = at::TensorOptions().dtype(at::kDouble);

using Settings = std::vector<std::pair<std::string, std::string>>;

struct Made {
  std::unique_ptr<Options> options;
  std::unique_ptr<Gan> gan;
  DatasetInfo info;
};

Made make(const std::string& name, const Shape& dims, int64_t classes, const Settings& settings,
          at::TensorOptions tensor = kDouble) {
  const Recipe& recipe = find_recipe(name);
  Made made{.options = recipe.options(), .gan = nullptr, .info = test::data_info(dims, classes)};
  if (name == "text2image") made.info = test::with_sentences(made.info);
  for (const auto& [field, text] : settings) set_field(*made.options, field, text);
  made.gan =
      make_gan(recipe, *made.options, made.info, {.seed = made.options->seed, .tensor = tensor});
  return made;
}

void train(Made& made, int64_t steps) {
  Options& o = *made.options;
  o.kimg = static_cast<double>(steps * o.batch) / 1000;
  Loader loader(std::make_shared<test::MemoryDataset>(made.info, 64),
                {.seed = o.seed, .batch = o.batch / o.accumulate});
  Observer nobody;
  Trainer(*made.gan, loader, o).train(nobody);
}

const Settings kSmall = {{"nz", "5"}, {"ngf", "4"}, {"ndf", "4"}, {"batch", "8"}};

Settings small(Settings more) {
  more.insert(more.begin(), kSmall.begin(), kSmall.end());
  return more;
}

TEST(Recipes, DefaultsAreOptionsOfTheirRecipe) {
  for (const Recipe& recipe : recipes()) {
    if (!recipe.defaults) continue;
    for (const Shape& dims : std::vector<Shape>{{2}, {1, 28, 28}, {3, 64, 64}, {1, 8192}})
      for (const int64_t samples : {300, 60000})
        for (const Decision& row : recipe.defaults(test::data_info(dims, 3), samples)) {
          const auto options = recipe.options();
          EXPECT_NO_THROW(set_field(*options, row.name, row.value)) << recipe.name << row.name;
          EXPECT_GT(row.reason.size(), 10u) << recipe.name << row.name;
        }
  }
}

TEST(Recipes, AreFoundByNameAndOfferTheNearest) {
  ASSERT_GE(recipes().size(), 8u);
  for (const Recipe& recipe : recipes()) EXPECT_EQ(find_recipe(recipe.name).paper, recipe.paper);
  try {
    find_recipe("dcgn");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "unknown recipe: dcgn");
    EXPECT_EQ(error.hint(), "did you mean dcgan?");
  }
}

TEST(Recipes, HaveThePapersSettings) {
  const auto dcgan = find_recipe("dcgan").options();
  EXPECT_EQ(dcgan->nz, 100);
  EXPECT_EQ(dcgan->lr, 2e-4);
  EXPECT_EQ(dcgan->b1, 0.5);
  EXPECT_EQ(dcgan->batch, 128);
  for (const char* name : {"pix2pix", "srgan", "wavegan", "video"}) {
    const auto o = find_recipe(name).options();
    EXPECT_EQ(o->ngf, 64) << name;
    EXPECT_EQ(o->ndf, 64) << name;
  }
  Made made = make("dcgan", {3, 64, 64}, 0, {}, at::TensorOptions(at::kFloat));
  // 1024 channels of 4x4 pixels at first are 8 x 128; here 8 x ngf.
  EXPECT_EQ(made.gan->net("G").slots()[0].shape, (Shape{8 * 64 * 4 * 4, 100}));
  const Tensor w = Net::view(made.gan->net("D").parameters, made.gan->net("D").slots()[2]);
  EXPECT_NEAR(w.std().item<double>(), 0.02, 5e-4);
}

TEST(Recipes, WarnOfAGradientRatioThatScalesNothing) {
  const auto warnings = [](const char* name, Settings more) {
    return make(name, {1, 28, 28}, 4, small(std::move(more))).gan->warnings();
  };
  EXPECT_EQ(warnings("dcgan", {{"gradient-ratio", "1"}}),
            std::vector<std::string>{"--gradient-ratio: G has no auxiliary loss to scale"});
  EXPECT_TRUE(warnings("dcgan", {}).empty());
  EXPECT_TRUE(warnings("acgan", {{"gradient-ratio", "1"}}).empty());
  EXPECT_TRUE(warnings("infogan", {{"gradient-ratio", "1"}}).empty());
}

TEST(Recipes, RefuseDataTheyCannotDraw) {
  EXPECT_EQ(error_of([] {
              make("dcgan", {1, 31, 28}, 0, {});
            }),
            "dcgan draws images whose sides halve to 4 to 8 pixels, the data is 28x31");
  EXPECT_EQ(error_of([] { make("dcgan", {2}, 0, {}); }), "dcgan draws images, the data is [2]");
  EXPECT_EQ(error_of([] {
              make("cgan", {1, 28, 28}, 0, {});
            }),
            "cgan needs labelled data, and this has no classes");
  EXPECT_EQ(error_of([] {
              make("cgan", {1, 22, 22}, 3, {});
            }),
            "cgan --arch conv draws images whose sides halve to 4 to 8 pixels, the data is 22x22");
  EXPECT_EQ(error_of([] {
              make("wavegan", {1, 8000}, 0, {});
            }),
            "wavegan makes audio clips of 256, 512, 1024, ... samples, the data is [1, 8000]");
  EXPECT_EQ(error_of([] {
              make("wavegan", {1, 256}, 0, {{"cond", "true"}});
            }),
            "wavegan --cond needs labelled data, and this has no classes");
  EXPECT_EQ(
      error_of([] {
        make("video", {3, 16, 64, 64}, 0, {});
      }),
      "video makes videos of 8, 16 or 32 frames of 32x32 pixels, the data is [3, 16, 64, 64]");
  EXPECT_EQ(error_of([] {
              make("video", {1, 28, 28}, 0, {});
            }),
            "video makes videos of 8, 16 or 32 frames of 32x32 pixels, the data is [1, 28, 28]");
  EXPECT_EQ(error_of([] {
              make("sngan", {1, 22, 22}, 0, {{"arch", "residual"}});
            }),
            "sngan --arch residual draws images whose sides halve to 4 to 8 pixels, the data is "
            "22x22");
  EXPECT_EQ(error_of([] {
              make("text2image", {3, 100, 100}, 0, {});
            }),
            "text2image draws images whose sides halve to 4 to 8 pixels, the data is 100x100");
  EXPECT_EQ(error_of([] {
              const Recipe& recipe = find_recipe("text2image");
              make_gan(recipe, *recipe.options(), test::data_info({3, 32, 32}, 4), {});
            }),
            "text2image needs captions, and this data has none");
}

TEST(Recipes, RefuseLayersThatTheirNetworksDoNotHave) {
  const auto refused = [](const char* name, const Shape& dims, const Settings& settings) {
    const Recipe& recipe = find_recipe(name);
    const auto o = recipe.options();
    for (const auto& [option, value] : settings) set_field(*o, option, value);
    return error_of([&] { recipe.check(*o, test::data_info(dims, 4)); });
  };
  EXPECT_EQ(refused("cgan", {1, 28, 28}, {{"arch", "mlp"}, {"g-upsample", "nearest"}}),
            "perceptrons have no convolutions to add to or to replace: --arch mlp");
  EXPECT_EQ(refused("wavegan", {1, 1024}, {{"long-spectrum", "2"}}),
            "a second spectrogram without a first one: --long-spectrum");
  EXPECT_EQ(
      refused("wavegan", {1, 1024}, {{"spectrum", "true"}, {"long-spectrum", "8"}}),
      "windows 8 times as long, of clips of 1024 samples expected one of 0, 2, 4: --long-spectrum");
  EXPECT_EQ(refused("wavegan", {1, 256}, {{"spectrum", "true"}, {"long-spectrum", "2"}}),
            "windows 2 times as long, of clips of 256 samples expected one of 0: --long-spectrum");
  for (const char* times : {"2", "4"})
    make("wavegan", {1, 1024}, 0, small({{"spectrum", "true"}, {"long-spectrum", times}}));
}

// Without the layers that leave a checkerboard.
TEST(Recipes, UpsamplingHasNoTransposedConvolutionOfStride2) {
  for (const char* upsample : {"nearest", "bilinear"})
    for (const auto& [recipe, dims] : std::vector<std::pair<const char*, Shape>>{
             {"dcgan", {3, 64, 64}}, {"cgan", {3, 32, 32}}, {"video", {3, 8, 32, 32}}})
      for (const NetSpec::Row& row :
           make(recipe, dims, 4, small({{"g-upsample", upsample}})).gan->net("G").spec().table())
        EXPECT_FALSE(row.kind == "conv_transpose" && row.settings.starts_with("stride 2"))
            << recipe << ": " << row.layer;
}

TEST(Recipes, OfASizeThatDoesNotFitTheHintNamesTwoThatDo) {
  const auto hint = [](const Shape& dims) {
    try {
      make("dcgan", dims, 0, {});
    } catch (const Error& error) {
      return error.hint();
    }
    return std::string();
  };
  EXPECT_EQ(hint({3, 100, 100}),
            "--image-size 96, or --image-size 112; --cfg vanilla takes any shape");
  EXPECT_EQ(hint({3, 50, 150}).find("--crop center --image-size 144x48, or "), 0u)
      << hint({3, 50, 150});
}

TEST(Recipes, DrawImagesOfEverySizeThatHalvesWell) {
  for (const char* recipe :
       {"dcgan", "cgan", "acgan", "infogan", "sngan", "wgan-gp", "r3gan", "text2image", "vae"})
    for (const Shape& dims : std::vector<Shape>{{3, 16, 16},
                                                {1, 48, 48},
                                                {3, 56, 56},
                                                {3, 96, 96},
                                                {1, 112, 112},
                                                {3, 128, 128},
                                                {3, 192, 192},
                                                {3, 256, 256},
                                                {3, 64, 128},
                                                {3, 96, 64},
                                                {1, 20, 28}}) {
      std::vector<Settings> variants = {small({})};
      if (recipe == std::string("sngan") || recipe == std::string("wgan-gp"))
        variants.push_back(small({{"arch", "residual"}}));
      if (recipe == std::string("r3gan")) variants.push_back(small({{"resample", "learned"}}));
      if (recipe == std::string("dcgan"))
        for (const char* upsample : {"nearest", "bilinear"})
          variants.push_back(small({{"g-upsample", upsample}}));
      for (const Settings& settings : variants) {
        Made made = make(recipe, dims, 3, settings, at::TensorOptions(at::kFloat));
        EXPECT_EQ(made.gan->net("G").spec().shape(), dims) << recipe;
        if (recipe == std::string("vae")) continue;
        EXPECT_EQ(made.gan->net("D").spec().shape(), Shape{1}) << recipe << to_string(dims);
      }
    }
}

// The width stops at 8 times the base, so that weights of 256 pixels stay in memory.
TEST(Recipes, WidthsStopAtEightTimesTheBase) {
  Made large = make("dcgan", {3, 256, 256}, 0, small({})),
       usual = make("dcgan", {3, 64, 64}, 0, small({}));
  EXPECT_EQ(large.gan->net("G").slots()[0].shape, usual.gan->net("G").slots()[0].shape);
}

TEST(Recipes, RefuseVideosInOneLine) {
  for (const Recipe& recipe : recipes()) {
    if (recipe.takes_video) continue;
    EXPECT_EQ(error_of([&] {
                make(std::string(recipe.name), {3, 16, 32, 32}, 8, {});
              }),
              std::string(recipe.name) + " makes no videos, the data is [3, 16, 32, 32]");
  }
}

TEST(Recipes, TrainAndSampleWhateverTheDataThatTheyTake) {
  struct Trial {
    std::string recipe;
    Shape dims;
    int64_t classes;
    Settings more;
  };
  const std::vector<Trial> trials = {
      {"vanilla", {2}, 0, {}},
      {"vanilla", {3, 5, 4}, 0, {{"depth", "1"}}},
      {"vanilla", {1, 30}, 3, {}},
      {"dcgan", {1, 28, 28}, 0, {}},
      {"dcgan", {3, 32, 32}, 2, {}},
      {"dcgan", {1, 64, 64}, 0, {{"ema", "0"}}},
      {"dcgan", {1, 56, 56}, 0, {{"g-from-4x4", "true"}, {"d-dense", "8"}}},
      {"dcgan", {3, 16, 32}, 0, {}},
      {"r3gan", {3, 16, 32}, 0, {{"resample", "learned"}}},
      {"wgan-gp", {3, 16, 32}, 0, {{"arch", "residual"}, {"d-norm", "layer"}}},
      {"dcgan", {1, 28, 28}, 0, {{"d-norm", "layer"}, {"r1", "1"}}},
      {"wgan-gp", {2}, 0, {}},
      {"wgan-gp", {1, 28, 28}, 0, {}},
      {"wgan-gp", {3, 32, 32}, 0, {{"d-norm", "layer"}}},
      {"wgan-gp", {1, 64, 64}, 0, {{"d-norm", "instance"}}},
      {"wgan-gp", {1, 30}, 0, {}},
      {"wgan-gp", {1, 64, 64}, 0, {{"arch", "residual"}, {"d-norm", "layer"}, {"pack", "2"}}},
      {"sngan", {3, 32, 32}, 4, {{"arch", "residual"}, {"cond", "true"}, {"mbstd", "2"}}},
      {"sngan", {1, 28, 28}, 0, {{"arch", "residual"}, {"feature-matching", "1"}}},
      {"sngan", {2}, 0, {}},
      {"sngan", {1, 28, 28}, 4, {{"cond", "true"}}},
      {"sngan", {3, 32, 32}, 0, {}},
      {"sngan", {1, 64, 64}, 0, {}},
      {"sngan", {1, 9, 7}, 4, {{"cond", "true"}}},
      {"sngan", {1, 28, 28}, 4, {{"cond", "true"}, {"head", "classes"}}},
      {"vanilla", {2}, 0, {{"pack", "2"}, {"mbstd", "2"}, {"pool", "4"}}},
      {"dcgan",
       {3, 32, 32},
       0,
       {{"pack", "2"}, {"aug", "color,cutout"}, {"feature-matching", "1"}}},
      {"acgan", {1, 28, 28}, 4, {}},
      {"acgan", {3, 64, 64}, 2, {{"d-norm", "none"}, {"r1", "1"}, {"dropout", "0"}}},
      {"infogan", {1, 28, 28}, 0, {}},
      {"infogan", {3, 32, 32}, 3, {{"categories", "4"}, {"codes", "1"}}},
      {"r3gan", {2}, 0, {}},
      {"r3gan", {1, 28, 28}, 4, {{"cond", "true"}, {"head", "classes"}, {"pl", "1"}}},
      {"r3gan", {2}, 4, {{"cond", "true"}}},
      {"r3gan", {2}, 4, {{"cond", "true"}, {"latent-signs", "true"}, {"fourier", "3"}}},
      {"r3gan", {2}, 4, {{"cond", "true"}, {"g-fourier", "2"}, {"fourier", "3"}}},
      {"r3gan", {1, 28, 28}, 4, {{"cond", "true"}}},
      {"r3gan", {3, 32, 32}, 0, {{"ngf", "16"}, {"blocks", "2"}}},
      {"r3gan", {1, 64, 64}, 0, {{"gamma", "0.5"}}},
      {"r3gan", {1, 30}, 0, {}},
      {"vae", {1, 28, 28}, 3, {}},
      {"vae", {3, 64, 64}, 0, {{"beta", "4"}, {"ema", "0"}}},
      {"wavegan", {1, 256}, 0, {}},
      {"wavegan", {2, 1024}, 3, {{"cond", "true"}, {"loss", "hinge"}, {"gp", "0"}}},
      {"video", {3, 8, 32, 32}, 0, {}},
      {"video", {1, 16, 32, 32}, 4, {{"cond", "true"}, {"motion", "3"}, {"r1", "1"}}},
      {"cgan", {2}, 4, {{"arch", "mlp"}}},
      {"cgan", {1, 9, 7}, 4, {{"arch", "mlp"}}},
      {"cgan", {3, 28, 28}, 4, {}},
      {"cgan", {1, 64, 64}, 4, {{"label-in-d", "concat"}}},
      {"text2image", {3, 32, 32}, 0, {{"text-width", "8"}}},
      {"text2image", {1, 64, 64}, 3, {{"text-width", "8"}, {"n-critic", "2"}, {"aug", "cutout"}}},
      {"text2image", {1, 28, 28}, 0, {{"text-width", "8"}, {"ma-gp", "0"}, {"accumulate", "2"}}},
  };
  for (const Trial& t : trials) {
    SCOPED_TRACE(t.recipe + " " + to_string(t.dims));
    Made made = make(t.recipe, t.dims, t.classes, small(t.more), at::TensorOptions(at::kFloat));
    const Tensor before = made.gan->ema("G").parameters.clone();
    train(made, 2);
    EXPECT_FALSE(test::same(made.gan->ema("G").parameters, before));
    const Address address{.seed = 1, .purpose = Purpose::sample};
    const Tensor labels = at::tensor(std::vector<int64_t>{0, 1, 1}, at::kLong);
    Condition condition = made.gan->conditions(
        made.gan->condition_info(test::data_info(t.dims, t.classes)), address, 0, 3);
    condition.labels = labels;
    if (made.info.tokens > 0) condition.tokens = labels.unsqueeze(1).expand({3, 6}) + 1;
    const Tensor x = draw_samples(*made.gan, made.gan->latents(address, 0, 3), condition, address);
    Shape expected = t.dims;
    expected.insert(expected.begin(), 3);
    EXPECT_EQ(x.sizes().vec(), expected);
    if (t.dims.size() > 1) {
      EXPECT_LE(x.abs().max().item<double>(), 1);
    }
  }
}

// Every loss on every network, with a penalty where D takes one.
TEST(Recipes, TrainWithEveryLossAndStayFinite) {
  const std::vector<std::tuple<std::string, Shape, Settings>> networks = {
      {"vanilla", {2}, {{"r1", "1"}, {"r2", "1"}}},
      {"vanilla", {1, 6, 6}, {{"dragan", "10"}}},
      {"dcgan", {1, 28, 28}, {}},
      {"dcgan", {1, 28, 28}, {{"d-norm", "layer"}, {"gp", "10"}}},
      {"cgan", {1, 28, 28}, {}},
      {"cgan", {1, 6, 6}, {{"arch", "mlp"}, {"r1", "1"}, {"r1-every", "2"}}},
      {"wgan-gp", {1, 28, 28}, {}},
      {"sngan", {1, 28, 28}, {{"cond", "true"}}},
      {"acgan", {1, 28, 28}, {}},
      {"infogan", {1, 28, 28}, {}},
      {"r3gan", {2}, {}},
      {"r3gan", {1, 28, 28}, {{"cond", "true"}}},
      {"text2image", {1, 28, 28}, {{"text-width", "8"}}},
      {"wavegan", {1, 256}, {{"cond", "true"}}},
      {"video", {1, 8, 32, 32}, {{"cond", "true"}}},
  };
  for (const auto& [recipe, dims, settings] : networks)
    for (const char* loss : {"ns", "minimax", "lsgan", "hinge", "wgan", "rpgan", "ragan"}) {
      SCOPED_TRACE(recipe + " " + to_string(dims) + " by " + loss);
      Settings more = small(settings);
      more.emplace_back("loss", loss);
      Made made = make(recipe, dims, 3, more, at::TensorOptions(at::kFloat));
      const Tensor d = made.gan->net("D").parameters.clone();
      train(made, 3);  // throws Diverged for a loss or weight that is not finite
      EXPECT_FALSE(test::same(made.gan->net("D").parameters, d));
    }
}

TEST(R3gan, BlocksAreTheIdentityAtFirstAndHaveNoNormalization) {
  Made made = make("r3gan", {1, 28, 28}, 0, small({}));
  for (Net* net : made.gan->nets()) {
    EXPECT_EQ(net->state.numel(), 0);
    for (const Slot& slot : net->slots()) {
      const Tensor w = Net::view(net->parameters, slot);
      if (slot.name.ends_with("bias")) {
        EXPECT_EQ(w.abs().max().item<double>(), 0) << slot.name;
      }
    }
    int zero = 0;  // one of the three convolutions of each of two blocks
    for (const Slot& slot : net->slots())
      zero += slot.name.ends_with("weight") &&
              Net::view(net->parameters, slot).abs().max().item<double>() == 0;
    EXPECT_EQ(zero, 2) << net->name();
  }
}

TEST(R3gan, GammaSetsBothPenalties) {
  Made both = make("r3gan", {2}, 0, small({{"gamma", "0.25"}}));
  Made each = make("r3gan", {2}, 0, small({{"r1", "0.25"}, {"r2", "0.25"}}));
  train(both, 3);
  train(each, 3);
  EXPECT_TRUE(test::same(both.gan->net("D").parameters, each.gan->net("D").parameters));
}

TEST(Sngan, NormalizesEveryWeightOfD) {
  Made made = make("sngan", {1, 28, 28}, 3, small({{"cond", "true"}}));
  const Net& D = made.gan->net("D");
  size_t weights = 0;
  for (const Slot& slot : D.slots()) weights += slot.name.ends_with("weight");
  EXPECT_EQ(weights, 7u);
  EXPECT_EQ(D.state_slots().size(), weights);
}

TEST(Sngan, TellsTheResidualGeneratorTheClassByItsNormsOnly) {
  Made made = make("sngan", {1, 28, 28}, 3, small({{"cond", "true"}, {"arch", "residual"}}));
  const Net &G = made.gan->net("G"), &D = made.gan->net("D");
  size_t by_class = 0, bounded = 0;
  for (const Slot& slot : G.slots()) by_class += slot.shape[0] == 3 && slot.shape.size() == 2;
  EXPECT_EQ(by_class, 2u * 5) << "a gain and a shift for each of five norms";
  for (const Slot& slot : D.slots()) bounded += slot.name.ends_with("weight");
  EXPECT_EQ(D.state_slots().size(), bounded);
}

// Spectral vectors, penalties and dropout: the rest of a run from its tensors and its progress.
TEST(Resume, ContinuesEachRecipeBitForBit) {
  const std::vector<std::pair<std::string, Shape>> trials = {
      {"wgan-gp", {1, 28, 28}},    {"sngan", {1, 28, 28}}, {"r3gan", {1, 28, 28}},
      {"text2image", {1, 28, 28}}, {"wavegan", {1, 256}},  {"video", {1, 8, 32, 32}}};
  for (const auto& [name, dims] : trials) {
    SCOPED_TRACE(name);
    const auto fresh = [&, recipe = name, shape = dims] {
      return make(recipe, shape, 3, small({}), at::TensorOptions(at::kFloat));
    };
    struct Until : Observer {
      int64_t stop;
      explicit Until(int64_t at) : stop(at) {}
      bool on_step(const Trainer& t) override { return t.step() != stop; }
    };
    Made straight = fresh(), first = fresh(), second = fresh();
    for (Made* made : {&straight, &first, &second}) made->options->kimg = 0.032;  // four steps
    const auto loader = [](const Made& made) {
      return Loader(std::make_shared<test::MemoryDataset>(made.info, 64),
                    {.seed = made.options->seed, .batch = made.options->batch});
    };
    Loader a = loader(straight), b = loader(first), c = loader(second);
    Trainer whole(*straight.gan, a, *straight.options), half(*first.gan, b, *first.options),
        rest(*second.gan, c, *second.options);
    Until never(-1), two(2);
    whole.train(never);
    half.train(two);
    for (Net* net : second.gan->nets()) net->parameters.fill_(7), net->state.fill_(7);
    const auto from = half.tensors(), to = rest.tensors();
    ASSERT_EQ(from.size(), to.size());
    for (size_t i = 0; i < to.size(); ++i) to[i].second.copy_(from[i].second);
    rest.set_state(half.state());
    rest.train(never);
    const auto expected = whole.tensors(), found = rest.tensors();
    for (size_t i = 0; i < found.size(); ++i)
      EXPECT_TRUE(test::same(found[i].second, expected[i].second)) << found[i].first;
  }
}

TEST(Cgan, SamplesFollowTheirLabels) {
  for (const Settings& more : {Settings{{"arch", "mlp"}}, Settings{}}) {
    Made made = make("cgan", {1, 28, 28}, 4, small(more));
    const Tensor z = test::numbers("z", {1, 5});
    const auto draw = [&](int64_t label) {
      return draw_samples(*made.gan, z,
                          {.labels = at::tensor(std::vector<int64_t>{label}, at::kLong)}, {});
    };
    EXPECT_TRUE(test::same(draw(1), draw(1)));
    EXPECT_GT(test::largest_difference(draw(1), draw(2)), 1e-6);
    EXPECT_EQ(error_of([&] { draw(4); }), "label or token 4 is not in [0, 4)");
  }
}

// Without batch statistics two rounds of half a batch are one big batch: the same samples, the same
// latents and, in cgan, the same dropout masks.
TEST(Accumulation, EqualsOneBigBatch) {
  const std::vector<std::tuple<std::string, int64_t, Settings>> trials = {
      {"vanilla", 0, {}},
      {"vanilla", 0, {{"n-critic", "2"}, {"optimizer", "sgd"}, {"lr", "0.01"}}},
      {"vanilla", 0, {{"loss", "rpgan"}}},
      {"cgan", 4, {{"arch", "mlp"}, {"ngf", "8"}, {"ndf", "8"}}},
  };
  for (const auto& [recipe, classes, more] : trials) {
    SCOPED_TRACE(recipe);
    Made whole = make(recipe, {1, 4, 4}, classes, small(more));
    Made parts = make(recipe, {1, 4, 4}, classes, small(more));
    parts.options->accumulate = 2;
    train(whole, 5);
    train(parts, 5);
    for (size_t i = 0; i < whole.gan->nets().size(); ++i) {
      const Net &a = *whole.gan->nets()[i], &b = *parts.gan->nets()[i];
      EXPECT_LT(test::largest_difference(a.parameters, b.parameters), 1e-12) << a.name();
      EXPECT_LT(test::largest_difference(a.gradients, b.gradients), 1e-12) << a.name();
    }
  }
}

TEST(Options, RatesOfGeneratorAndDiscriminatorDefaultToTheCommonOne) {
  Options o;
  o.lr = 0.3;
  EXPECT_EQ(o.g_rate(), 0.3);
  o.dlr = 0.1;
  EXPECT_EQ(o.d_rate(), 0.1);
  // A rate of 0 leaves a net where it is.
  Made made = make("vanilla", {2}, 0, small({{"glr", "0"}}));
  const Tensor g = made.gan->net("G").parameters.clone(), d = made.gan->net("D").parameters.clone();
  train(made, 2);
  EXPECT_TRUE(test::same(made.gan->net("G").parameters, g));
  EXPECT_FALSE(test::same(made.gan->net("D").parameters, d));
}

}  // namespace
}  // namespace gannet
