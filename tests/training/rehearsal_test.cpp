// A rehearsal of Gans that are not there yet, so that the types are right for them:
// super-resolution with a pre-training phase, text, audio clip, and a VAE, which has no
// discriminator. The loop is the same for all. They are the shapes of these methods, not the
// methods.
#include <ATen/ops/exp.h>
#include <ATen/ops/mse_loss.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include "gannet/losses/adversarial.h"
#include "gannet/models/sampling.h"
#include "support/tiny_gan.h"

namespace gannet {
namespace {

// SRGAN (Ledig et al. 2016, arXiv:1609.04802): G enlarges batch.cond.input_image; first it learns
// from the pixels alone, then from a content term in the features of a fixed net F and from D.
class SuperResolution : public Gan {
 public:
  SuperResolution(const Options& o, const DatasetInfo& data, const Setup& setup,
                  int64_t pretraining)
      : Gan(setup),
        pretraining_(pretraining),
        G_(add(generator(data), {.lr = o.g_rate(), .ema = true})),
        D_(add(NetSpec("D", data.dims)
                   .conv_down(4)
                   .leaky_relu(0.2)
                   .conv_down(8)
                   .batch_norm()
                   .leaky_relu(0.2)
                   .dense(1),
               {.lr = o.d_rate()})),
        F_(add(NetSpec("F", data.dims).conv(6, 3).batch_norm().relu().conv(6, 3),
               {.trainable = false})) {}

  static NetSpec generator(const DatasetInfo& data) {
    NetSpec G("G", data.input_image);
    G.conv(8, 3).relu().mark("h").conv(8, 3).batch_norm().relu().conv(8, 3).batch_norm().add("h");
    return G.upsample().conv(data.channels(), 3).tanh();
  }

  std::vector<Phase> phases() override {
    const auto enlarged = [this](const Batch& batch, Step& step) {
      return step.fakes({&G_}, [&] { return Tensor(G_(batch.cond.input_image)); });
    };
    const AdversarialLoss& loss = adversarial_loss("ns");
    Phase pixels{.name = "pixels", .nets = {"G"}, .loss = [=](const Batch& batch, Step& step) {
                   return Terms{{"pixels", at::mse_loss(enlarged(batch, step), batch.real)}};
                 }};
    pixels.until = pretraining_;
    Phase d{.name = "D", .nets = {"D"}, .loss = [=, this](const Batch& batch, Step& step) {
              return Terms{
                  {"D", loss.d({.real = D_(batch.real), .fake = D_(enlarged(batch, step))}, {})}};
            }};
    Phase g{.name = "G", .nets = {"G"}, .loss = [=, this](const Batch& batch, Step& step) {
              const Tensor x = enlarged(batch, step);
              return Terms{{"content", at::mse_loss(F_(x), F_(batch.real))},
                           {"G", 1e-3 * loss.g({.real = {}, .fake = D_(x)})}};
            }};
    d.from = g.from = pretraining_;
    return {pixels, d, g};
  }
  Shape latent() const override { return {}; }  // none
  Tensor sample(const Tensor&, const Condition& c) override { return ema("G")(c.input_image); }

 private:
  const int64_t pretraining_;
  Net &G_, &D_, &F_;
};

// A text encoder E of int64 tokens that learns with G; G and D see the vector that it makes.
class TextToPoints : public Gan {
 public:
  TextToPoints(const Options& o, const DatasetInfo& data, const Setup& setup)
      : Gan(setup),
        nz_(o.nz),
        E_(add(NetSpec::of_integers("E", {data.tokens}).embed(data.vocabulary, 4).dense(6).relu(),
               {.lr = o.g_rate(), .ema = true})),
        G_(add(NetSpec("G", {o.nz})
                   .input("attributes", {6})
                   .concat("x")
                   .dense(8)
                   .relu()
                   .dense(data.dims),
               {.lr = o.g_rate(), .ema = true})),
        D_(add(NetSpec("D", data.dims)
                   .input("attributes", {6})
                   .concat("x")
                   .dense(8)
                   .leaky_relu(0.2)
                   .dense(1),
               {.lr = o.d_rate()})) {}

  std::vector<Phase> phases() override {
    const auto fakes = [this](const Batch& batch, Step& step) {
      return step.fakes({&E_, &G_}, [&] {
        return Tensor(G_(step.z(), Inputs{{"attributes", E_(batch.cond.tokens)}}));
      });
    };
    const AdversarialLoss& loss = adversarial_loss("hinge");
    return {{.name = "D",
             .nets = {"D"},
             .loss =
                 [=, this](const Batch& batch, Step& step) {
                   const Inputs text{{"attributes", E_(batch.cond.tokens)}};
                   return Terms{{"D", loss.d({.real = D_(batch.real, text),
                                              .fake = D_(fakes(batch, step), text)},
                                             {})}};
                 }},
            {.name = "G", .nets = {"G", "E"}, .loss = [=, this](const Batch& batch, Step& step) {
               const Inputs text{{"attributes", E_(batch.cond.tokens).main.detach()}};
               return Terms{{"G", loss.g({.real = {}, .fake = D_(fakes(batch, step), text)})}};
             }}};
  }
  Shape latent() const override { return {nz_}; }
  Tensor sample(const Tensor& z, const Condition& c) override {
    return ema("G")(z, Inputs{{"attributes", ema("E")(c.tokens)}});
  }

