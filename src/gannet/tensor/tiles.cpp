#include "gannet/tensor/tiles.h"

#include <ATen/ops/cat.h>

#include <algorithm>
#include <vector>

#include "gannet/base/error.h"

namespace gannet {
namespace {

// Along one axis: the tile [from, to), and the same with its margins, [first, last).
struct Tile {
  int64_t from, to, first, last;
};

std::vector<Tile> tiles_of(int64_t length, int64_t tile_size, int64_t margin) {
  std::vector<Tile> tiles;
  for (int64_t from = 0; from < length; from += tile_size) {
    const int64_t to = std::min(from + tile_size, length);
    tiles.push_back({from, to, std::max<int64_t>(0, from - margin), std::min(to + margin, length)});
  }
  return tiles;
}

}  // namespace

Tensor apply_in_tiles(const Tensor& image, int64_t tile_size, int64_t receptive_field_radius,
                      int64_t scale, const std::function<Tensor(const Tensor&)>& f) {
  check_shape(image, {-1, -1, -1}, "an image in tiles");
  if (tile_size < 1 || receptive_field_radius < 0 || scale < 1) throw Error("tiles of no size", "");
  std::vector<Tensor> rows;
  for (const Tile& y : tiles_of(image.size(1), tile_size, receptive_field_radius)) {
    std::vector<Tensor> row;
    for (const Tile& x : tiles_of(image.size(2), tile_size, receptive_field_radius)) {
      const Tensor output = f(image.slice(1, y.first, y.last).slice(2, x.first, x.last));
      const int64_t top = (y.from - y.first) * scale, left = (x.from - x.first) * scale;
      row.push_back(output.slice(1, top, top + (y.to - y.from) * scale)
                        .slice(2, left, left + (x.to - x.from) * scale));
    }
    rows.push_back(at::cat(row, 2));
  }
  return at::cat(rows, 1);
}

}  // namespace gannet
