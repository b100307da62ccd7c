#include "bench/tasks.h"

#include <ATen/Context.h>
#include <ATen/DeviceAccelerator.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/mm.h>
#include <ATen/ops/rand.h>

#include <algorithm>
#include <chrono>
#include <memory>

#include "gannet/base/error.h"
#include "gannet/base/machine.h"
#include "gannet/base/spelling.h"
#include "gannet/data/registry.h"
#include "gannet/models/sampling.h"
#include "gannet/tensor/on_device.h"
#include "gannet/training/adversarial_objective.h"
#include "gannet/training/trainer.h"

namespace gannet::bench {
namespace {

// bench/peers/dcgan28.py: the InfoGAN networks at 1x28x28.
NetSpec dcgan28_generator() {
  NetSpec G("G", {64});
  G.dense(1024)
      .batch_norm()
      .leaky_relu(0.2)
      .dense({128, 7, 7})
      .flatten()
      .batch_norm()
      .leaky_relu(0.2)
      .reshape({128, 7, 7});
  return G.conv_transpose(64).batch_norm().leaky_relu(0.2).conv_transpose(1).sigmoid();
}
NetSpec dcgan28_discriminator() {
  NetSpec D("D", {1, 28, 28});
  return D.conv_down(64)
      .leaky_relu(0.2)
      .conv_down(128)
      .batch_norm()
      .leaky_relu(0.2)
      .dense(1024)
      .batch_norm()
      .leaky_relu(0.2)
      .dense(1);
}

// bench/peers/mlp28.py: perceptrons on 784 numbers; batch norm with epsilon 0.8, as published.
NetSpec mlp28_generator() {
  NetSpec G("G", {100});
  G.dense(128).leaky_relu(0.2);
  for (const int64_t width : {256, 512, 1024}) G.dense(width).batch_norm(0.1, 0.8).leaky_relu(0.2);
  return G.dense(784).tanh();
}
NetSpec mlp28_discriminator() {
  return NetSpec("D", {784}).dense(512).leaky_relu(0.2).dense(256).leaky_relu(0.2).dense(1);
}

// bench/peers/toy2d.py: the ring of eight Gaussians.
NetSpec toy2d_net(const char* name, int64_t out) {
  return NetSpec(name, {2}).dense(128).relu().dense(128).relu().dense(out);
}

// bench/peers/dcgan64.py: DCGAN at 3x64x64; its 4x4 convolution of a single pixel is a dense layer.
NetSpec dcgan64_generator() {
  NetSpec G("G", {100});
  G.dense({512, 4, 4}, false).batch_norm().relu();
  for (const int64_t width : {256, 128, 64}) G.conv_transpose(width).batch_norm().relu();
  return G.conv_transpose(3, 4, {.stride = 2, .padding = 1, .bias = false}).tanh();
}
NetSpec dcgan64_discriminator() {
  NetSpec D("D", {3, 64, 64});
  D.conv(64, 4, {.stride = 2, .padding = 1, .bias = false}).leaky_relu(0.2);
  for (const int64_t width : {128, 256, 512}) D.conv_down(width).batch_norm().leaky_relu(0.2);
  return D.dense(1, false);
}

// bench/peers/resnet32_r3.py: residual networks at 3x32x32 without normalization, R1 and R2 at each
// step.
void residual(NetSpec& net) {
  const std::string name = "residual" + std::to_string(net.nodes().size());
  const int64_t width = net.shape()[0];
  net.mark(name).leaky_relu(0.2).conv(width, 3).leaky_relu(0.2).conv(width, 3).add(name);
}
NetSpec resnet32_generator() {
  NetSpec G("G", {64});
  residual(G.dense({128, 4, 4}));
  for (const int64_t width : {128, 96, 64}) residual(G.conv(width, 1).upsample());
  return G.leaky_relu(0.2).conv(3, 3);
}
NetSpec resnet32_discriminator() {
  NetSpec D("D", {3, 32, 32});
  residual(D.conv(64, 3));
  for (const int64_t width : {96, 128, 128}) residual(D.avg_pool().conv(width, 1));
  return D.leaky_relu(0.2).dense(1);
}

struct Task {
  const char* name;
  int64_t batch, steps, nz;  // steps: enough for a median in seconds to a minute on one core
  double lr;
  Shape shape;
  NetSpec (*G)();
  NetSpec (*D)();
  bool r3 = false;       // R3GAN's loss, R1 and R2, and betas
  bool samples = false;  // what `gannet sample` computes in place of a training step
};

const std::vector<Task>& tasks() {
  static const std::vector<Task> all = {
      {"dcgan28", 64, 100, 64, 2e-4, {1, 28, 28}, dcgan28_generator, dcgan28_discriminator},
      {"mlp28", 64, 100, 100, 2e-4, {784}, mlp28_generator, mlp28_discriminator},
      {"toy2d",
       256,
       100,
       2,
       1e-3,
       {2},
       [] { return toy2d_net("G", 2); },
       [] { return toy2d_net("D", 1); }},
      {"dcgan64", 64, 15, 100, 2e-4, {3, 64, 64}, dcgan64_generator, dcgan64_discriminator},
      {"resnet32_r3",
       64,
       6,
       64,
       2e-4,
       {3, 32, 32},
       resnet32_generator,
       resnet32_discriminator,
       true},
      {"sample",
       64,
       60,
       100,
       2e-4,
       {3, 64, 64},
       dcgan64_generator,
       dcgan64_discriminator,
       false,
       true},
  };
  return all;
}

const Task& find(const std::string& name) {
  std::vector<std::string> known = names();
  for (const Task& task : tasks())
    if (task.name == name) return task;
  const std::string near = closest_name(name, known);
  std::string all;
  for (const std::string& task : known) all += (all.empty() ? "" : ", ") + task;
  throw UsageError("unknown task", "--cfg " + name,
                   near.empty() ? "the tasks are " + all : "did you mean " + near + "?");
}

class BenchGan : public Gan {
 public:
  BenchGan(const Task& task, const Options& options, const at::TensorOptions& tensor)
      : Gan({.tensor = tensor}),
        options_(options),
        G_(add(task.G(), {.lr = options.lr})),
        D_(add(task.D(), {.lr = options.lr})) {}
  std::vector<Phase> phases() override { return objective_.phases(); }
  Shape latent() const override { return {options_.nz}; }

