#include "gannet/data/one_picture.h"

#include <ATen/ops/empty.h>

#include "gannet/base/error.h"
#include "gannet/data/planes.h"
#include "gannet/formats/picture_file.h"
#include "gannet/formats/resample.h"

namespace gannet {
namespace {

constexpr uint64_t kMostFile = uint64_t{1} << 28;  // bytes
constexpr Colour kWhite = {255, 255, 255};

// Rec. 601, as Pillow's convert("L").
Picture without_colour(const Picture& picture) {
  Picture grey{picture.width, picture.height, 1, {}};
  for (size_t i = 0; i < picture.pixels.size(); i += 3)
    grey.pixels.push_back(
        static_cast<uint8_t>((19595 * picture.pixels[i] + 38470 * picture.pixels[i + 1] +
                              7471 * picture.pixels[i + 2] + 32768) >>
                             16));
  return grey;
}

}  // namespace

Tensor as_network_input(Picture picture, const Shape& dims) {
  if (dims.size() != 3 || (dims[0] != 1 && dims[0] != 3))
    throw Error("a network of samples " + to_string(dims) + " takes no pictures", "");
  picture = on_background(std::move(picture), kWhite);
  if (dims[1] == dims[2]) picture = centre_square(std::move(picture));
  if (picture.width != dims[2] || picture.height != dims[1])
    picture = resized(picture, dims[2], dims[1], Filter::lanczos);
  if (dims[0] == 3) picture = as_colour(std::move(picture));
  if (dims[0] == 1 && picture.channels == 3) picture = without_colour(picture);
  const Tensor x = at::empty({1, dims[0], dims[1], dims[2]}, at::TensorOptions().dtype(at::kFloat));
  to_planes(picture.pixels, dims[0], x.mutable_data_ptr<float>());
  return x;
}

Tensor read_network_input(const Path& file, const Shape& dims) {
  return as_network_input(read_picture(read_file(file, kMostFile), file.string()), dims);
}

}  // namespace gannet
