// A Gan of a few weights on 2-D points, whose phases a test gives; and a run of it.
#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "gannet/nn/layers.h"
#include "gannet/training/adversarial_objective.h"
#include "gannet/training/trainer.h"
#include "support/memory_dataset.h"

namespace gannet::test {

inline const at::TensorOptions kDouble = at::TensorOptions().dtype(at::kDouble);

// Passes its input on and counts how often it is called.
struct CountingLayer : Layer {
  explicit CountingLayer(int* calls) : calls_(calls) {}
  std::string_view kind() const override { return "counter"; }
  Shape shape(std::span<const Shape> in) const override { return in[0]; }
  Tensor reference(std::span<const Tensor> in, Call&) const override {
    ++*calls_;
    return in[0];
  }
  int* calls_;
};

// Batches of 4, a tick every two steps, six steps.
inline Options tiny_options() {
  Options o;
  o.nz = 3;
  o.batch = 4;
  o.lr = 0.01;
  o.seed = 11;
  o.tick = 0.008;
  o.snap = 1;
  o.kimg = 0.024;
  return o;
}

class TinyGan : public Gan {
 public:
  using Phases = std::function<std::vector<Phase>(TinyGan&)>;

  TinyGan(const Options& o, Phases phases = nullptr, bool norm = true,
          at::TensorOptions tensor = kDouble)
      : Gan({.seed = o.seed, .tensor = tensor}),
        options(o),
        G(add(generator(o, &g_calls, norm), {.lr = o.g_rate(), .ema = o.has_ema()})),
        D(add(NetSpec("D", {2}).dense(5).leaky_relu(0.2).dropout(0.3).dense(1),
              {.lr = o.d_rate()})),
        phases_(std::move(phases)) {}

  std::vector<Phase> phases() override { return phases_ ? phases_(*this) : game.phases(); }
  Shape latent() const override { return {options.nz}; }
  std::map<std::string, Tensor*> state() override { return game.state(); }

  int g_calls = 0;  // also those of G_ema
  const Options options;
  Net &G, &D;
  AdversarialObjective game{G, D, options};

 private:
  static NetSpec generator(const Options& o, int* calls, bool norm) {
    NetSpec G("G", {o.nz});
    G.append(std::make_shared<CountingLayer>(calls)).dense(6);
    if (norm) G.batch_norm();
    return G.relu().dropout(0.2).dense(2);
  }
  Phases phases_;
};

inline std::shared_ptr<Dataset> points() {
  return std::make_shared<MemoryDataset>(data_info({2}), 22);
}

inline Loader make_loader(const Options& o, std::shared_ptr<const Dataset> data) {
  return Loader(std::move(data), {.seed = o.seed, .batch = o.batch / o.accumulate});
}

// Calls a function after each step; its false stops the run. Keeps the ticks.
struct Watcher : Observer {
  std::function<bool(const Trainer&)> step = [](const Trainer&) { return true; };
  std::vector<Tick> ticks;
  std::vector<int64_t> snapshots, stops;

  bool on_step(const Trainer& trainer) override { return step(trainer); }
  void on_tick(const Trainer&, const Tick& tick) override { ticks.push_back(tick); }
  void on_snapshot(Trainer& trainer) override { snapshots.push_back(trainer.step()); }
  void on_stop(Trainer& trainer) override { stops.push_back(trainer.step()); }
};

}  // namespace gannet::test