 private:
  const int64_t nz_;
  Net &E_, &G_, &D_;
};

// WaveGAN's shape (Donahue et al. 2018, arXiv:1802.04208): [N, C, T], one-dimensional convolutions.
class Audio : public Gan {
 public:
  Audio(const Options& o, const DatasetInfo& data, const Setup& setup)
      : Gan(setup),
        options_(o),
        G_(add(NetSpec("G", {o.nz})
                   .dense({8, data.dims[1] / 8})
                   .relu()
                   .conv_transpose(4, 24, {.stride = 4, .padding = 10})
                   .conv(4, 5)
                   .relu()
                   .upsample()
                   .conv(data.channels(), 5)
                   .tanh(),
               {.lr = o.g_rate(), .ema = true})),
        D_(add(NetSpec("D", data.dims)
                   .conv(4, 25, {.stride = 4, .padding = 11})
                   .leaky_relu(0.2)
                   .dense(1),
               {.lr = o.d_rate()})) {}
  std::vector<Phase> phases() override { return objective_.phases(); }
  Shape latent() const override { return {options_.nz}; }

 private:
  const Options options_;
  Net &G_, &D_;
  AdversarialObjective objective_{G_, D_, options_};
};

// A variational autoencoder (Kingma & Welling 2013, arXiv:1312.6114): one phase, no discriminator.
class Vae : public Gan {
 public:
  Vae(const Options& o, const DatasetInfo& data, const Setup& setup)
      : Gan(setup),
        nz_(o.nz),
        E_(add(encoder(o, data), {.lr = o.lr})),
        G_(add(NetSpec("G", {o.nz}).dense(16).relu().dense(data.dims).tanh(),
               {.lr = o.lr, .ema = true})) {}

  static NetSpec encoder(const Options& o, const DatasetInfo& data) {
    NetSpec E("E", data.dims);
    E.dense(16).relu().mark("h").dense(o.nz).output("mean");
    return E.at("h").dense(o.nz).output("log variance");
  }

  std::vector<Phase> phases() override {
    return {{.name = "VAE", .nets = {"E", "G"}, .loss = [this](const Batch& batch, Step& step) {
               const Outputs q = E_(batch.real);
               const Tensor &mean = q["mean"], &log_variance = q["log variance"];
               const Tensor z =
                   mean + at::exp(log_variance / 2) * step.normal(Purpose::noise, {nz_});
               const double n = static_cast<double>(batch.size());
               const Tensor kl = -(1 + log_variance - mean.square() - log_variance.exp()).sum();
               return Terms{{"reconstruction", (G_(z).main - batch.real).square().sum() / n},
                            {"kl", 0.5 * kl / n}};
             }}};
  }
  Shape latent() const override { return {nz_}; }

