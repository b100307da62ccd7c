// Inception-v3 (Szegedy et al. 2015, arXiv:1512.00567) with weights from a file that
// scripts/convert_inception.py makes: those of the FID, torchvision's, or the layers that npm's
// nsfwjs kept of ImageNet's. Gannet has no such weights itself.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gannet/base/files.h"
#include "gannet/tensor/batch.h"

namespace gannet {

// fid_2015: the network of Heusel et al.'s FID (arXiv:1706.08500), as pytorch-fid has it: average
// pools without their padding, the last block with a maximum in its place, 1008 classes.
// torchvision: as torchvision.models.inception_v3. nsfwjs: fid_2015's pools, up to the block that
// Keras calls mixed5 (torchvision: Mixed_6c).
enum class InceptionVariant { fid_2015, torchvision, nsfwjs };
std::string_view to_string(InceptionVariant variant);  // "fid-2015", "torchvision", "nsfwjs"

class Inception {
 public:
  // Tensors by torchvision's names ("Mixed_5b.branch1x1.conv.weight", "fc.bias"), of one floating
  // point type, on one device. Throws Error naming the first that is missing, extra or of another
  // shape.
  using Weights = std::vector<std::pair<std::string, Tensor>>;
  Inception(InceptionVariant variant, const Weights& weights);
  // What it wants.
  static std::vector<std::pair<std::string, Shape>> weight_shapes(InceptionVariant variant);

  struct Result {
    Tensor features, scores;  // [N, 2048] (nsfwjs: [N, 768]), [N, classes] (nsfwjs: undefined)
  };
  // Images [N, 3, 299, 299] in the network's range. on_layer: the output of each block, by name.
  using OnLayer = void (*)(void* to, const std::string& name, const Tensor& x);
  Result operator()(const Tensor& x, OnLayer on_layer = nullptr, void* to = nullptr) const;

  // Images [N, 1 or 3, H, W], uint8 or in [0, 1], in that range: grey repeated, bilinear (half
  // pixels, no antialiasing, as pytorch-fid), [-1, 1]; nsfwjs: corners aligned, [0, 1], as its own
  // code.
  Tensor input(const Tensor& images) const;

  InceptionVariant variant() const { return variant_; }

 private:
  struct Pass;

  InceptionVariant variant_;
  Weights weights_;
};

struct InceptionFile {
  Inception net;
  std::string hash;  // "sha256:..." of the file
};
InceptionFile open_inception(const Path& path, const std::string& device = "cpu");

}  // namespace gannet