 private:
  const Options& options_;
  Net &G_, &D_;
  AdversarialObjective objective_{G_, D_, options_};
};

// Numbers without meaning, of the right shape: the peers time the same.
class RandomData : public Dataset {
 public:
  RandomData(Shape dims, int64_t n) : values_(n * count(dims)), n_(n) {
    info_.dims = std::move(dims);
    uniform({.purpose = Purpose::synthetic}, 0, values_);
  }
  int64_t size() const override { return n_; }
  const DatasetInfo& info() const override { return info_; }
  void get(int64_t index, Sample& into) const override {
    const int64_t width = count(info_.dims);
    into.values.assign(values_.begin() + index * width, values_.begin() + (index + 1) * width);
  }
  std::string hash() const override { return ""; }
  std::string name() const override { return "random"; }

 private:
  DatasetInfo info_;
  std::vector<float> values_;
  int64_t n_;
};

struct Stopwatch : Observer {
  int64_t warm, steps;
  std::vector<double> ms;
  std::chrono::steady_clock::time_point last = std::chrono::steady_clock::now();

  bool on_step(const Trainer& trainer) override {
    synchronize(trainer.gan().setup().tensor.device());
    const auto now = std::chrono::steady_clock::now();
    if (warm-- <= 0) ms.push_back(std::chrono::duration<double, std::milli>(now - last).count());
    last = now;
    return static_cast<int64_t>(ms.size()) < steps;
  }
};

// Milliseconds of `steps` training steps, after `warm`.
std::vector<double> time_training(const Task& task, const Options& options, BenchGan& gan,
                                  int64_t warm, int64_t steps) {
  std::shared_ptr<const Dataset> data =
      std::make_shared<RandomData>(task.shape, 16 * options.batch);
  if (task.shape == Shape{2}) data = open_dataset("ring-8");
  Loader loader(data, {.batch = options.batch, .device = gan.setup().tensor.device()});
  Trainer trainer(gan, loader, options);
  Stopwatch watch;
  watch.warm = warm;
  watch.steps = steps;
  trainer.train(watch);
  return watch.ms;
}

// bench/peers/sample.py: a batch of samples from the same latents each time, in the blocks that do
// not let a sample depend on its batch; fewer than a block are a block of their own.
std::vector<double> time_sampling(const Options& options, BenchGan& gan, int64_t warm,
                                  int64_t steps) {
  const Address draws{.purpose = Purpose::sample};
  const Tensor z = gan.latents(draws, 0, options.batch);
  std::vector<double> ms;
  for (int64_t i = -warm; i < steps; ++i) {
    const auto start = std::chrono::steady_clock::now();
    draw_samples(gan, z, {}, draws, 0, {}, std::min(options.batch, kSampleBlock));
    synchronize(gan.setup().tensor.device());
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    if (i >= 0) ms.push_back(took.count());
  }
  return ms;
}

// Floating point operations of a forward pass of one sample, and of its first layer with weights.
struct Flops {
  double all = 0, first = 0;
};
Flops flops_of(const NetSpec& spec) {
  Flops flops;
  for (const NetSpec::Row& row : spec.table()) {
    flops.all += static_cast<double>(row.flops);
    if (flops.first == 0 && row.parameters > 0) flops.first = static_cast<double>(row.flops);
  }
  return flops;
}

double flops_of_step(const Task& task) {
  const Flops G = flops_of(task.G()), D = flops_of(task.D());
  if (task.samples) return G.all;
  const auto learning = [](const Flops& net) { return 3 * net.all - net.first; };
  if (task.r3)  // value_and_grad, four passes each, of real and fake; D(real) for G's loss
    return 2 * 4 * D.all + 3 * D.all + learning(G);
  return 2 * learning(D) + 2 * D.all + learning(G);
}

}  // namespace

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const Task& task : tasks()) all.emplace_back(task.name);
  return all;
}

