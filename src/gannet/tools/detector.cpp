#include "gannet/tools/detector.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/full.h>
#include <ATen/ops/maximum.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "gannet/base/error.h"
#include "gannet/data/files/network_input.h"
#include "gannet/data/fitted_samples.h"
#include "gannet/data/input_range.h"
#include "gannet/data/registry.h"
#include "gannet/metrics/roc.h"
#include "gannet/models/model_file.h"
#include "gannet/models/network_path.h"
#include "gannet/models/sampling.h"
#include "gannet/models/zoo.h"
#include "gannet/tensor/image_grid.h"
#include "gannet/tensor/on_device.h"
#include "gannet/tools/detail/network_images.h"
#include "gannet/tools/detail/real_fake.h"

namespace gannet {
namespace {

constexpr int64_t kFewest = 40;  // real images
constexpr int64_t kBlock = 64;   // images scored at a time
// Sample numbers from here on are generate()'s, those below are for training and calibration.
constexpr int64_t kFirstGenerated = int64_t{1} << 24;

}  // namespace

struct Detector::State {
  Model model;
  DetectorRequest request;
  std::unique_ptr<Net> classifier;
  Calibration calibration;
  std::vector<std::vector<double>> real;  // of each score: the held-out real images', ascending
  Protocol protocol;

  bool uses_discriminator() const { return protocol.discriminator_unusable.empty(); }

  // The real images to train on and those to calibrate with.
  std::pair<Tensor, Tensor> read_real_images() {
    SourceOptions options = request.source;
    const std::string data =
        request.data.empty() ? data_of_run(request.network, options) : request.data;
    if (data.empty())
      throw UsageError(
          "no real images: --data is missing, and no run beside the network names them",
          protocol.network, "--data FOLDER");
    RealImages training = open_real_images(data, model.info, options, request.limit, request.seed);
    protocol.notes = training.notes;
    Tensor held_out;
    if (request.held_out.empty()) {
      const int64_t kept = training.x.size(0) * 3 / 4;
      held_out = training.x.slice(0, kept);
      training.x = training.x.slice(0, 0, kept);
      protocol.held_out = "a quarter of " + training.name;
    } else {
      const RealImages more = open_real_images(request.held_out, model.info, options,
                                               request.limit / 3 + 2, request.seed);
      held_out = more.x;
      protocol.notes.insert(protocol.notes.end(), more.notes.begin(), more.notes.end());
      protocol.held_out = more.name;
    }
    const int64_t n = training.x.size(0), m = held_out.size(0);
    if (n + m < kFewest || m < 10)
      throw Error("expected at least " + std::to_string(kFewest) +
                      " real images, a quarter of them "
                      "held out, found " +
                      std::to_string(n) + " and " + std::to_string(m),
                  data);
    protocol.data = training.name;
    return {training.x, held_out};
  }

  // Samples of the generator, rounded to the 8 bits of a file.
  Tensor generate(int64_t first, int64_t n) {
    const Address z{.seed = request.seed, .purpose = Purpose::metric, .layer = 21},
        c{.seed = request.seed, .purpose = Purpose::label, .layer = 21};
    const Tensor x = draw_samples(*model.gan, model.gan->latents(z, first, n),
                                  model.gan->conditions(model.info, c, first, n),
                                  {.seed = request.seed, .purpose = Purpose::sample}, first);
    return to_bytes(x).permute({0, 3, 1, 2}).to(at::kFloat) / 127.5 - 1;
  }

  // Of each image the classifier's score and, where it is used, the discriminator's.
  Scores scores(const Tensor& x) {
    const at::NoGradGuard no_grad;
    Scores all;
    for (int64_t from = 0; from < x.size(0); from += kBlock) {
      const Tensor part = x.slice(0, from, std::min(from + kBlock, x.size(0)));
      const Tensor by_classifier = fake_log_odds(*classifier, part).to(at::kCPU, at::kDouble);
      const Tensor by_d = uses_discriminator()
                              ? -discriminator_logits(model, part).to(at::kCPU, at::kDouble)
                              : Tensor();
      for (int64_t i = 0; i < part.size(0); ++i) {
        all.push_back({by_classifier[i].item<double>()});
        if (uses_discriminator()) all.back().push_back(by_d[i].item<double>());
      }
    }
    return all;
  }

  // See DetectionScore::p_value.
  double conformal_p_value(const std::vector<double>& scores) const {
    double least = 1;
    for (size_t k = 0; k < scores.size(); ++k) {
      const auto as_high = real[k].end() - std::ranges::lower_bound(real[k], scores[k]);
      least = std::min(least,
                       static_cast<double>(as_high + 1) / static_cast<double>(real[k].size() + 1));
    }
    return std::min(1.0, least * static_cast<double>(scores.size()));
  }

