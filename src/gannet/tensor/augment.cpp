#include "gannet/tensor/augment.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/gather.h>
#include <ATen/ops/where.h>

#include <string>
#include <vector>

#include "gannet/base/error.h"
#include "gannet/base/options.h"
#include "gannet/base/spelling.h"

namespace gannet {
namespace {

Tensor column(const Tensor& u, int64_t i) { return u.select(1, i).reshape({-1, 1, 1, 1}); }

Tensor floor_to_int(const Tensor& x) { return x.floor().to(at::kLong); }

// Brightness up to 1/2 either way, saturation up to twice, contrast 1/2 to 3/2.
Tensor adjust_color(Tensor x, const Tensor& u) {
  x = x + (column(u, 0) - 0.5);
  const Tensor grey = x.mean(1, /*keepdim=*/true);
  x = (x - grey) * (2 * column(u, 1)) + grey;
  const Tensor level = x.mean(at::IntArrayRef{1, 2, 3}, /*keepdim=*/true);
  return (x - level) * (column(u, 2) + 0.5) + level;
}

// Rows (axis 2) or columns (axis 3), each image by its own shift in [-side / 8, side / 8].
Tensor translate(const Tensor& x, int64_t axis, const Tensor& u) {
  const int64_t side = x.size(axis), max_shift = (side + 4) / 8;
  const Tensor shift =
      floor_to_int(u * static_cast<double>(2 * max_shift + 1)) - max_shift;  // [N, 1, 1, 1]
  Shape along(4, 1);
  along[axis] = side;
  // One row of zeros on either side: positions outside are read from there.
  const Tensor padded =
      axis == 2 ? at::constant_pad_nd(x, {0, 0, 1, 1}, 0) : at::constant_pad_nd(x, {1, 1, 0, 0}, 0);
  const Tensor from =
      (at::arange(1, side + 1, shift.options()).reshape(along) + shift).clamp(0, side + 1);
  return at::gather(padded, axis, from.expand(x.sizes()));
}

// Along one axis: true inside the rectangle of the cutout.
Tensor cutout_mask(int64_t axis, int64_t side, const Tensor& u) {
  const int64_t length = (side + 1) / 2;
  const Tensor from = floor_to_int(u * static_cast<double>(side + 1 - length % 2)) - length / 2;
  Shape along(4, 1);
  along[axis] = side;
  const Tensor at = at::arange(side, from.options()).reshape(along);
  return (at >= from).logical_and(at < from + length);
}

}  // namespace

Augmentation parse_augmentation(std::string_view text) {
  Augmentation parts;
  if (text == "none") return parts;
  const std::vector<std::string> known = {"color", "translation", "cutout", "mirror"};
  bool* const flags[] = {&parts.color, &parts.translation, &parts.cutout, &parts.mirror};
  while (!text.empty()) {
    const size_t end = std::min(text.find(','), text.size());
    const std::string part(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    size_t found = 0;
    while (found < known.size() && known[found] != part) ++found;
    if (found == known.size()) {
      const std::string near = closest_name(part, known);
      throw UsageError("unknown augmentation", "--aug " + part,
                       near.empty() ? "color, translation, cutout, mirror, joined by commas"
                                    : "did you mean " + near + "?");
    }
    *flags[found] = true;
  }
  return parts;
}

namespace {

// Translation and cutout in time, as of an image with one row.
Tensor augment_audio(const Tensor& x, const Augmentation& parts, const Tensor& u) {
  const Augmentation along{.translation = parts.translation, .cutout = parts.cutout};
  Tensor y = augment(x.unsqueeze(2), along, u).squeeze(2);
  const auto draw = [&](int64_t i) { return u.select(1, i).reshape({-1, 1, 1}); };
  if (parts.color) y = y * (draw(0) + 0.5);
  if (parts.mirror) y = at::where(draw(7) < 0.5, -y, y);
  return y;
}

}  // namespace

Tensor augment(const Tensor& x, const Augmentation& parts, const Tensor& u) {
  if (x.dim() == 3) return augment_audio(x, parts, u);
  check_shape(x, {-1, -1, -1, -1}, "a batch to augment");
  check_shape(u, {x.size(0), kAugmentDraws}, "the draws of an augmentation");
  Tensor y = x;
  if (parts.color) y = adjust_color(y, u);
  if (parts.translation) y = translate(translate(y, 2, column(u, 3)), 3, column(u, 4));
  if (parts.cutout)
    y = y * cutout_mask(2, y.size(2), column(u, 5))
                .logical_and(cutout_mask(3, y.size(3), column(u, 6)))
                .logical_not();
  if (parts.mirror) y = at::where(column(u, 7) < 0.5, y.flip({3}), y);
  return y;
}

}  // namespace gannet
