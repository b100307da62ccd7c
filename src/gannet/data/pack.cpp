#include "gannet/data/pack.h"

#include <algorithm>
#include <cstdio>
#include <span>

#include "gannet/base/error.h"
#include "gannet/formats/dataset_json.h"
#include "gannet/formats/npy.h"
#include "gannet/formats/png.h"
#include "gannet/formats/zip.h"

namespace gannet {
namespace {

// Planes of [-1, 1] into the columns of `to` from x on: the inverse of to_network_range.
void put_planes(const std::vector<float>& planes, const Shape& dims, int64_t x, Picture& to) {
  for (int64_t y = 0; y < dims[1]; ++y)
    for (int64_t column = 0; column < dims[2]; ++column)
      for (int64_t c = 0; c < to.channels; ++c) {
        const int64_t plane = dims[0] == 1 ? 0 : c;
        const float value = planes[static_cast<size_t>((plane * dims[1] + y) * dims[2] + column)];
        to.pixels[static_cast<size_t>((y * to.width + x + column) * to.channels + c)] =
            static_cast<uint8_t>(std::clamp(127.5f * value + 128.0f, 0.0f, 255.0f));
      }
}

Picture picture_of(const DataShape& shape, const Sample& sample) {
  const int64_t given = shape.image.empty() ? 0 : shape.image[2];
  const int64_t channels = std::max(shape.dims[0], shape.image.empty() ? 1 : shape.image[0]);
  Picture picture{given + shape.dims[2], shape.dims[1], channels, {}};
  picture.pixels.resize(static_cast<size_t>(picture.width * picture.height * channels));
  if (given > 0) put_planes(sample.image, shape.image, 0, picture);
  put_planes(sample.values, shape.dims, given, picture);
  return picture;
}

void check_pictures(const Dataset& data) {
  const DataShape& shape = data.shape();
  if (!shape.is_image() || (shape.channels() != 1 && shape.channels() != 3))
    throw Error("samples are " + to_string(shape.dims) + ", only pictures are packed", data.name());
}

}  // namespace

void pack_array(const Dataset& data, const Path& out) {
  check_pictures(data);
  Sample sample;
  data.get(0, sample);
  const Picture first = picture_of(data.shape(), sample);
  NpyWriter file(out, Dtype::U8, {first.height, first.width, first.channels});
  for (int64_t i = 0; i < data.size(); ++i) {
    data.get(i, sample);
    const Picture picture = picture_of(data.shape(), sample);
    file.write(std::as_bytes(std::span(picture.pixels)));
  }
  file.commit();
}

void pack(const Dataset& data, const Path& zip) {
  check_pictures(data);
  const DataShape& shape = data.shape();
  ZipWriter file(zip);
  PictureLabels labels;
  labels.classes = shape.classes;
  labels.side_by_side = !shape.image.empty();
  Sample sample;
  for (int64_t i = 0; i < data.size(); ++i) {
    data.get(i, sample);
    char name[48];
    std::snprintf(name, sizeof name, "%05lld/img%08lld.png", static_cast<long long>(i / 1000),
                  static_cast<long long>(i));
    file.add(name, write_png(picture_of(shape, sample)));
    labels.of[name] = {.number = shape.classes.empty() ? -1 : sample.label,
                       .vector = shape.vector > 0 ? sample.vector : std::vector<float>(),
                       .caption = sample.caption};
  }
  file.add("dataset.json", as_bytes(write_dataset_json(labels)));
  file.commit();
}

}  // namespace gannet
