// pix2pix and srgan: what their nets are, that they learn, sample by seed and by image, and go on
// bit for bit.
#include <ATen/TensorOperators.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/upsample_bilinear2d.h>
#include <gtest/gtest.h>

#include <functional>

#include "gannet/base/error.h"
#include "gannet/data/registry.h"
#include "gannet/data/transforms/low_resolution.h"
#include "gannet/models/sampling.h"
#include "gannet/recipes/recipes.h"
#include "gannet/tensor/tiles.h"
#include "gannet/training/trainer.h"
#include "support/error_of.h"
#include "support/memory_dataset.h"

namespace gannet {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;
const at::TensorOptions kDouble = at::TensorOptions().dtype(at::kDouble);

struct Made {
  std::unique_ptr<Options> options;
  std::shared_ptr<const Dataset> data;
  std::unique_ptr<Gan> gan;
};

Made make(const std::string& name, std::shared_ptr<const Dataset> data, const Settings& settings,
          at::TensorOptions tensor = at::TensorOptions(at::kFloat)) {
  const Recipe& recipe = find_recipe(name);
  Made made{.options = recipe.options(), .data = nullptr, .gan = nullptr};
  for (const auto& [field, text] : settings) set_field(*made.options, field, text);
  made.data = prepared(recipe, std::move(data), *made.options);
  made.gan = make_gan(recipe, *made.options, made.data->info(),
                      {.seed = made.options->seed, .tensor = tensor});
  return made;
}

std::shared_ptr<const Dataset> pairs(int64_t side, const char* split = "train") {
  return open_dataset("shapes-pairs", {.image_size = side, .split = split});
}
std::shared_ptr<const Dataset> shapes(int64_t side, const char* split = "train") {
  return open_dataset("shapes", {.image_size = side, .split = split});
}

void train(Made& made, int64_t steps) {
  Options& o = *made.options;
  o.kimg = static_cast<double>(steps * o.batch) / 1000;
  Loader loader(made.data, {.seed = o.seed, .batch = o.batch});
  Observer nobody;
  Trainer(*made.gan, loader, o).train(nobody);
}

// The first n samples, with what is given beside them.
Batch first(const Dataset& data, int64_t n) {
  return Loader(std::shared_ptr<const Dataset>(&data, [](const Dataset*) {}), {.batch = n}).get(0);
}

Tensor drawn(Gan& gan, const Tensor& images, std::vector<uint64_t> seeds) {
  return draw_samples(gan, gan.latents({}, 0, images.size(0)), {.input_image = images},
                      {.purpose = Purpose::sample}, 0, seeds);
}

std::vector<uint64_t> numbered(int64_t n) {
  std::vector<uint64_t> seeds(static_cast<size_t>(n));
  for (size_t i = 0; i < seeds.size(); ++i) seeds[i] = i;
  return seeds;
}

double mean_error(const Tensor& a, const Tensor& b) { return (a - b).abs().mean().item<double>(); }

TEST(Pix2pix, HasThePapersNets) {
  // Section 6.1 at 256 pixels and width 64, D of 70x70: the authors' PyTorch code counts 54,413,955
  // weights of G, and leaves out the biases of two convolutions without norm (64 and 512), and
  // 2,768,705 of D.
  DatasetInfo shape = test::data_info({3, 256, 256});
  shape.input_image = {3, 256, 256};
  const Recipe& recipe = find_recipe("pix2pix");
  const auto o = recipe.options();
  for (const auto& [name, text] : Settings{{"g-norm", "batch"}, {"d-norm", "batch"}, {"ema", "0"}})
    set_field(*o, name, text);
  const auto gan = recipe.make(*o, shape, {});
  EXPECT_EQ(gan->net("G").spec().parameter_count(), 54413955 + 64 + 512);
  EXPECT_EQ(gan->net("D").spec().shape(), (Shape{1, 30, 30}));
  EXPECT_EQ(gan->net("D").spec().parameter_count(), 2768705);
}

TEST(Pix2pix, ALogitSeesItsPatchOnly) {
  for (const auto& [patch, side] : {std::pair{"16", 16}, {"34", 34}, {"70", 70}}) {
    Made made = make("pix2pix", pairs(64),
                     {{"ndf", "2"}, {"patch", patch}, {"d-norm", "none"}, {"ngf", "2"}}, kDouble);
    Net& D = made.gan->net("D");
    D.set_mode({});
    const Tensor x = test::numbers("x", {1, 4, 64, 64}).set_requires_grad(true);
    const Tensor logits = D(x, Inputs{});
    logits[0][0][0][0].backward();
    const Tensor seen = x.grad().abs().sum({0, 1});
    // The corner's patch begins outside of the image, by the padding of each layer.
    const int64_t inside = side - (side == 16 ? 5 : side == 34 ? 11 : 23);
    EXPECT_GT(seen[0][inside - 1].item<double>(), 0) << patch;
    EXPECT_EQ(seen[0][inside].item<double>(), 0) << patch;
  }
}

TEST(Pix2pix, RefusesPatchesLargerThanTheImage) {
  for (const auto& [side, patch, hint] :
       {std::tuple{16, "70", "--patch 34"}, {8, "34", "--patch 16"}}) {
    try {
      make("pix2pix", pairs(side), {{"patch", patch}});
      FAIL() << side << ' ' << patch;
    } catch (const UsageError& e) {
      EXPECT_EQ(e.hint(), hint);
    }
    const std::string fits(std::string_view(hint).substr(8));
    EXPECT_NO_THROW(make("pix2pix", pairs(side), {{"patch", fits}}));
  }
}

TEST(Pix2pix, LearnsToColourAHandfulOfDrawings) {
  // Few, as the ground is light or dark and no outline tells: of many, a short training learns the
  // mean of both.
  const std::shared_ptr<const Dataset> few =
      open_dataset("shapes-pairs", {.image_size = 16, .limit = 8});
  Made made = make("pix2pix", few,
                   {{"ngf", "8"},
                    {"ndf", "8"},
                    {"batch", "8"},
                    {"patch", "16"},
                    {"lr", "0.002"},
                    {"g-norm", "batch"},
                    {"d-norm", "batch"}});
  const Batch batch = first(*few, 8);
  const auto error = [&] {
    return mean_error(drawn(*made.gan, batch.cond.input_image, numbered(8)), batch.real);
  };
  const double before = error();
  train(made, 300);
  EXPECT_LT(error(), 0.8 * before);
}

TEST(Pix2pix, WithoutADiscriminatorLearnsByItsL1Alone) {
  Made made =
      make("pix2pix", pairs(16),
           {{"ngf", "4"}, {"ndf", "4"}, {"batch", "8"}, {"patch", "16"}, {"gan-weight", "0"}});
  const Tensor d = made.gan->net("D").parameters.clone(), g = made.gan->net("G").parameters.clone();
  train(made, 2);
  EXPECT_TRUE(test::same(made.gan->net("D").parameters, d));
  EXPECT_FALSE(test::same(made.gan->net("G").parameters, g));
}

TEST(Pix2pix, ASeedIsTheDropoutOfItsSample) {
  Made made =
      make("pix2pix", pairs(16), {{"ngf", "8"}, {"ndf", "4"}, {"batch", "8"}, {"patch", "16"}});
  train(made, 5);
  const Tensor one = first(*made.data, 1).cond.input_image, three = one.expand({3, 1, 16, 16});
  const Tensor x = drawn(*made.gan, three, {4, 9, 4});
  EXPECT_TRUE(test::same(x[0], x[2]));
  EXPECT_FALSE(test::same(x[0], x[1])) << "dropout is noise when sampling too";
  EXPECT_TRUE(test::same(drawn(*made.gan, one, {9})[0], x[1]));
}

TEST(Pix2pix, RefusesWhatIsNoPair) {
  EXPECT_EQ(error_of([] { make("pix2pix", shapes(16), {}); }),
            "pix2pix learns from pairs of images, the data is [3, 16, 16]");
  EXPECT_EQ(error_of([] { make("pix2pix", pairs(9), {}); }),
            "pix2pix needs inputs and outputs of one size that can be halved twice, the data is "
            "[1, 9, 9] and [3, 9, 9]");
  EXPECT_EQ(error_of([] {
              make("pix2pix", pairs(16), {{"pl", "1"}, {"d-norm", "none"}, {"patch", "16"}});
            }),
            "--pl measures how the latent z moves the image, and this generator has no z");
}

TEST(Pix2pix, TakesTheGamesOtherRules) {
  for (const Settings& more :
       std::vector<Settings>{{{"loss", "lsgan"}, {"pool", "8"}},
                             {{"loss", "hinge"}, {"aug", "translation,cutout"}},
                             {{"r1", "1"}, {"d-norm", "none"}},
                             {{"pack", "2"}, {"feature-matching", "1"}},
                             {{"loss", "rpgan"}, {"g-norm", "instance"}}}) {
    SCOPED_TRACE(more[0].second);
    Settings settings{{"ngf", "4"},    {"ndf", "4"},        {"batch", "4"},
                      {"patch", "16"}, {"g-norm", "batch"}, {"d-norm", "batch"}};
    settings.insert(settings.end(), more.begin(), more.end());
    Made made = make("pix2pix", pairs(16), settings);
    const Tensor d = made.gan->net("D").parameters.clone();
    train(made, 3);
    EXPECT_FALSE(test::same(made.gan->net("D").parameters, d));
  }
}

const Settings kSmallSr = {{"scale", "2"}, {"ngf", "8"},       {"ndf", "4"},   {"blocks", "2"},
                           {"batch", "8"}, {"g-norm", "none"}, {"lr", "2e-4"}, {"glr", "5e-4"}};

Settings small_sr(Settings more) {
  more.insert(more.begin(), kSmallSr.begin(), kSmallSr.end());
  return more;
}

TEST(Srgan, BeginsAsAPlainEnlargement) {
  Made made = make("srgan", shapes(16), small_sr({}));
  const Batch batch = first(*made.data, 8);
  ASSERT_EQ(batch.cond.input_image.sizes().vec(), (Shape{8, 3, 8, 8}));
  const Tensor bilinear = at::upsample_bilinear2d(batch.cond.input_image, {16, 16}, false);
  EXPECT_LT(mean_error(drawn(*made.gan, batch.cond.input_image, numbered(8)), bilinear), 0.02);
}

TEST(Srgan, PretrainingAloneIsSharperThanAPlainEnlargement) {
  Made made = make("srgan", shapes(16), small_sr({{"glr", "0.002"}, {"pretrain-kimg", "100"}}));
  const auto held_out = with_low_resolution(shapes(16, "test"), 2);
  const Batch batch = first(*held_out, 64);
  const auto error = [&] {
    return (drawn(*made.gan, batch.cond.input_image, numbered(64)) - batch.real)
        .square()
        .mean()
        .item<double>();
  };
  const double before = error();
  const Tensor d = made.gan->net("D").parameters.clone();
  train(made, 150);
  EXPECT_LT(error(), 0.7 * before);
  EXPECT_TRUE(test::same(made.gan->net("D").parameters, d)) << "the game has not begun";
}

TEST(Srgan, PlaysOnceThePretrainingIsOver) {
  // Four steps, two of them alone.
  const Made fresh = make("srgan", shapes(16), small_sr({{"kimg", "0.032"}}));
  const std::vector<Phase> phases = fresh.gan->phases();
  ASSERT_EQ(phases.size(), 3u);
  EXPECT_EQ(phases[0].until, 2);
  for (size_t i : {1, 2}) EXPECT_EQ(phases[i].from, 2);
  struct Keep : Observer {
    std::vector<std::vector<std::string>> terms;
    void on_tick(const Trainer&, const Tick& tick) override {
      terms.emplace_back();
      for (const auto& [name, value] : tick.loss) terms.back().push_back(name);
    }
  } keep;
  fresh.options->tick = 0.008;
  Loader loader(fresh.data, {.batch = 8});
  Trainer(*fresh.gan, loader, *fresh.options).train(keep);
  ASSERT_EQ(keep.terms.size(), 4u);
  EXPECT_EQ(keep.terms[1], std::vector<std::string>{"pixels"});
  EXPECT_EQ(keep.terms[2], (std::vector<std::string>{"D", "G", "pixels", "content"}));
}

TEST(Srgan, EnlargesImagesOfAnySizeWithoutSeams) {
  Made made = make("srgan", shapes(16), small_sr({{"scale", "4"}, {"ngf", "4"}}));
  train(made, 10);
  Gan& gan = *made.gan;
  // Weights as large as those of a trained net, so that every layer matters.
  Net& G = gan.ema("G");
  for (const Slot& slot : G.slots())
    if (slot.name.ends_with("weight") && slot.shape.size() == 4)
      Net::view(G.parameters, slot).mul_(2);
  const Tensor image = test::numbers("picture", {3, 131, 205}).to(at::kFloat).tanh();
  const Tensor tiled = enlarge(gan, image, {});
  ASSERT_EQ(tiled.sizes().vec(), (Shape{3, 524, 820}));
  const Tensor whole = gan.sample({}, {.input_image = image.unsqueeze(0)})[0];
  EXPECT_LT(test::largest_difference(tiled, whole), 1.0 / 127.5) << "a grey level";
  EXPECT_LT(test::largest_difference(tiled, whole), 1e-4) << "in fact nothing but rounding";
  EXPECT_GT(mean_error(whole, at::upsample_bilinear2d(image.unsqueeze(0), {524, 820}, false)[0]),
            1e-3);
  EXPECT_EQ(enlarge(gan, image.slice(1, 0, 1).slice(2, 0, 1), {}).sizes().vec(), (Shape{3, 4, 4}));
}

TEST(Srgan, RefusesWhatItCannotDo) {
  EXPECT_EQ(error_of([] {
              make("srgan", shapes(16), {{"scale", "3"}});
            }),
            "expected 2, 4 or 8, found 3: --scale");
  EXPECT_EQ(error_of([] { make("srgan", shapes(18), {}); }),
            "images of 18x18 cannot be shrunk by 4: shapes");
  EXPECT_EQ(error_of([] { make("srgan", open_dataset("ring-8"), {}); }),
            "only images have a low resolution, the samples are [2]: ring-8");
  EXPECT_EQ(error_of([] {
              make("srgan", shapes(16), {{"pack", "2"}});
            }),
            "the content loss is of single images, and --pack shows D several at once: --pack 2");
}

// Phases that begin later, dropout that is always on, running statistics.
TEST(ImageToImage, ContinuesBitForBit) {
  for (const char* name : {"pix2pix", "srgan"}) {
    SCOPED_TRACE(name);
    const bool srgan = name == std::string("srgan");
    const auto fresh = [&] {
      return srgan ? make(name, shapes(16), small_sr({{"kimg", "0.032"}, {"g-norm", "batch"}}))
                   : make(name, pairs(16),
                          {{"ngf", "4"},
                           {"ndf", "4"},
                           {"batch", "8"},
                           {"patch", "16"},
                           {"kimg", "0.032"}});
    };
    struct Until : Observer {
      int64_t stop;
      explicit Until(int64_t at) : stop(at) {}
      bool on_step(const Trainer& t) override { return t.step() != stop; }
    };
    for (const int64_t stop : {1, 3}) {
      Made straight = fresh(), half = fresh(), rest = fresh();
      Loader a(straight.data, {.batch = 8}), b(half.data, {.batch = 8}), c(rest.data, {.batch = 8});
      Trainer whole(*straight.gan, a, *straight.options), begun(*half.gan, b, *half.options),
          resumed(*rest.gan, c, *rest.options);
      Until never(-1), then(stop);
      whole.train(never);
      begun.train(then);
      for (Net* net : rest.gan->nets()) net->parameters.fill_(7), net->state.fill_(7);
      const auto from = begun.tensors(), to = resumed.tensors();
      ASSERT_EQ(from.size(), to.size());
      for (size_t i = 0; i < to.size(); ++i) to[i].second.copy_(from[i].second);
      resumed.set_state(begun.state());
      resumed.train(never);
      const auto expected = whole.tensors(), found = resumed.tensors();
      for (size_t i = 0; i < found.size(); ++i)
        EXPECT_TRUE(test::same(found[i].second, expected[i].second)) << found[i].first;
    }
  }
}

}  // namespace
}  // namespace gannet
