#include "gannet/tools/fgsm.h"
#include "gannet/data/registry.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/sign.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tensor.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/data/loader.h"
#include "gannet/data/raw_samples.h"
#include "gannet/losses/auxiliary.h"
#include "gannet/models/model_file.h"
#include "gannet/tensor/image_grid.h"
#include "gannet/tensor/on_device.h"
#include "gannet/tensor/random.h"
#include "gannet/training/classifier.h"

namespace gannet {
namespace {

constexpr const char* kFormat = "gannet-classifier-1";
constexpr int64_t kBlock = 100;

struct Labelled {
  Tensor x, labels;
};

Labelled read(const Dataset& data, const std::vector<int64_t>& numbers) {
  std::vector<int64_t> labels;
  Sample sample;
  for (const int64_t number : numbers) {
    data.get(number, sample);
    labels.push_back(sample.label);
  }
  return {read_network_samples(data, numbers), at::tensor(labels, at::kLong)};
}

NamedTensors tensors_of(const Net& net) {
  NamedTensors all;
  for (const Slot& slot : net.slots())
    all.emplace_back(net.name() + "." + slot.name, Net::view(net.parameters, slot));
  return all;
}

class Fgsm {
 public:
  explicit Fgsm(const FgsmRequest& request) : request_(request) {
    SourceOptions options = request.source;
    options.split = "train";
    data_ = open_dataset(request.data, options);
    if (!data_->info().is_image() || data_->info().classes_count() < 2)
      throw Error("expected images of two classes or more", request.data);
    options.split = "test";
    try {
      test_ = open_dataset(request.data, options);
    } catch (const UsageError&) {  // a file or folder has no such part
      test_ = data_;
    }
    net_ = std::make_unique<Net>(
        small_classifier("C", data_->info().dims, data_->info().classes_count()), request.seed, 0,
        tensors_on(request.device));
    file_ = request.classifier.empty()
                ? Path(data_folder()) / "classifiers" /
                      (data_->name() + "-" + std::to_string(request.seed) + ".safetensors")
                : request.classifier;
  }

  FgsmReport run(const std::function<void(const std::string&)>& on_progress) {
    FgsmReport report{.classifier = file_};
    if (!load()) {
      train(on_progress);
      save();
      report.trained = true;
    }
    measure(report);
    for (const uint64_t number : request_.images) report.examples.push_back(example(number));
    return report;
  }

 private:
  // False where there is no file, and where the one at the default place is of other data or steps.
  bool load() {
    std::error_code ignored;
    if (!std::filesystem::exists(file_, ignored)) return false;
    const Bytes bytes = read_file(file_);
    const std::string source = file_.string();
    const SafetensorsFile file = read_safetensors(bytes, source, Checksum::required);
    if (metadata_at(file.metadata, "format", source) != kFormat)
      throw Error("not a classifier of Gannet", source);
    if (metadata_at(file.metadata, "dataset", source) != data_->hash() ||
        metadata_at(file.metadata, "steps", source) != std::to_string(request_.steps)) {
      if (request_.classifier.empty()) return false;
      throw Error("this classifier was trained on other data, or for another number of steps",
                  source, "another --classifier file, or none");
    }
    read_into(file, tensors_of(*net_), source);
    return true;
  }

  void train(const std::function<void(const std::string&)>& on_progress) {
    const int64_t batch = std::min(request_.batch, data_->size());
    Loader loader(data_, {.seed = request_.seed, .batch = batch, .device = device()});
    fit_classifier(*net_, [&](int64_t number) { return loader.get(number); },
                   {.steps = request_.steps, .on_step = [&](int64_t step, double loss) {
                      if (on_progress && (step + 1) % 250 == 0)
                        on_progress("classifier: step " + std::to_string(step + 1) + " of " +
                                    std::to_string(request_.steps) + ", loss " +
                                    std::to_string(loss));
                    }});
  }

