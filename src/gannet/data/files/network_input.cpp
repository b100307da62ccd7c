#include "gannet/data/files/network_input.h"

#include <ATen/ops/empty.h>

#include "gannet/base/error.h"
#include "gannet/data/chw.h"
#include "gannet/image/resample.h"

namespace gannet {
namespace {

constexpr Colour kWhite = {255, 255, 255};

}  // namespace

Tensor as_network_input(Image image, const Shape& dims) {
  if (dims.size() != 3 || (dims[0] != 1 && dims[0] != 3))
    throw Error("a network of samples " + to_string(dims) + " takes no images", "");
  image = on_background(std::move(image), kWhite);
  image = centre_crop(std::move(image), {dims[2], dims[1]});
  if (image.width != dims[2] || image.height != dims[1])
    image = resized(image, dims[2], dims[1], Filter::lanczos);
  image = with_channels(std::move(image), dims[0]);
  const Tensor x = at::empty({1, dims[0], dims[1], dims[2]}, at::TensorOptions().dtype(at::kFloat));
  to_chw(image.pixels, dims[0], x.mutable_data_ptr<float>());
  return x;
}

}  // namespace gannet
