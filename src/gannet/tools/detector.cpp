#include "gannet/tools/detector.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/maximum.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "gannet/base/error.h"
#include "gannet/data/files/network_input.h"
#include "gannet/data/raw_samples.h"
#include "gannet/data/registry.h"
#include "gannet/metrics/roc.h"
#include "gannet/models/model_file.h"
#include "gannet/models/sampling.h"
#include "gannet/tensor/image_grid.h"
#include "gannet/training/classifier.h"

namespace gannet {
namespace {

constexpr int64_t kFewest = 40;       // real images
constexpr int64_t kMostClasses = 64;  // that D is asked about, one by one
constexpr int64_t kBlock = 64;        // images judged at a time
// Numbers of G's images: those that train and calibrate, and those for forgeries().
constexpr int64_t kShown = int64_t{1} << 24;

// What the run beside a network file was trained on.
std::string own_data(const Path& network, SourceOptions& source) {
  const Path folder = std::filesystem::is_directory(network) ? network : network.parent_path();
  std::error_code ignored;
  if (!std::filesystem::exists(folder / "options.json", ignored)) return "";
  const auto options = nlohmann::json::parse(read_text(folder / "options.json"), nullptr, false);
  if (options.is_discarded() || !options.is_object()) return "";
  if (source.image_size < 0 && options.value("image-size", nlohmann::json()).is_number_integer())
    source.image_size = options["image-size"].get<int64_t>();
  return options.value("data", "");
}

// Why a discriminator cannot be shown an image alone; "" where it can.
std::string unfit(Gan& gan, const DatasetInfo& shape) {
  const auto nets = gan.nets();
  const auto found = std::ranges::find(nets, "D", [](const Net* net) { return net->name(); });
  if (found == nets.end()) return "this network has none";
  const NetSpec& spec = (*found)->spec();
  if (spec.nodes()[0].shape != shape.dims) return "it was shown several samples at once";
  for (const Node& node : spec.nodes()) {
    if (node.kind != Node::Kind::input || node.name == "x") continue;
    if (node.name == "labels" && shape.classes_count() <= kMostClasses) continue;
    return "it wants to know the " + node.name + " of each image";
  }
  return "";
}

// Real images in the network's range, at its size.
struct Reals {
  std::string name;
  Tensor x;
};

Reals open_reals(const std::string& source, const DatasetInfo& shape, SourceOptions options,
                 int64_t limit, uint64_t seed) {
  options.image_size = takes_image_size(source) ? shape.dims[2] : -1;
  const auto data = open_samples(source, options);
  if (data->info().dims != shape.dims)
    throw Error("real images are " + to_string(data->info().dims) + ", the network's are " +
                    to_string(shape.dims),
                source);
  return {data->name(),
          read_network_samples(
              *data, random_choice(data->size(), 0, limit,
                                   {.seed = seed, .purpose = Purpose::metric, .layer = 20}))};
}

Image to_image(const Tensor& x) { return draw_grid(x, 1, 1); }  // [1, C, H, W]

Minibatches even_halves(const Tensor& real, const Tensor& forged, int64_t batch, uint64_t seed) {
  const Tensor labels =
      at::cat({at::zeros({real.size(0)}, at::kLong), at::ones({forged.size(0)}, at::kLong)});
  return minibatches(at::cat({real, forged}), labels, batch, seed);
}

}  // namespace

struct Detector::State {
  Model model;
  DetectorRequest request;
  std::unique_ptr<Net> critic;
  Calibration calibration;
  std::vector<std::vector<double>> real;  // scores of the held-out real ones, ascending, by witness
  Protocol protocol;

  bool asks_d() const { return protocol.no_discriminator.empty(); }

  // G's images as files would hold them: 8 bits deep.
  Tensor forged(int64_t first, int64_t n) {
    const Address z{.seed = request.seed, .purpose = Purpose::metric, .layer = 21},
        c{.seed = request.seed, .purpose = Purpose::label, .layer = 21};
    const Tensor x = draw_samples(*model.gan, model.gan->latents(z, first, n),
                                  model.gan->conditions(model.info, c, first, n),
                                  {.seed = request.seed, .purpose = Purpose::sample}, first);
    return to_bytes(x).permute({0, 3, 1, 2}).to(at::kFloat) / 127.5 - 1;
  }

  // Minus D's logit [n]; of a D that knows classes, of the class that it finds most credible.
  Tensor suspected_by_d(const Tensor& x) {
    Net& D = model.gan->net("D");
    const int64_t classes = D.spec().has_input("labels") ? model.info.classes_count() : 1;
    Tensor best;
    for (int64_t k = 0; k < classes; ++k) {
      D.set_mode({});
      const Tensor labels = at::full({x.size(0)}, k, at::TensorOptions().dtype(at::kLong));
      const Tensor said = D(x, Condition{.labels = labels}).main.reshape({x.size(0), -1}).mean(1);
      best = best.defined() ? at::maximum(best, said) : said;
    }
    return -best;
  }