  void save() const {
    std::error_code error;
    if (file_.has_parent_path()) std::filesystem::create_directories(file_.parent_path(), error);
    write_model(file_,
                {{"format", kFormat},
                 {"data", data_->name()},
                 {"dataset", data_->hash()},
                 {"steps", std::to_string(request_.steps)},
                 {"seed", std::to_string(request_.seed)}},
                tensors_of(*net_));
  }

  // x + epsilon signs, rounded to the 8 bits of a file.
  Tensor perturbed(const Tensor& x, const Tensor& signs) const {
    return to_bytes((x + 2 * request_.epsilon * signs).clamp(-1, 1))
                   .permute({0, 3, 1, 2})
                   .to(at::kFloat) /
               127.5 -
           1;
  }

  at::Device device() const { return net_->parameters.device(); }

  // sign(dJ/dx), on the CPU as all images here
  Tensor gradient_signs(const Tensor& x, const Tensor& labels) {
    const at::TensorOptions to = net_->parameters.options();
    const Tensor leaf = moved(x, to).clone().set_requires_grad(true);
    net_->set_mode({});
    classification_loss(net_->operator()(leaf), moved(labels, to)).backward();
    return at::sign(leaf.grad()).to(at::kCPU);
  }

  void measure(FgsmReport& report) {
    const int64_t n = std::min(request_.limit, test_->size());
    double right = 0, right_adversarial = 0, right_random = 0;
    for (int64_t from = 0; from < n; from += kBlock) {
      std::vector<int64_t> numbers;
      for (int64_t i = from; i < std::min(from + kBlock, n); ++i) numbers.push_back(i);
      const Labelled some = read(*test_, numbers);
      const auto count = static_cast<double>(numbers.size());
      const auto hits = [&](const Tensor& x) {
        return count * accuracy(class_scores(*net_, x), some.labels);
      };
      const Shape dims(some.x.sizes().begin() + 1, some.x.sizes().end());
      const Tensor random = uniform({.seed = request_.seed, .purpose = Purpose::noise}, from,
                                    some.x.size(0), dims, at::kFloat);
      right += hits(some.x);
      right_adversarial += hits(perturbed(some.x, gradient_signs(some.x, some.labels)));
      right_random += hits(perturbed(some.x, at::sign(random - 0.5)));
    }
    report.measured = n;
    report.accuracy = right / static_cast<double>(n);
    report.adversarial_accuracy = right_adversarial / static_cast<double>(n);
    report.random_accuracy = right_random / static_cast<double>(n);
  }

  Prediction predict(const Tensor& x) {  // [1, C, H, W]
    const auto [best, which] = at::softmax(class_scores(*net_, x).to(at::kDouble), 1).max(1);
    return {data_->info().classes.at(static_cast<size_t>(which.item<int64_t>())),
            best.item<double>()};
  }

  AdversarialExample example(uint64_t number) {
    if (number >= static_cast<uint64_t>(test_->size()))
      throw UsageError(
          "there is no such image, the last one is " + std::to_string(test_->size() - 1),
          "--images " + std::to_string(number));
    const Labelled one = read(*test_, {static_cast<int64_t>(number)});
    const Tensor after = perturbed(one.x, gradient_signs(one.x, one.labels));
    const std::vector<std::string>& names = data_->info().classes;
    AdversarialExample result{.image = static_cast<int64_t>(number),
                              .label = names.at(static_cast<size_t>(one.labels.item<int64_t>()))};
    result.before = predict(one.x);
    result.after = predict(after);
    const Tensor difference = after - one.x;
    const auto largest = difference.abs().max().item<double>();
    result.original = draw_grid(one.x, 1, 1);
    result.perturbation = draw_grid(largest > 0 ? difference / largest : difference, 1, 1);
    result.perturbed = draw_grid(after, 1, 1);
    return result;
  }

  const FgsmRequest& request_;
  std::shared_ptr<const Dataset> data_, test_;
  std::unique_ptr<Net> net_;
  Path file_;
};

}  // namespace

FgsmReport fgsm(const FgsmRequest& request,
                const std::function<void(const std::string&)>& on_progress) {
  return Fgsm(request).run(on_progress);
}

}  // namespace gannet