  void train(const Tensor& real, const Tensor& fake,
             const std::function<void(const std::string&)>& on_progress) {
    classifier = real_fake_net(model.info.dims, request.seed, model.gan->setup().tensor);
    const auto on_step = [&](int64_t step, double loss) {
      if (!on_progress || (step + 1) % 100 != 0) return;
      on_progress("classifier: step " + std::to_string(step + 1) + " of " +
                  std::to_string(request.steps) + ", loss " + std::to_string(loss));
    };
    fit_real_fake(*classifier, real, fake, std::min(request.batch, real.size(0)), request.seed,
                  {.steps = request.steps, .on_step = on_step});
    protocol.trained_real = real.size(0);
    protocol.trained_fake = fake.size(0);
    protocol.steps = request.steps;
  }

  void calibrate(const Tensor& real_images, const Tensor& fake_images) {
    const Scores of_real = scores(real_images), of_fake = scores(fake_images);
    calibration = fit_calibration(of_real, of_fake);
    for (size_t k = 0; k < of_real[0].size(); ++k) {
      auto& ascending = real.emplace_back();
      for (const auto& s : of_real) ascending.push_back(s[k]);
      std::ranges::sort(ascending);
    }
    double right = 0;
    for (const auto& s : of_real) right += calibration.probability(s) < 0.5;
    for (const auto& s : of_fake) right += calibration.probability(s) >= 0.5;
    protocol.accuracy = right / static_cast<double>(of_real.size() + of_fake.size());
    protocol.calibrated_real = real_images.size(0);
    protocol.calibrated_fake = fake_images.size(0);
  }
};

static void check_draws_images(const DatasetInfo& info, const Path& file) {
  if (info.is_image()) return;
  throw Error(std::string("this network draws ") +
                  (info.is_points()  ? "points"
                   : info.is_audio() ? "audio clips"
                                     : "videos") +
                  ", and forged images are detected by networks of images",
              file.string(), "gannet compare A B tells any two sets of samples apart");
}

std::optional<StoredRange> network_value_range(const Path& network) {
  const Path file = network_path(network);
  const Bytes bytes = read_network_file(file);
  const DatasetInfo info = info_from_metadata(
      read_model_file(bytes, "network", file.string(), "").metadata, file.string());
  check_draws_images(info, file);
  return info.value_range;
}

Detector::Detector(const DetectorRequest& request,
                   const std::function<void(const std::string&)>& on_progress)
    : state_(std::make_unique<State>()) {
  State& s = *state_;
  s.request = request;
  const Path file = network_path(request.network);
  s.protocol.network = file.string();
  s.model = open_model(file, request.device);
  check_draws_images(s.model.info, file);
  require_latent(s.model, file, /*no_text=*/true);
  s.protocol.discriminator_unusable = discriminator_unusable(s.model);
  const auto [training, held_out] = s.read_real_images();
  const int64_t n = training.size(0);
  s.train(training, s.generate(0, n), on_progress);
  s.calibrate(held_out, s.generate(n, held_out.size(0)));
}

Detector::~Detector() = default;

const Detector::Protocol& Detector::protocol() const { return state_->protocol; }

std::vector<DetectionScore> Detector::scores(const std::vector<Image>& images) const {
  std::vector<DetectionScore> all;
  for (size_t from = 0; from < images.size(); from += kBlock) {
    std::vector<Tensor> inputs;
    for (size_t i = from; i < std::min(from + kBlock, images.size()); ++i)
      inputs.push_back(as_network_input(images[i], state_->model.info.dims));
    for (const std::vector<double>& scores : state_->scores(at::cat(inputs)))
      all.push_back({.probability = state_->calibration.probability(scores),
                     .p_value = state_->conformal_p_value(scores),
                     .discriminator = state_->uses_discriminator() ? scores[1] : NAN,
                     .classifier = scores[0]});
  }
  return all;
}

std::vector<Image> Detector::generate(int64_t n) const {
  std::vector<Image> all;
  for (int64_t from = 0; from < n; from += kSampleBlock) {
    const Tensor x = state_->generate(kFirstGenerated + from, std::min(kSampleBlock, n - from));
    for (int64_t i = 0; i < x.size(0); ++i) all.push_back(draw_grid(x.slice(0, i, i + 1), 1, 1));
  }
  return all;
}

}  // namespace gannet
