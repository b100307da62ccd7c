#include "gannet/tensor/tiles.h"

#include <ATen/ops/cat.h>

#include <algorithm>
#include <vector>

#include "gannet/base/error.h"

namespace gannet {

Tensor by_tiles(const Tensor& image, int64_t side, int64_t reach, int64_t scale,
                const std::function<Tensor(const Tensor&)>& f) {
  check_shape(image, {-1, -1, -1}, "an image in tiles");
  if (side < 1 || reach < 0 || scale < 1) throw Error("tiles of no size", "");
  // Where an axis is cut: the part that is kept, and the part that is looked at.
  struct Cut {
    int64_t from, to, low, high;
  };
  const auto cuts = [&](int64_t length) {
    std::vector<Cut> all;
    for (int64_t from = 0; from < length; from += side) {
      const int64_t to = std::min(from + side, length);
      all.push_back({from, to, std::max<int64_t>(0, from - reach), std::min(to + reach, length)});
    }
    return all;
  };
  std::vector<Tensor> rows;
  for (const Cut& y : cuts(image.size(1))) {
    std::vector<Tensor> row;
    for (const Cut& x : cuts(image.size(2))) {
      const Tensor made = f(image.slice(1, y.low, y.high).slice(2, x.low, x.high));
      const int64_t top = (y.from - y.low) * scale, left = (x.from - x.low) * scale;
      row.push_back(made.slice(1, top, top + (y.to - y.from) * scale)
                        .slice(2, left, left + (x.to - x.from) * scale));
    }
    rows.push_back(at::cat(row, 2));
  }
  return at::cat(rows, 1);
}

}  // namespace gannet
