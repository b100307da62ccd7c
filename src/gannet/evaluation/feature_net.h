// Classifiers of images whose penultimate layer is what metrics compare samples by, and whose
// scores are what the Inception score and GAN-test take. Those of MNIST and Fashion-MNIST are part
// of the library (weights/); `gannet classifier` trains them and others
// (feature_net_training.h).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/nn/net.h"

namespace gannet {

// Scores [N, classes] of images [C, H, W] in [-1, 1]: convolutions with batch norm, sides halved
// until they are at most 4 pixels; a dense layer of `features` units, whose values after the ReLU
// are the further output "features". width: channels of the first convolution.
NetSpec feature_net_spec(const Shape& dims, int64_t classes, int64_t width, int64_t features);

struct FeatureNetInfo {
  std::string data;                   // what it was trained on: "fashion-mnist"
  std::string train_hash, test_hash;  // of these sets (data/dataset.h)
  Shape dims;                         // of an image
  std::vector<std::string> classes;
  int64_t width = 16, features = 128;  // of feature_net_spec()
  double test_accuracy = 0;            // share of the test images, in [0, 1]
  int64_t test_images = 0, steps = 0, batch = 0;
  uint64_t seed = 0;
};

class FeatureNet {
 public:
  FeatureNet(FeatureNetInfo info, std::unique_ptr<Net> net, std::string hash);

  struct Result {
    Tensor features, scores;  // float32 [N, features] and [N, classes], on the CPU
  };
  // Of images [N, C, H, W]: uint8, or floating point in [0, 1]. In blocks, which don't change the
  // result. Throws Error for images of other dims.
  Result operator()(const Tensor& images) const;

  const FeatureNetInfo& info() const { return info_; }
  const std::string& hash() const { return hash_; }  // "sha256:..." of its file

 private:
  FeatureNetInfo info_;
  std::unique_ptr<Net> net_;
  std::string hash_;
};

void write_feature_net(const Path& path, const FeatureNetInfo& info, const Net& net);

// Throws Error for another file.
FeatureNet open_feature_net(const Path& path, const std::string& device = "cpu");

// The library's own: "mnist", "fashion-mnist". Throws Error for another name.
std::vector<std::string> shipped_feature_nets();
FeatureNet shipped_feature_net(std::string_view name, const std::string& device = "cpu");

}  // namespace gannet