 private:
  const int64_t nz_;
  Net &E_, &G_;
};

// What a training of some steps reported, and how far each net moved.
struct Rehearsed {
  std::vector<Tick> ticks;
  std::map<std::string, double> moved;
};

Options options(int64_t steps) {
  Options o = test::tiny_options();
  o.batch = 8;
  o.tick = 0.008;  // one step
  o.kimg = 0.008 * static_cast<double>(steps);
  return o;
}

Rehearsed train(Gan& gan, const Options& o, const std::shared_ptr<Dataset>& data) {
  std::map<std::string, Tensor> before;
  for (Net* net : gan.nets()) before[net->name()] = net->parameters.clone();
  Loader loader(data, {.seed = o.seed, .batch = o.batch});
  test::Watcher watcher;
  EXPECT_TRUE(Trainer(gan, loader, o).train(watcher));
  Rehearsed r{.ticks = watcher.ticks, .moved = {}};
  for (Net* net : gan.nets())
    r.moved[net->name()] = test::largest_difference(net->parameters, before[net->name()]);
  return r;
}

double term(const Tick& tick, const std::string& name) {
  for (const auto& [other, value] : tick.loss)
    if (other == name) return value;
  ADD_FAILURE() << "no term " << name << " in step " << tick.step;
  return 0;
}

bool has_term(const Tick& tick, const std::string& name) {
  return std::ranges::any_of(tick.loss, [&](const auto& t) { return t.first == name; });
}

Tensor samples(Gan& gan, const Condition& condition, int64_t n) {
  const Address address{.seed = 3, .purpose = Purpose::sample};
  return draw_samples(gan, gan.latents(address, 0, n), condition, address);
}

// The tokens of two equal texts.
Tensor text(int64_t i) {
  return at::tensor(std::vector<int64_t>{i, 1, 2, i, 1, 2}, at::kLong).reshape({2, 3});
}

const Setup kSetup{.seed = 11, .tensor = at::TensorOptions(at::kFloat)};

TEST(Rehearsal, SuperResolutionPretrainsAndThenPlays) {
  DatasetInfo shape = test::data_info({1, 16, 16});
  shape.input_image = {1, 8, 8};
  // Smooth images, and each one at half its size.
  const auto image = [](int64_t i, double y, double x) {
    return static_cast<float>(std::sin(0.3 * y + 0.1 * static_cast<double>(i)) * std::cos(0.4 * x));
  };
  const auto data = std::make_shared<test::MemoryDataset>(shape, 40, [=](int64_t i, Sample& s) {
    s.input_image.resize(64);
    for (int k = 0; k < 256; ++k) s.values[k] = image(i, k / 16, k % 16);
    for (int k = 0; k < 64; ++k) s.input_image[k] = image(i, 2 * (k / 8) + 0.5, 2 * (k % 8) + 0.5);
  });
  const Options o = options(40);
  SuperResolution gan(o, shape, kSetup, 30);
  const Rehearsed r = train(gan, o, data);
  EXPECT_LT(term(r.ticks[29], "pixels"), 0.5 * term(r.ticks[0], "pixels"));
  EXPECT_FALSE(has_term(r.ticks[29], "D"));
  EXPECT_FALSE(has_term(r.ticks[30], "pixels"));
  for (const char* name : {"D", "content", "G"}) EXPECT_TRUE(has_term(r.ticks[30], name)) << name;
  for (const char* net : {"G", "D", "G_ema"}) EXPECT_GT(r.moved.at(net), 0) << net;
  EXPECT_EQ(r.moved.at("F"), 0);
  EXPECT_EQ(gan.net("F").state.sum().item<double>(), 6) << "a fixed net's statistics stay too";
  const Tensor small = test::numbers("small", {3, 1, 8, 8}).to(at::kFloat);
  EXPECT_EQ(samples(gan, {.input_image = small}, 3).sizes().vec(), (Shape{3, 1, 16, 16}));
}

TEST(Rehearsal, ATextEncoderLearnsWithTheGenerator) {
  DatasetInfo shape = test::data_info({2});
  shape.tokens = 3;
  shape.vocabulary = 10;
  const auto data = std::make_shared<test::MemoryDataset>(shape, 40, [](int64_t i, Sample& s) {
    s.tokens = {i % 10, (i / 2) % 10, (i / 3) % 10};
    s.values = {static_cast<float>(i % 10) / 5 - 1, static_cast<float>(i % 3) - 1};
  });
  const Options o = options(20);
  TextToPoints gan(o, shape, kSetup);
  const Rehearsed r = train(gan, o, data);
  for (const char* net : {"E", "G", "D", "E_ema", "G_ema"}) EXPECT_GT(r.moved.at(net), 0) << net;
  const Tensor a = samples(gan, {.tokens = text(0)}, 2), b = samples(gan, {.tokens = text(5)}, 2);
  EXPECT_EQ(a.sizes().vec(), (Shape{2, 2}));
  EXPECT_FALSE(test::same(a, b)) << "the text matters";
}

TEST(Rehearsal, AudioIsOneMoreShape) {
  const DatasetInfo shape = test::data_info({1, 64});
  const auto data = std::make_shared<test::MemoryDataset>(shape, 40);
  const Options o = options(20);
  Audio gan(o, shape, kSetup);
  const Rehearsed r = train(gan, o, data);
  for (const char* net : {"G", "D", "G_ema"}) EXPECT_GT(r.moved.at(net), 0) << net;
  EXPECT_EQ(samples(gan, {}, 5).sizes().vec(), (Shape{5, 1, 64}));
}

TEST(Rehearsal, AVaeHasOnePhaseAndNoDiscriminator) {
  const DatasetInfo shape = test::data_info({1, 6, 6});
  const auto data = std::make_shared<test::MemoryDataset>(shape, 40, [](int64_t i, Sample& s) {
    for (int k = 0; k < 36; ++k) s.values[k] = (k + i) % 4 < 2 ? 0.8f : -0.8f;
  });
  const Options o = options(150);
  Vae gan(o, shape, kSetup);
  const Rehearsed r = train(gan, o, data);
  const auto loss = [&](size_t i) {
    return term(r.ticks[i], "reconstruction") + term(r.ticks[i], "kl");
  };
  EXPECT_LT(loss(149), 0.5 * loss(0));
  for (const char* net : {"E", "G", "G_ema"}) EXPECT_GT(r.moved.at(net), 0) << net;
  EXPECT_EQ(samples(gan, {}, 5).sizes().vec(), (Shape{5, 1, 6, 6}));
}

}  // namespace
}  // namespace gannet