int64_t default_batch(const std::string& task) { return find(task).batch; }

int64_t default_steps(const std::string& task) { return find(task).steps; }

Result run(const std::string& name, int64_t batch, int64_t steps, const std::string& device,
           const std::string& precision) {
  const Task& task = find(name);
  at::globalContext().setFlushDenormal(true);
  Options options;
  options.nz = task.nz;
  options.precision = precision;
  options.lr = options.glr = options.dlr = task.lr;
  options.batch = batch;
  options.kimg = 1e9;
  options.tick = static_cast<double>(batch * (steps + steps / 10 + 10)) / 1000;  // no tick inside
  options.ema = 0;
  if (task.r3) {
    options.loss = "rpgan";
    options.r1 = options.r2 = 1;
    options.b1 = 0;
    options.b2 = 0.99;
  }
  const at::TensorOptions tensor = tensors_on(device);
  if (tensor.device().is_cuda()) at::accelerator::resetPeakStats(tensor.device().index());
  BenchGan gan(task, options, tensor);
  const int64_t warm = steps / 10 + 3;
  std::vector<double> ms = task.samples ? time_sampling(options, gan, warm, steps)
                                        : time_training(task, options, gan, warm, steps);
  std::ranges::sort(ms);
  const double median = ms[ms.size() / 2];
  const double gflop = 1e-9 * flops_of_step(task) * static_cast<double>(batch);
  return {median,
          ms.front(),
          1e3 * static_cast<double>(batch) / median,
          resident_memory().peak_mb,
          memory_use(tensor.device()).peak_mb,
          batch,
          steps,
          gflop,
          1e3 * gflop / median};
}

double measured_peak(const std::string& device, const std::string& precision) {
  const at::TensorOptions tensor = tensors_on(device);
  constexpr int64_t n = 1024;
  const at::NoGradGuard no_grad;
  const Tf32 tf32(precision == "tf32");
  const Tensor x = at::rand({n, n}, tensor);
  const Tensor a = precision == "bf16" ? x.to(at::kBFloat16) : x;
  Net net(NetSpec("product", {n}).dense(n, false), 0, 0, tensor);
  double best = 1e30;  // seconds
  for (int i = 0; i < 20; ++i)
    for (const bool own : {false, true}) {
      if (own && precision == "bf16") continue;
      const auto start = std::chrono::steady_clock::now();
      const Tensor y = own ? Tensor(net(x)) : at::mm(a, a);
      synchronize(tensor.device());
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
      best = std::min(best, took.count());
    }
  return 2e-9 * n * n * n / best;
}

}  // namespace gannet::bench