  Scores scores(const Tensor& x) {
    const at::NoGradGuard no_grad;
    Scores all;
    for (int64_t from = 0; from < x.size(0); from += kBlock) {
      const Tensor part = x.slice(0, from, std::min(from + kBlock, x.size(0)));
      const Tensor by_critic = log_odds(class_scores(*critic, part)).to(at::kDouble);
      const Tensor by_d = asks_d() ? suspected_by_d(part).to(at::kDouble) : Tensor();
      for (int64_t i = 0; i < part.size(0); ++i) {
        all.push_back({by_critic[i].item<double>()});
        if (asks_d()) all.back().push_back(by_d[i].item<double>());
      }
    }
    return all;
  }

  double unusual(const std::vector<double>& scores) const {
    double least = 1;
    for (size_t k = 0; k < scores.size(); ++k) {
      const auto as_suspect = real[k].end() - std::ranges::lower_bound(real[k], scores[k]);
      least = std::min(
          least, static_cast<double>(as_suspect + 1) / static_cast<double>(real[k].size() + 1));
    }
    return std::min(1.0, least * static_cast<double>(scores.size()));
  }

  void learn(const Tensor& real, const Tensor& fake,
             const std::function<void(const std::string&)>& say) {
    critic = std::make_unique<Net>(small_classifier("critic", model.info.dims, 2), request.seed);
    const int64_t batch = std::min(request.batch, real.size(0));
    const auto on_step = [&](int64_t step, double loss) {
      if (!say || (step + 1) % 100 != 0) return;
      say("critic: step " + std::to_string(step + 1) + " of " + std::to_string(request.steps) +
          ", loss " + std::to_string(loss));
    };
    fit_classifier(*critic, even_halves(real, fake, batch, request.seed),
                   {.steps = request.steps, .on_step = on_step});
  }

  void weigh(const Tensor& real, const Tensor& fake) {
    const Scores of_real = scores(real), of_fake = scores(fake);
    calibration = fit_calibration(of_real, of_fake);
    for (size_t k = 0; k < of_real[0].size(); ++k) {
      auto& ascending = this->real.emplace_back();
      for (const auto& s : of_real) ascending.push_back(s[k]);
      std::ranges::sort(ascending);
    }
    double right = 0;
    for (const auto& s : of_real) right += calibration.probability(s) < 0.5;
    for (const auto& s : of_fake) right += calibration.probability(s) >= 0.5;
    protocol.accuracy = right / static_cast<double>(of_real.size() + of_fake.size());
  }
};

Detector::Detector(const DetectorRequest& request,
                   const std::function<void(const std::string&)>& say)
    : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.request = request;
  const Path file = network_file(request.network);
  s.model = open_model(file);
  const DatasetInfo& shape = s.model.info;
  if (!shape.is_image()) throw Error("this network draws no images", file.string());
  SourceOptions options = request.source;
  const std::string data = request.data.empty() ? own_data(request.network, options) : request.data;
  if (data.empty())
    throw UsageError("no real images: --data is missing, and no run beside the network names them",
                     file.string(), "--data FOLDER");
  Reals reals = open_reals(data, shape, options, request.limit, request.seed);
  Tensor calibrating;
  if (request.held_out.empty()) {
    const int64_t kept = reals.x.size(0) * 3 / 4;
    calibrating = reals.x.slice(0, kept);
    reals.x = reals.x.slice(0, 0, kept);
    s.protocol.held_out = "a quarter of " + reals.name;
  } else {
    const Reals more =
        open_reals(request.held_out, shape, options, request.limit / 3 + 2, request.seed);
    calibrating = more.x;
    s.protocol.held_out = more.name;
  }
  const int64_t n = reals.x.size(0), m = calibrating.size(0);
  if (n + m < kFewest || m < 10)
    throw Error("expected at least " + std::to_string(kFewest) +
                    " real images, a quarter of them "
                    "held out, found " +
                    std::to_string(n) + " and " + std::to_string(m),
                data);
  s.protocol.network = file.string();
  s.protocol.data = reals.name;
  s.protocol.no_discriminator = unfit(*s.model.gan, shape);
  s.protocol.trained_real = s.protocol.trained_forged = n;
  s.protocol.calibrated_real = s.protocol.calibrated_forged = m;
  s.protocol.steps = request.steps;
  s.learn(reals.x, s.forged(0, n), say);
  s.weigh(calibrating, s.forged(n, m));
}

Detector::~Detector() = default;

const Detector::Protocol& Detector::protocol() const { return state_->protocol; }

std::vector<Suspicion> Detector::judge(const std::vector<Image>& images) const {
  std::vector<Suspicion> all;
  for (size_t from = 0; from < images.size(); from += kBlock) {
    std::vector<Tensor> inputs;
    for (size_t i = from; i < std::min(from + kBlock, images.size()); ++i)
      inputs.push_back(as_network_input(images[i], state_->model.info.dims));
    for (const std::vector<double>& scores : state_->scores(at::cat(inputs)))
      all.push_back({.forged = state_->calibration.probability(scores),
                     .unusual = state_->unusual(scores),
                     .discriminator = state_->asks_d() ? scores[1] : NAN,
                     .critic = scores[0]});
  }
  return all;
}

std::vector<Image> Detector::forgeries(int64_t n) const {
  std::vector<Image> all;
  for (int64_t from = 0; from < n; from += kSampleBlock) {
    const Tensor x = state_->forged(kShown + from, std::min(kSampleBlock, n - from));
    for (int64_t i = 0; i < x.size(0); ++i) all.push_back(to_image(x.slice(0, i, i + 1)));
  }
  return all;
}

}  // namespace gannet
