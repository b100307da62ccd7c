#include "gannet/evaluation/feature_extractor.h"

#include <ATen/ops/cat.h>

#include <algorithm>

#include "gannet/base/error.h"
#include "gannet/base/spelling.h"
#include "gannet/evaluation/feature_net.h"
#include "gannet/evaluation/inception.h"
#include "gannet/formats/checksum.h"

namespace gannet {
namespace {

class Pixels : public FeatureExtractor {
 public:
  std::string name() const override { return "pixels"; }
  std::string hash() const override {
    return "sha256:" + sha256_hex(as_bytes("pixels 1: images in [0, 1], other samples in their own "
                                           "units, flattened"));
  }
  ExtractedFeatures extract(const Tensor& samples) const override {
    return {samples.flatten(1), {}};
  }
};

class NetFeatures : public FeatureExtractor {
 public:
  NetFeatures(std::string name, FeatureNet net) : name_(std::move(name)), net_(std::move(net)) {}
  std::string name() const override { return name_; }
  std::string hash() const override { return net_.hash(); }
  ExtractedFeatures extract(const Tensor& samples) const override {
    const FeatureNet::Result result = net_(samples);
    return {result.features, result.scores};
  }
  bool has_scores() const override { return true; }

 private:
  std::string name_;
  FeatureNet net_;
};

constexpr int64_t kInceptionBlock = 32;

class InceptionFeatures : public FeatureExtractor {
 public:
  explicit InceptionFeatures(InceptionFile file) : file_(std::move(file)) {}
  std::string name() const override {
    return nsfwjs() ? "nsfwjs-mixed5" : "inception-" + std::string(to_string(net().variant()));
  }
  std::string hash() const override { return file_.hash; }
  ExtractedFeatures extract(const Tensor& samples) const override {
    std::vector<Tensor> features, scores;
    for (int64_t from = 0; from < samples.size(0); from += kInceptionBlock) {
      const int64_t to = std::min(from + kInceptionBlock, samples.size(0));
      // A block is of one size: float32 results of small ones differ.
      const Inception::Result found =
          net()(net().input(pad_batch(samples.slice(0, from, to), kInceptionBlock)));
      features.push_back(found.features.slice(0, 0, to - from).to(at::kCPU));
      if (found.scores.defined())
        scores.push_back(found.scores.slice(0, 0, to - from).to(at::kCPU));
    }
    return {at::cat(features), scores.empty() ? Tensor() : at::cat(scores)};
  }
  bool has_scores() const override { return !nsfwjs(); }
  bool is_fid() const override { return !nsfwjs(); }
  std::string note() const override {
    return nsfwjs() ? "features of nsfwjs' network up to mixed5: no FID" : "";
  }

 private:
  const Inception& net() const { return file_.net; }
  bool nsfwjs() const { return net().variant() == InceptionVariant::nsfwjs; }
  InceptionFile file_;
};

// inception=FILE or nsfwjs=FILE; null: another name.
std::unique_ptr<FeatureExtractor> open_inception_features(const FeatureRequest& request) {
  const size_t sign = request.name.find('=');
  const std::string kind = request.name.substr(0, sign);
  if (sign == std::string::npos || (kind != "inception" && kind != "nsfwjs")) return nullptr;
  const std::string option = "--features " + request.name;
  if (request.dims.size() != 3 || (request.dims[0] != 1 && request.dims[0] != 3))
    throw UsageError(
        "Inception takes images of 1 or 3 channels, and the samples are " + to_string(request.dims),
        option, "--features pixels");
  InceptionFile file = open_inception(request.name.substr(sign + 1), request.device);
  if ((file.net.variant() == InceptionVariant::nsfwjs) != (kind == "nsfwjs"))
    throw UsageError("these are weights of " + std::string(to_string(file.net.variant())), option,
                     kind == "nsfwjs" ? "--features inception=FILE" : "--features nsfwjs=FILE");
  return std::make_unique<InceptionFeatures>(std::move(file));
}

bool is_shipped(const std::string& name) {
  const std::vector<std::string> all = shipped_feature_nets();
  return std::ranges::find(all, name) != all.end();
}

// "mnist" of mnist and mnist/3.
std::string set_of(const std::string& source) { return source.substr(0, source.find('/')); }

[[noreturn]] void refuse(const std::string& name) {
  std::vector<std::string> known = shipped_feature_nets();
  known.insert(known.end(), {"auto", "pixels"});
  const std::string closest = closest_name(name, known);
  std::string all = "inception=FILE, nsfwjs=FILE, FILE of `gannet classifier`";
  for (const std::string& one : known) all = one + ", " + all;
  throw UsageError("unknown features '" + name + "'", "--features",
                   closest.empty() ? "known: " + all : "did you mean '" + closest + "'?");
}

FeatureNet open_net(const std::string& name, const std::string& device) {
  if (is_shipped(name)) return shipped_feature_net(name, device);
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(name, ignored)) refuse(name);
  return open_feature_net(name, device);
}

}  // namespace

std::string shipped_features(const FeatureRequest& request) {
  for (const std::string& name : shipped_feature_nets()) {
    const FeatureNetInfo info = shipped_feature_net(name).info();
    if (info.dims != request.dims) continue;
    if (set_of(request.source) == name || request.hash == info.train_hash ||
        request.hash == info.test_hash)
      return name;
  }
  return "";
}

std::unique_ptr<FeatureExtractor> open_feature_extractor(const FeatureRequest& request) {
  std::string name = request.name;
  if (name == "auto") {
    name = shipped_features(request);
    if (name.empty()) name = "pixels";
  }
  if (name == "pixels") return std::make_unique<Pixels>();
  if (auto inception = open_inception_features(request)) return inception;
  FeatureNet net = open_net(name, request.device);
  if (net.info().dims != request.dims)
    throw UsageError("this feature net takes images " + to_string(net.info().dims) +
                         ", and the samples are " + to_string(request.dims),
                     "--features " + name, "--features pixels");
  return std::make_unique<NetFeatures>(name, std::move(net));
}

}  // namespace gannet
