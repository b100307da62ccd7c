// What a recipe is made of: a Gan is its networks and its phases. The training loop knows no GAN by
// name.
#pragma once

#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gannet/data/source_options.h"
#include "gannet/losses/terms.h"
#include "gannet/nn/net.h"
#include "gannet/training/options.h"

namespace gannet {

class Dataset;
class Step;

// One line of the paper's algorithm: these nets learn from this loss, `repeat` times, in every
// `every`-th training step of [from, until). The phases of a step share one real batch and one set
// of latents; a phase with `resample`, and each further repeat, draws its own.
struct Phase {
  std::string name;
  std::vector<std::string> nets;
  std::function<Terms(const Batch&, Step&)> loss;
  int64_t every = 1, repeat = 1;
  int64_t from = 0, until = std::numeric_limits<int64_t>::max();
  bool resample = false;
  std::function<void()> after = nullptr;  // called after each update: weight clipping

  bool due(int64_t step) const { return step >= from && step < until && step % every == 0; }
};

// How networks are made: the run's seed, the number type (float32, float64) and the device.
struct Setup {
  uint64_t seed = 0;
  at::TensorOptions tensor = at::TensorOptions(at::kFloat);
};

struct NetUse {
  double lr = 2e-4;  // learning rate
  double lazy_reg_ratio =
      1;             // main updates among all updates, where a lazy phase adds some (optimizer.h)
  bool ema = false;  // keep NAME_ema, the moving average that samples are drawn from
  bool trainable =
      true;  // false: fixed (features of a content term): no optimizer, evaluation mode
};

// Which sizes of input images a Gan takes beside the data's. One that enlarges takes any, by parts:
// its scale (else 0), and the radius of an output pixel's receptive field in input pixels. Others:
// sides that are multiples of `multiple_of` (0: none).
struct Tiling {
  int64_t scale = 0, receptive_field_radius = 0;
  int64_t multiple_of = 0;
};

class Gan {
 public:
  struct Member {
    std::unique_ptr<Net> net, ema;  // ema: null unless NetUse::ema
    double lr, lazy_reg_ratio;
    bool trainable;
  };

  explicit Gan(Setup setup) : setup_(setup) {}
  virtual ~Gan() = default;
  Gan(const Gan&) = delete;
  Gan& operator=(const Gan&) = delete;

  virtual std::vector<Phase> phases() = 0;
  virtual Shape latent() const = 0;  // of one z

  // Latents [n, ...] of the samples from number `first` on, at `address`. Default: standard normal.
  virtual Tensor latents(const Address& address, int64_t first, int64_t n) const;

  // The classes and attributes that samples are conditioned on: those of `data`, unless a recipe
  // has its own.
  virtual DatasetInfo condition_info(const DatasetInfo& data) const { return data; }
  // Random conditions of samples first, first + 1, ...: drawn at `address` with Purpose::label.
  // Default: a label, each as likely, where there are classes.
  virtual Condition conditions(const DatasetInfo& info, const Address& address, int64_t first,
                               int64_t n) const;

  // Samples in the network's range for latents z. Called in evaluation mode, without gradients.
  // Default: G_ema (G where there is no average) of z and the condition.
  virtual Tensor sample(const Tensor& z, const Condition& condition);

  // Style mixing (Net::mixed): as sample(), but layers of maps of `from` rows or more read fine's.
  struct Style {
    Tensor z;
    Condition condition;
  };
  virtual Tensor mix(const Style& coarse, const Style& fine, int64_t from);
  // The rows of maps from which on a style can be another's, ascending; empty: G reads its latent
  // and condition at one size alone.
  std::vector<int64_t> style_sizes();

  // Sentences of tokens [N, T] as vectors [N, W], which sample() takes as Condition::text_embedding
  // instead, and which can be mixed. Called as sample() is. Undefined where a recipe reads none.
  virtual Tensor encode_text(const Tensor& /*tokens*/) { return {}; }

  // What an autoencoder makes of samples x [N, ...], for standard normal noise z [N, latent()...]:
  // them again, and the lower bound of each one's log-likelihood in nats [N]. Called as sample()
  // is.
  struct Reconstruction {
    Tensor samples, elbo;
  };
  virtual std::optional<Reconstruction> reconstruct(const Tensor& /*x*/, const Tensor& /*z*/) {
    return {};
  }

  virtual Tiling tiling() const { return {}; }

  // One line for each option that works and has no effect with these networks.
  virtual std::vector<std::string> warnings() const { return {}; }

  // State besides networks that a resume needs (image pool, moving averages), by name.
  virtual std::map<std::string, Tensor*> state() { return {}; }

  const std::vector<Member>& members() const { return members_; }
  Net& net(std::string_view name);  // throws Error for an unknown one; NAME_ema is known too
  Net& ema(std::string_view name);  // NAME_ema, or NAME where it has no average
  // The net that samples are drawn from (G_ema, or G where it has no average) and the
  // discriminator D; null where a recipe has no net of that name.
  Net* generator_net();
  Net* discriminator_net();
  std::vector<Net*> nets();  // all, averages after their originals
  bool has_input(
      std::string_view input) const;  // does any net have this input ("labels", "attributes")?
  const Setup& setup() const { return setup_; }

 protected:
  Net& add(NetSpec spec, NetUse use);
  void set_lazy_reg_ratio(const Net& net, double ratio);  // NetUse's; before a Trainer is made

 private:
  Setup setup_;
  std::vector<Member> members_;
  uint32_t layers_ = 0;  // numbers given out to layers so far
};

// A recipe: one file in recipes/, one name in their table (recipes.cpp).
struct Recipe {
  std::string_view name, paper, summary;
  std::string_view try_data;                        // a built-in source
  std::string_view try_sample;                      // the options that `gannet sample` then needs
  std::unique_ptr<Options> (*options)() = nullptr;  // with the paper's values
  std::function<std::unique_ptr<Gan>(const Options&, const DatasetInfo&, const Setup&)> make;
  // Throws UsageError for options that contradict each other or the data. For new runs: what `make`
  // takes, a network in a file may have. Null: nothing to check.
  std::function<void(const Options&, const DatasetInfo&)> check = nullptr;
  bool takes_video = false;  // takes videos [C, T, H, W]; make_gan refuses them for other recipes
  bool image_to_image = false;  // makes samples from Condition::input_image
  // The dataset that it trains on, from the one of --data; null: that itself (prepared(),
  // recipes.h).
  std::function<std::shared_ptr<const Dataset>(std::shared_ptr<const Dataset>, const Options&)>
      prepare = nullptr;
  // The options of --preset default that differ from the paper's, for this data and number of
  // samples, each with its reason; null: none.
  std::vector<Decision> (*defaults)(const DatasetInfo& data, int64_t samples) = nullptr;
};

}  // namespace gannet
